import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { HALF_OPEN_PER_BLOCK_MAX, INITIAL_DATAGRAM_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import { instant } from '../../../src/core/base/time.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { silenceKey, silenceMac } from '../../../src/core/transport/handshake.ts';
import type { Frame } from '../../../src/core/wire/frame.ts';
import { encodeTransportParameters } from '../../../src/core/wire/transport-parameters.ts';
import { Pair } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

/*
 * What has happened to others, as far as it is about packets and handshakes: each is tried here. Those about streams, connection ids
 * and paths are with the tests of these parts.
 */

const at = (host: string, port = 7000): Address => address(host, port)!;
/** The longest datagram that UDP over IPv4 has. */
const MTU_MAX = 65_507;
const TRANSPORT_PARAMETERS = 0x717070;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapMegabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

/** The processor's time for each of many calls, in milliseconds, whatever else the machine does meanwhile. */
function cpuMs(count: number, act: (i: number) => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) act(i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / count;
}

/** A datagram of every kind that there is, as they were on the wire of a connection: each to whom it went. */
function recorded(): { readonly pair: Pair; readonly toServer: Uint8Array[]; readonly toClient: Uint8Array[] } {
  const pair = new Pair();
  for (let i = 0; i < 8; i++) new Stranger(pair, pair.server, at(`198.51.${i}.1`)).call();
  const toServer: Uint8Array[] = [];
  const toClient: Uint8Array[] = [];
  pair.onSend = ({ bytes }, from) => {
    (from === pair.client ? toServer : toClient).push(bytes.slice());
    return true;
  };
  pair.connect();
  return { pair, toServer, toClient };
}

const prefixes = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.min(bytes.length, 100) }, (_, length) => bytes.subarray(0, length));

/** An Initial with these bytes instead of a Noise message, and the right MAC. */
function rightlyMaced(pair: Pair, before: Uint8Array): Uint8Array {
  const key = silenceKey(pair.suite, pair.server.endpoint.self.key);
  return concat(before, silenceMac(pair.suite, key, before));
}

/** Any 1-RTT packets in one datagram, each with its length. */
const coalesced = (count: number, packet: Uint8Array): Uint8Array =>
  concat(...Array.from({ length: count }, () => packet));

const withLength = (length: number, bytes: number): Uint8Array =>
  new Writer().u8(0x60).zeros(8).u16(length).zeros(bytes).finish();

describe('incidents of others', () => {
  test('iroh-relay before 1.0.2: a datagram shorter than an id crashed it', () => {
    const { pair, toServer, toClient } = recorded();
    for (const bytes of toServer.flatMap(prefixes)) pair.inject(pair.server, pair.client.address, bytes);
    for (const bytes of toClient.flatMap(prefixes)) pair.inject(pair.client, pair.server.address, bytes);
    pair.drive({ forMs: 5_000 });
    expect(pair.connectionOf(pair.server, pair.client)?.closed).toBe(false);
    expect(pair.connectionOf(pair.client, pair.server)?.closed).toBe(false);
  });

  test('iroh before 1.1.0: a batch of packets of no length looped for ever', () => {
    const { pair } = recorded();
    const batches = [0, 1, 2, 3, 4, 10, 11, 20].flatMap((length) => [
      coalesced(100, withLength(length, 0)),
      coalesced(40, withLength(length, 24)),
    ]);
    expect(cpuMs(500, (i) => pair.inject(pair.server, pair.client.address, batches[i % batches.length]!))).toBeLessThan(
      1,
    );
    expect(pair.connectionOf(pair.server, pair.client)?.closed).toBe(false);
  });

  test('LSQUIC (CVE-2025-54939): packets that come before the handshake were kept, many in each datagram', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66')).call();
    const answers = caller.received.length;
    const forItsId = concat(new Uint8Array([0x60]), caller.remoteId, new Uint8Array([0, 24]), new Uint8Array(24));
    const datagram = coalesced(40, forItsId);
    for (let i = 0; i < 500; i++) caller.send(datagram);
    const before = heapMegabytes();
    for (let i = 0; i < 10_000; i++) caller.send(datagram);
    expect(heapMegabytes() - before).toBeLessThan(1);
    expect(caller.received).toHaveLength(answers);
    expect(caller.prove().heard.length).toBeGreaterThan(0);
  });

  test('quiche (CVE-2024-1765): handshake messages without end were answered without end', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    for (let i = 0; i < 300; i++) {
      caller.send(caller.initial());
      pair.drive({ forMs: 20 });
    }
    const handshakes = caller.received.filter((bytes) => bytes.length === 1_200);
    expect(handshakes.length).toBeLessThanOrEqual(HALF_OPEN_PER_BLOCK_MAX);
    expect(pair.server.events).toEqual([]);
  });

  test('MsQuic (CVE-2024-26190): transport parameters took memory that was never given back', () => {
    const pair = new Pair();
    const unknown = Array.from({ length: 100 }, (_, i) =>
      new Writer()
        .varint(0x20_0000 + i)
        .varbytes(new Uint8Array(8))
        .finish(),
    );
    const send = (i: number): void => {
      const caller = new Stranger(pair, pair.server, at(`100.64.${i & 255}.1`));
      const parameters = concat(encodeTransportParameters(caller.parameters), ...unknown);
      const frame = new Writer().varint(TRANSPORT_PARAMETERS).varbytes(parameters).finish();
      caller.send(caller.initial([frame], { bytes: INITIAL_DATAGRAM_BYTES_MAX }));
      pair.onSend = () => undefined;
      pair.now = instant(pair.now + 100);
    };
    for (let i = 0; i < 30; i++) send(i);
    pair.drive({ forMs: 11_000 });
    const before = heapMegabytes();
    for (let i = 0; i < 100; i++) send(i);
    pair.drive({ forMs: 11_000 });
    expect(heapMegabytes() - before).toBeLessThan(1);
    expect(pair.server.endpoint.deadline()).toBeUndefined();
  });

  test('m2m 4.0: a declared length below two made its parser panic', () => {
    const { pair, toServer, toClient } = recorded();
    for (const bytes of toServer) {
      for (let byte = 0; byte < 60; byte++) {
        for (const value of [0, 1, 2, 3, 4, 0x3f, 0x40, 0x7f, 0x80, 0xff]) {
          const lie = bytes.slice();
          lie[byte] = value;
          pair.inject(pair.server, pair.client.address, lie);
          if (bytes[0] === 0xc0)
            pair.inject(pair.server, pair.client.address, rightlyMaced(pair, lie.subarray(0, -16)));
        }
      }
    }
    for (const bytes of toClient) {
      for (let byte = 0; byte < 60; byte++) {
        const lie = bytes.slice();
        lie[byte] = byte % 5;
        pair.inject(pair.client, pair.server.address, lie);
      }
    }
    pair.drive({ forMs: 5_000 });
    expect(pair.connectionOf(pair.client, pair.server)?.closed).toBe(false);
  });

  test('m2m 4.0: a forged packet made the good one after it unreadable', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66')).call().prove();
    const good = caller.packet([{ type: 'ping' }]);
    const heard = caller.heard.length;
    for (let byte = 0; byte < good.length; byte++) {
      const forged = good.slice();
      forged[byte]! ^= 0x80;
      caller.send(forged);
    }
    expect(caller.heard).toHaveLength(heard);
    caller.send(good);
    pair.drive({ forMs: 100 });
    expect(caller.heard.slice(heard).some(({ type }) => type === 'ack')).toBe(true);
  });

  test('rust-libp2p #2621: packets that punch a hole came when nobody expected them', () => {
    const { pair, toServer, toClient } = recorded();
    const punch = (): void => {
      for (const bytes of [...toServer, ...toClient, new Uint8Array(0), new Uint8Array([0])]) {
        pair.inject(pair.server, pair.client.address, bytes);
        pair.inject(pair.client, pair.server.address, bytes);
      }
    };
    punch();
    pair.client.endpoint.close(pair.now, 'goodbye');
    punch();
    pair.drive({ forMs: 15_000 });
    punch();
    const connection = pair.dial();
    punch();
    pair.drive({ until: () => connection.confirmed, forMs: 5_000 });
    punch();
    expect(connection.confirmed).toBe(true);
    expect(connection.closed).toBe(false);
  });

  test('quinn (CVE-2024-45311): whoever was sent a Retry and was then refused made it panic', () => {
    const pair = new Pair();
    const hub = pair.add('hub', '192.0.2.5', { connectionsMax: 1 });
    for (let i = 0; i < 8; i++) new Stranger(pair, hub, at(`198.51.${i}.1`)).call();
    pair.connect(pair.client, hub);
    const caller = new Stranger(pair, hub, at('192.0.2.66'));
    caller.callWithToken();
    expect(caller.closeCode).toBe(CLOSE_REASONS.refused.code);
  });

  test('Hickory (RUSTSEC-2026-0119): one datagram kept it busy for long', () => {
    const { pair, toServer } = recorded();
    const long = (first: Uint8Array): Uint8Array =>
      concat(first, new Uint8Array(MTU_MAX - first.length)).subarray(0, MTU_MAX);
    const pings = [MTU_MAX, INITIAL_DATAGRAM_BYTES_MAX].map((bytes) =>
      new Stranger(pair, pair.server, at('192.0.2.70')).initial(
        Array.from({ length: bytes - 400 }, (): Frame => ({ type: 'ping' })),
        { bytes },
      ),
    );
    const kinds = [
      ...toServer.map(long),
      ...toServer.filter(([first]) => first === 0xc0).map((bytes) => rightlyMaced(pair, long(bytes).subarray(0, -16))),
      coalesced(1_900, withLength(31, 20)),
      ...pings,
    ];
    for (const bytes of kinds) {
      // From everywhere and slowly enough that all are read.
      const ms = cpuMs(20, (i) => {
        pair.now = instant(pair.now + 1_500);
        pair.inject(pair.server, bytes[0] === 0xc0 ? at(`100.${64 + i}.0.1`) : pair.client.address, bytes);
      });
      expect(ms, `${bytes[0]}`).toBeLessThan(1);
    }
  });

  test('iroh #1534: an endpoint was of no use after many peers', () => {
    const pair = new Pair();
    for (let i = 0; i < 200; i++) {
      const caller = new Stranger(pair, pair.server, at(`100.64.${i & 255}.${i >> 8}`)).call().prove();
      caller.send(caller.packet([{ type: 'close', application: true, code: 0x7107, detail: '' }]));
      pair.onSend = () => undefined;
      pair.drive({ forMs: 50 });
    }
    expect(pair.connect().server.confirmed).toBe(true);
    expect([...pair.server.endpoint.connections()]).toHaveLength(1);
  });

  test('iroh-relay (PR 2915), hyperdht (PR 152): what had failed was never let go', () => {
    const pair = new Pair();
    const seed = pair.random.bytes(32);
    const wrong = pair.add('wrong', '192.0.2.9', { network: new Uint8Array(16).fill(9) });
    const cycle = (i: number): void => {
      if (i % 4 === 0) {
        // Answered, and never heard of again.
        const gone = new Stranger(pair, pair.server, at(`100.64.${i & 255}.1`), seed);
        gone.send(gone.initial());
      }
      if (i % 4 === 1) pair.dial(wrong);
      if (i % 4 === 2) pair.dial().close('none', '', pair.now);
      if (i % 4 === 3) pair.connect().client.close('none', '', pair.now);
      pair.onSend = () => undefined;
      pair.drive({ forMs: 100 });
      for (const { events } of pair.sides) events.length = 0;
    };
    for (let i = 0; i < 100; i++) cycle(i);
    pair.drive({ forMs: 60_000 });
    const before = heapMegabytes();
    for (let i = 0; i < 300; i++) cycle(i);
    pair.drive({ forMs: 60_000 });
    expect(heapMegabytes() - before).toBeLessThan(1);
    for (const { endpoint } of pair.sides) expect(endpoint.deadline()).toBeUndefined();
  });
});
