import type { Finding } from '../../core/base/fault.ts';
import { udpPasses } from '../network/self-probe.ts';
import type { Check } from '../process/checkup.ts';
import type { Desk } from './desk.ts';

/** How long neighbours may take to answer, in milliseconds; and how many are asked. */
const PULSE_MS = 3_000;
const ASKED_MAX = 8;

/** Whether datagrams come and go at this moment: to neighbours and back, and from this machine to itself. */
export async function pulse(desk: Desk): Promise<readonly Check[]> {
  return (await Promise.all([neighbours(desk), itself(desk)])).flat();
}

/** Those who died, or were cut off, are neighbours until they have been silent for a minute: a ping knows sooner. */
async function neighbours(desk: Desk): Promise<readonly Check[]> {
  const ids = desk.owner.turn((node) => [...node.neighbours()]).slice(0, ASKED_MAX);
  if (ids.length === 0) return [];
  const answers = await Promise.all(
    ids.map(async (id) => {
      const { token, answer } = desk.confirmations.probe(PULSE_MS);
      if (!desk.owner.turn((node, now) => node.ping(id, token, now))) desk.confirmations.forget(token);
      return { id, answered: (await answer) !== undefined };
    }),
  );
  const silent = answers.filter(({ answered }) => !answered);
  if (silent.length === 0)
    return [{ what: 'pulse', found: `${ids.length} of ${ids.length} neighbours asked answer a ping` }];
  if (silent.length === ids.length && ids.length > 1) {
    const found = `none of ${ids.length} neighbours answers a ping in ${PULSE_MS / 1000} s`;
    return [{ code: 'UDP_BLOCKED', subject: 'udp', found }];
  }
  return silent.map(({ id }): Finding => {
    const found = `${id} is connected and does not answer a ping in ${PULSE_MS / 1000} s: gone without a goodbye, or cut off`;
    return { code: 'PEER_AWAY', subject: id, found };
  });
}

/** Some firewalls keep UDP even from its own machine. */
async function itself({ surroundings }: Desk): Promise<readonly Check[]> {
  if (surroundings.isLocal) return [];
  const host = surroundings
    .interfaces()
    .filter(({ internal }) => !internal)
    .flatMap(({ addresses }) => addresses)
    .find(({ family }) => family === 4)?.host;
  if (host === undefined || (await udpPasses(host))) return [];
  const found = `not even a datagram from ${host} to itself arrives`;
  return [{ code: 'UDP_BLOCKED', subject: 'udp', found }];
}
