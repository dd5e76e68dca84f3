import { fork, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { NetworkPlan, SoakNetwork, ToCarrier } from './network.ts';
import type { RelayPlan, RelayPorts } from './relay-child.ts';
import type { Fates } from './weather.ts';

const LOOPBACK = '127.0.0.1';

/**
 * All nodes on this machine, and a relay of UDP for each link (relay-child.ts): needs no rights. The relays are at an address of
 * this machine on its network, where it has one: neighbours tell each other where they listen, and what is nearer than where they
 * are met, as loopback is then, they pass over (docs/protocol.md §2.0, rule 7).
 */
export async function loopback(plan: NetworkPlan): Promise<SoakNetwork> {
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  const host = outer ?? LOOPBACK;
  const listens = await freePorts(plan.nodes);
  const relayPlan: RelayPlan = { ...plan, host, listens };
  const relay = fork(fileURLToPath(new URL('relay-child.ts', import.meta.url)), [JSON.stringify(relayPlan)]);
  const [ports] = (await once(relay, 'message')) as [RelayPorts];
  const tell = (what: ToCarrier): void => void relay.send(what);
  return {
    kind: `loopback, relays of UDP at ${host}${outer ? '' : ' (neighbours may find ways around them)'}`,
    listenOf: (node) => `${LOOPBACK}:${listens[node]!.port}`,
    addressFor(node, neighbour) {
      const at = plan.links.findIndex(([a, b]) => (a === node && b === neighbour) || (a === neighbour && b === node));
      return `${host}:${ports[at]![plan.links[at]![0] === node ? 0 : 1]}`;
    },
    flags: ['--no-mdns'],
    spawn: (_, command, args, env) => spawn(command, args, { stdio: 'pipe', env }),
    setWeather: (weather) => tell({ weather }),
    async fates() {
      tell('fates');
      const [fates] = await once(relay, 'message');
      return fates as Fates;
    },
    [Symbol.dispose]: () => void relay.kill(),
  };
}

/** Ports of loopback that nobody had a moment ago. */
async function freePorts(count: number): Promise<{ host: string; port: number }[]> {
  const sockets = Array.from({ length: count }, () => createSocket('udp4').bind(0, LOOPBACK));
  await Promise.all(sockets.map((socket) => once(socket, 'listening')));
  const ports = sockets.map((socket) => ({ host: LOOPBACK, port: socket.address().port }));
  await Promise.all(sockets.map((socket) => new Promise<void>((closed) => void socket.close(closed))));
  return ports;
}
