import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../support/pair.ts';
import { Departures } from './departures.ts';
import { Lane } from './lane.ts';
import { SIMPLE } from './scenarios.ts';

/*
 * A cable between two VXLAN tunnels: carries their outer datagrams, each an Ethernet frame, with the queue and the delay of a scenario.
 * Says how much of what it has carried to the left, when asked.
 */

/** IP bytes that have arrived at the left, since the start, and when that was. */
export type Counted = { readonly atMs: number; readonly udpBytes: number; readonly tcpBytes: number };

const VXLAN_PORT = 4789;
const [LEFT, RIGHT] = ['10.71.1', '10.71.2'];
/** VXLAN's header and Ethernet's, which do not count. */
const AROUND_BYTES = 8 + 14;
const PROTOCOL = { tcp: 6, udp: 17 } as const;

const departures = new Departures();
const bytesOf = new Map<number, number>();

const left = await bound(`${LEFT}.254`);
const right = await bound(`${RIGHT}.254`);
join(left, right, `${RIGHT}.1`, () => {});
join(right, left, `${LEFT}.1`, (frame) => {
  const protocol = frame[AROUND_BYTES + 9]!;
  bytesOf.set(protocol, (bytesOf.get(protocol) ?? 0) + frame.length - AROUND_BYTES);
});
process.on('disconnect', () => process.exit());
process.on('message', () => process.send!(counts()));
process.send!(counts());

function counts(): Counted {
  const { tcp, udp } = PROTOCOL;
  return { atMs: performance.now(), udpBytes: bytesOf.get(udp) ?? 0, tcpBytes: bytesOf.get(tcp) ?? 0 };
}

/** Carries what comes in at `from` to a tunnel at the other end. */
function join(from: Socket, to: Socket, host: string, arrived: (frame: Uint8Array) => void): void {
  const lane = new Lane(SIMPLE, seeded(1));
  from.on('message', (frame) => {
    const passage = lane.admit(sound(frame), -AROUND_BYTES, departures.elapsed());
    if (!passage) return;
    departures.add(passage.at, () => {
      arrived(passage.bytes);
      to.send(passage.bytes, VXLAN_PORT, host);
    });
  });
}

/**
 * A frame with the checksum that a network card would have put in. The kernel leaves it to the card, and between two namespaces
 * there is none.
 */
function sound(frame: Buffer): Buffer {
  const ip = frame.subarray(AROUND_BYTES);
  if (frame.readUInt16BE(AROUND_BYTES - 2) !== 0x0800) return frame;
  const headerBytes = (ip[0]! & 0x0f) * 4;
  const body = ip.subarray(headerBytes, ip.readUInt16BE(2));
  const isTcp = ip[9] === PROTOCOL.tcp;
  if (!isTcp && ip[9] !== PROTOCOL.udp) return frame;
  const sumAt = isTcp ? 16 : 6;
  body.writeUInt16BE(0, sumAt);
  // RFC 9293 §3.1: over a pseudo header of addresses, protocol and length, and the segment. UDP may do without (RFC 768).
  if (isTcp) body.writeUInt16BE(internetChecksum(ip.subarray(12, 20), body, PROTOCOL.tcp + body.length), sumAt);
  return frame;
}

/** The ones' complement sum of 16-bit words (RFC 1071), inverted. */
function internetChecksum(addresses: Buffer, body: Buffer, start: number): number {
  let sum = start;
  for (let i = 0; i < addresses.length; i += 2) sum += addresses.readUInt16BE(i);
  for (let i = 0; i + 1 < body.length; i += 2) sum += body.readUInt16BE(i);
  if (body.length % 2 === 1) sum += body[body.length - 1]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

async function bound(host: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  const listening = once(socket, 'listening');
  socket.bind(VXLAN_PORT, host);
  await listening;
  return socket;
}
