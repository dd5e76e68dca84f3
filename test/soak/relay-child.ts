import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../support/pair.ts';
import type { NetworkPlan, ToCarrier } from './network.ts';
import { delayMs, type Link, Links } from './weather.ts';

/*
 * Links over loopback: each has a socket for either end, and what one end sends to its socket goes out of the other one, or is lost.
 * Told its plan on the command line, and the weather by messages.
 */

/** The plan of a carrier on loopback, with where each node listens and where the sockets of the links are to be. */
export type RelayPlan = NetworkPlan & {
  readonly host: string;
  readonly listens: readonly { readonly host: string; readonly port: number }[];
};

/** The ports of the two sockets of each link: the first is for its first node. */
export type RelayPorts = readonly (readonly [number, number])[];

const { nodes, links, seed, host, listens } = JSON.parse(process.argv[2]!) as RelayPlan;
const random = seeded(seed);
const air = new Links(nodes, links, random);
const ports: RelayPorts = await Promise.all(links.map(open));

process.on('message', (told: ToCarrier) => {
  if (told === 'fates') process.send!(air.fates);
  else air.weather = told.weather;
});
process.on('disconnect', () => process.exit());
process.send!(ports);

async function open([a, b]: Link): Promise<readonly [number, number]> {
  const [forA, forB] = [await bound(), await bound()];
  join(forA, forB, a, b);
  join(forB, forA, b, a);
  return [forA.address().port, forB.address().port];
}

function join(into: Socket, outOf: Socket, from: number, to: number): void {
  const { host: toHost, port } = listens[to]!;
  into.on('message', (bytes) => {
    if (air.passes(from, to)) setTimeout(() => outOf.send(bytes, port, toHost), delayMs(random));
  });
}

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  const listening = once(socket, 'listening');
  socket.bind(0, host);
  await listening;
  return socket;
}
