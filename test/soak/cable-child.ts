import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../support/pair.ts';
import type { NetworkPlan, ToCarrier } from './network.ts';
import { delayMs, Links } from './weather.ts';

/*
 * An Ethernet in user space: hosts send it their frames in VXLAN (RFC 7348), and it hands each to those that hear its sender,
 * or loses it. Told its plan on the command line, and the weather by messages. The host of node i is 10.71.0.(i + 1).
 */

const VXLAN_PORT = 4789;
const HOSTS = '10.71.0.';
const VXLAN_BYTES = 8;
const IP_AT = VXLAN_BYTES + 14;
const UDP = 17;

const { nodes, links, seed } = JSON.parse(process.argv[2]!) as NetworkPlan;
const random = seeded(seed);
const air = new Links(nodes, links, random);
/** Which node has which Ethernet address, by what it has sent. */
const nodeOf = new Map<string, number>();

const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
socket.on('message', (bytes, { address }) => {
  const from = Number(address.slice(HOSTS.length)) - 1;
  const [to, source] = [
    bytes.toString('hex', VXLAN_BYTES, VXLAN_BYTES + 6),
    bytes.toString('hex', VXLAN_BYTES + 6, IP_AT - 2),
  ];
  nodeOf.set(source, from);
  const isForAll = (bytes[VXLAN_BYTES]! & 1) === 1;
  withoutChecksum(bytes);
  for (const node of air.of(from)) {
    if ((!isForAll && nodeOf.get(to) !== node) || !air.passes(from, node)) continue;
    setTimeout(() => socket.send(bytes, VXLAN_PORT, HOSTS + (node + 1)), delayMs(random));
  }
});
process.on('message', (told: ToCarrier) => {
  if (told === 'fates') process.send!(air.fates);
  else air.weather = told.weather;
});
process.on('disconnect', () => process.exit());
socket.bind(VXLAN_PORT);
await once(socket, 'listening');
process.send!('ready');

/** The kernel leaves the checksum of UDP to a network card, and here is none: zero is "none was made" (RFC 768). */
function withoutChecksum(frame: Buffer): void {
  if (frame.readUInt16BE(IP_AT - 2) !== 0x0800 || frame[IP_AT + 9] !== UDP) return;
  const isLaterFragment = (frame.readUInt16BE(IP_AT + 6) & 0x1fff) > 0;
  if (!isLaterFragment) frame.writeUInt16BE(0, IP_AT + (frame[IP_AT]! & 0x0f) * 4 + 6);
}
