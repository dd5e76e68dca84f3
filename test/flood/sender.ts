// A process that floods a node: `node sender.ts '{…}'`, its options as `Flood` in JSON. Says on its last line how many it has sent.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { address } from '../../src/core/base/address.ts';
import { instant } from '../../src/core/base/time.ts';
import { nodeIdBytes, parseNodeId } from '../../src/core/crypto/node-id.ts';
import { networkTag } from '../../src/core/crypto/purpose.ts';
import { Endpoint } from '../../src/core/transport/endpoint.ts';
import { silenceKey, silenceMac } from '../../src/core/transport/handshake.ts';
import { entropy } from '../../src/host/entropy.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';

/** What a sender is told. */
export type Flood = {
  /** `initiations` are first packets with the right MAC, some of them complete handshakes; `random` is anything. */
  readonly kind: 'initiations' | 'random';
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly network: string;
  /** The first two bytes of the addresses that it sends from, all of them local to its host. */
  readonly sources: string;
  readonly sourceCount: number;
  readonly perSecond: number;
  readonly seconds: number;
};

/** First packets that anybody's node could have sent; each costs a Diffie-Hellman to make, so there are only some. */
const WHOLE = 64;
/** One in so many is whole. The others cost the server the same until its Diffie-Hellman, which finds them forged. */
const WHOLE_EVERY = 16;
const RANDOM_BYTES_MAX = 1_400;
/** Where the destination id of a first packet begins: after first byte, version and the id's length. */
const DESTINATION_AT = 6;
const FIRST_BYTES = [0xc0, 0xe0, 0xf0, 0x40, 0x60] as const;
const random = entropy();

const flood = JSON.parse(process.argv[2]!) as Flood;
const sockets = await openAll(flood);
const send = flood.kind === 'initiations' ? initiations(flood) : anything();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdout.write(`${await run(flood, sockets, send)}\n`);
process.exit(0);

async function openAll({ sources, sourceCount }: Flood): Promise<Socket[]> {
  const opened: Socket[] = [];
  for (let i = 0; i < sourceCount; i++) {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 });
    socket.bind({ address: `${sources}.${i >> 8}.${i & 255}`, port: 7000, exclusive: true });
    await once(socket, 'listening');
    opened.push(socket);
  }
  return opened;
}

/** Sends at an even pace, a few every millisecond, and catches up when it was late. */
async function run(
  { host, port, perSecond, seconds }: Flood,
  from: readonly Socket[],
  next: () => Uint8Array,
): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  for (let at = 0; at < seconds * 1000; at = performance.now() - startedAt) {
    for (const due = (at * perSecond) / 1000; sent < due; sent++) from[sent % from.length]!.send(next(), port, host);
    await new Promise((later) => setTimeout(later, 1));
  }
  return sent;
}

function initiations({ id, host, port, network }: Flood): () => Uint8Array {
  const peer = parseNodeId(nodeSuite, id)!;
  const whole = Array.from({ length: WHOLE }, () => {
    const endpoint = new Endpoint({
      suite: nodeSuite,
      random,
      seed: random.bytes(32),
      network: networkTag(nodeSuite, network),
      alpn: ['quicprochat/p2p/1'],
      resetKey: random.bytes(32),
    });
    endpoint.dial({ peer, addresses: [address(host, port)!] }, instant(0));
    return endpoint.pollTransmit(instant(0))!.bytes;
  });
  const key = silenceKey(nodeSuite, nodeIdBytes(peer));
  let count = 0;
  return () => {
    const bytes = whole[count++ % WHOLE]!;
    if (count % WHOLE_EVERY === 0) return bytes;
    const forged = bytes.slice();
    forged.set(random.bytes(8), DESTINATION_AT);
    forged.set(silenceMac(nodeSuite, key, forged.subarray(0, -16)), forged.length - 16);
    return forged;
  };
}

/** Lengths and bytes of every kind, half of them beginning like packets of ours. */
function anything(): () => Uint8Array {
  const pool = Array.from({ length: 4_096 }, (_, i) => {
    const bytes = new Uint8Array(1 + ((i * 7919) % RANDOM_BYTES_MAX));
    for (let at = 0; at < bytes.length; at += 64) bytes.set(random.bytes(Math.min(64, bytes.length - at)), at);
    const first = FIRST_BYTES[i % (2 * FIRST_BYTES.length)];
    if (first !== undefined) bytes.set([first, 0x71, 0x70, 0x63, 0x31, 8].slice(0, bytes.length));
    return bytes;
  });
  let count = 0;
  return () => pool[count++ % pool.length]!;
}
