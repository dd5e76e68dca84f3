import { done, failed, type Handlers } from '../../api/answer.ts';
import type { TraceHop as HopView } from '../../api/shapes.ts';
import type { TraceHop } from '../../core/node/traces.ts';
import type { Desk } from './desk.ts';

/** How long a ping waits for its answer, and a trace, which crosses many links: in milliseconds. */
const PONG_WAIT_MS = 5_000;
const TRACED_WAIT_MS = 15_000;

/** What is sent out only to see whether, and how, it comes back. */
export const probeMethods = (desk: Desk) =>
  ({
    async ping({ peer }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      const id = found.result;
      const name = desk.names.of(id);
      const { token, answer } = desk.confirmations.probe(PONG_WAIT_MS);
      const asked = desk.owner.turn((node, now) =>
        node.ping(id, token, now) ? 'neighbour' : node.trace(id, token, now) ? 'over others' : undefined,
      );
      if (asked === undefined) {
        desk.confirmations.forget(token);
        return failed('E_NO_WAY', `there is no way to ${name} now`, `/mesh why ${name}`);
      }
      const answered = await answer;
      if (answered === undefined)
        return failed('E_TIMEOUT', `${name} did not answer in ${PONG_WAIT_MS / 1000} s`, `/mesh why ${name}`);
      if (answered.type === 'pong') return done({ id, rttMs: answered.rttMs, hops: 1 });
      if (answered.end !== 'reached')
        return failed('E_NO_WAY', `it came no farther than ${end(answered.there, desk)}`, `/mesh trace ${name}`);
      return done({ id, rttMs: answered.rttMs, hops: answered.there.length });
    },

    async trace({ peer }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      const id = found.result;
      const name = desk.names.of(id);
      const { token, answer } = desk.confirmations.probe(TRACED_WAIT_MS);
      if (!desk.owner.turn((node, now) => node.trace(id, token, now))) {
        desk.confirmations.forget(token);
        return failed('E_NO_WAY', `there is no way to ${name} now`, `/mesh why ${name}`);
      }
      const traced = await answer;
      if (traced?.type !== 'traced')
        return failed(
          'E_TIMEOUT',
          `nothing came back in ${TRACED_WAIT_MS / 1000} s: a node on the way is gone, or too old to know traces`,
          `/mesh why ${name}`,
        );
      const { there, back, rttMs } = traced;
      return done({
        id,
        name,
        end: traced.end,
        rttMs,
        there: there.map((hop) => hopView(hop, desk)),
        back: back.map((hop) => hopView(hop, desk)),
      });
    },
  }) satisfies Partial<Handlers>;

const hopView = (hop: TraceHop, { names }: Desk): HopView => ({ ...hop, name: names.of(hop.id) });

const end = (there: readonly TraceHop[], { names }: Desk): string => {
  const last = there.at(-1);
  return last ? names.of(last.id) : 'this node';
};
