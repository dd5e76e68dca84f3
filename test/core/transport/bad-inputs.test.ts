import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { CANDIDATES_MAX, PATHS_TRIED_MAX } from '../../../src/core/base/limits.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { keyPair, Responder } from '../../../src/core/crypto/noise/handshake-state.ts';
import { ourParameters, prologue, silenceKey, silenceMac } from '../../../src/core/transport/handshake.ts';
import { encodeFrame, type Frame, type StreamId } from '../../../src/core/wire/frame.ts';
import { decodeInitial, encodeHandshake, packetKind, VERSION } from '../../../src/core/wire/packet.ts';
import type { TransportParameters } from '../../../src/core/wire/transport-parameters.ts';
import { stream } from '../../support/frames.ts';
import { Pair, type Side } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

/*
 * Cases of docs/bad-inputs.md that are about no one part of the transport. The others are with the tests of their parts.
 */

const at = (host: string, port = 7000): Address => address(host, port)!;
const id = (number: number): StreamId => number as StreamId;
/** How many datagrams a side has dropped, for whatever reason. */
const dropped = ({ endpoint }: Side): number => [...endpoint.dropped.values()].reduce((sum, one) => sum + one, 0);

/** Everything that is sent from now on, by whom, to where. */
function sent(pair: Pair): { readonly by: Side; readonly to: Address; readonly bytes: Uint8Array }[] {
  const all: { by: Side; to: Address; bytes: Uint8Array }[] = [];
  const before = pair.onSend;
  pair.onSend = (datagram, by, to) => {
    all.push({ by, to, bytes: datagram.bytes });
    return before(datagram, by, to);
  };
  return all;
}

/** A caller that is confirmed, and may say anything. */
function peer(): { readonly pair: Pair; readonly caller: Stranger } {
  const pair = new Pair();
  return { pair, caller: new Stranger(pair, pair.server, at('192.0.2.66')).call().prove() };
}

describe('UDP and first packets', () => {
  test('of every length up to 63 and of the longest, with each of the 256 first bytes: counted, and answered by nothing', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive({ forMs: 5_000 });
    pair.dial(pair.server, pair.client);
    const said = sent(pair);
    const noise = pair.random.bytes(65_507);
    const before = dropped(pair.server);
    let count = 0;
    for (let first = 0; first < 256; first++) {
      noise[0] = first;
      for (const length of [...Array(64).keys(), 65_507]) {
        const from = count % 2 === 0 ? pair.client.address : at('203.0.113.9');
        pair.server.endpoint.receive({ address: from, bytes: noise.subarray(0, length) }, pair.now);
        count++;
      }
    }
    pair.flush();
    expect(said).toEqual([]);
    expect(dropped(pair.server) - before).toBe(count);
    expect([client.closed, server.closed]).toEqual([false, false]);
  });

  test('a first packet of another version, and a Version Negotiation packet, are answered by nobody, and the dial goes on', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
    const key = silenceKey(pair.suite, pair.server.endpoint.self.key);
    for (const version of [0, 1, 0x6b3343cf, 0x0a0a0a0a, VERSION + 1, 0xffffffff]) {
      const other = caller.initial().subarray(0, -16);
      new DataView(other.buffer, other.byteOffset).setUint32(1, version);
      caller.send(concat(other, silenceMac(pair.suite, key, other)));
    }
    expect(caller.received).toEqual([]);
    const connection = pair.dial();
    const ids = concat(Uint8Array.of(8), new Uint8Array(8), Uint8Array.of(8), new Uint8Array(8));
    const negotiation = concat(Uint8Array.of(0xc0, 0, 0, 0, 0), ids);
    const said = sent(pair);
    for (const length of [negotiation.length, 1_200]) {
      const bytes = concat(negotiation, new Uint8Array(length - negotiation.length).fill(0xff));
      pair.inject(pair.client, pair.server.address, bytes);
      pair.inject(pair.server, pair.client.address, bytes);
    }
    expect(said).toEqual([]);
    pair.drive({ until: () => connection.confirmed });
    expect(connection.confirmed).toBe(true);
  });

  test('whatever a node has sent, when it comes back to it is answered by nothing', () => {
    const pair = new Pair();
    for (let i = 0; i < 8; i++) new Stranger(pair, pair.server, at(`198.51.${i}.1`)).call();
    const said = sent(pair);
    const { client, server } = pair.connect();
    for (const connection of [client, server]) {
      connection.write(connection.openStream('unidirectional')!, new Uint8Array(5_000));
    }
    pair.drive({ forMs: 2_000 });
    pair.server.restart();
    client.write(client.openStream('unidirectional')!, utf8('are you there?'));
    pair.drive({ forMs: 2_000 });
    expect(client.closed).toBe(true);
    const again = pair.connect();
    pair.drive({ forMs: 5_000 });
    const all = said.splice(0);
    expect(new Set(all.map(({ bytes }) => packetKind(bytes)))).toEqual(
      new Set(['initial', 'retry', 'handshake', 'short']),
    );
    for (const { by, to, bytes } of all) for (const from of [to, by.address]) pair.inject(by, from, bytes);
    expect(said).toEqual([]);
    expect([again.client.closed, again.server.closed]).toEqual([false, false]);
  });

  test('what bears this node’s own address is answered to itself, as often as a stranger’s at most, and that by nothing', () => {
    const pair = new Pair();
    const recorded = sent(pair);
    const { client } = pair.connect();
    client.write(client.openStream('unidirectional')!, new Uint8Array(5_000));
    pair.drive({ forMs: 5_000 });
    const toServer = recorded.splice(0).filter(({ by }) => by === pair.client);
    pair.server.restart();
    for (const { bytes } of toServer) pair.inject(pair.server, pair.server.address, bytes);
    pair.drive({ forMs: 30_000 });
    const answers = recorded.filter(({ by, to }) => by === pair.server && to === pair.server.address);
    // Message 2, and the resets of one second for packets of a connection that is no more.
    expect(answers.length).toBeGreaterThan(1);
    expect(answers.length).toBeLessThanOrEqual(1 + 10);
    expect(pair.server.endpoint.deadline()).toBeUndefined();
  });

  test('a path of 576 bytes carries no handshake: the dial ends, and says so', () => {
    const pair = new Pair();
    pair.onSend = ({ bytes }) => bytes.length <= 576 - 28;
    const connection = pair.dial();
    pair.drive({ forMs: 70_000 });
    expect(connection.closed).toBe(true);
    expect(pair.client.of('closed').map(({ reason }) => reason)).toEqual(['unreachable']);
  });

  test('a path that carries small packets only from now on ends the connection after a minute: it would never say the rest', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive({ forMs: 5_000 });
    pair.onSend = ({ bytes }) => bytes.length <= 576 - 28;
    client.write(client.openStream('unidirectional')!, new Uint8Array(50_000));
    pair.drive({ forMs: 75_000 });
    expect([client.closed, server.closed]).toEqual([true, true]);
    expect(pair.client.of('closed').map(({ reason }) => reason)).toEqual(['unreachable']);
  });
});

/** What a server says in message 2 after reading that Initial, with whatever it should not say. */
function message2(pair: Pair, initial: Uint8Array, wrong: Partial<TransportParameters>): Uint8Array {
  const { suite, random } = pair;
  const { self } = pair.server.endpoint;
  const packet = decodeInitial(initial)!;
  const noise = new Responder({ suite, prologue: prologue(self.key, packet.header), own: self.agreement });
  noise.readMessage1(packet.message);
  const own = { id: random.bytes(8), resetToken: random.bytes(16) };
  const ids = { originalDestinationConnectionId: packet.destination.slice() };
  const parameters = { ...ourParameters(own), ...ids, ...wrong };
  const frame = encodeFrame({ type: 'transport-parameters', parameters });
  const payload = concat(frame, new Uint8Array(1_000 - frame.length));
  const { message } = noise.writeMessage2(keyPair(suite, random.bytes(32)), payload);
  return encodeHandshake({ destination: packet.source, source: own.id, message });
}

describe('Handshake', () => {
  test('message 2 with ids that were not seen, or of another version, is dropped, and the dial goes on', () => {
    const pair = new Pair();
    const said = sent(pair);
    const connection = pair.dial();
    const initial = said[0]!.bytes;
    const other = new Uint8Array(8).fill(9);
    for (const wrong of [
      { originalDestinationConnectionId: other },
      { initialSourceConnectionId: other },
      { retrySourceConnectionId: other },
      { versions: { chosen: 1, available: [1, VERSION] } },
    ]) {
      pair.inject(pair.client, pair.server.address, message2(pair, initial, wrong));
    }
    expect(pair.client.endpoint.dropped.get('handshake')).toBe(4);
    expect(said).toHaveLength(1);
    pair.inject(pair.client, pair.server.address, message2(pair, initial, {}));
    expect(said.slice(1).map(({ bytes }) => packetKind(bytes))).toContain('short');
    expect(connection.closed).toBe(false);
  });

  const lost: readonly (readonly [string, (nth: number) => boolean])[] = [
    ['the first', (nth) => nth === 0],
    ['the first three', (nth) => nth < 3],
    ['every third', (nth) => nth % 3 === 0],
    ['two of three', (nth) => nth % 3 !== 0],
  ];
  test.each(lost)('%s datagrams lost, of one side or of both, with a Retry and without: they connect', (_, isLost) => {
    for (const deaf of ['client', 'server', 'both'] as const) {
      for (const crowd of [0, 8]) {
        const pair = new Pair();
        const hub = pair.add('hub', '192.0.2.5');
        for (let i = 0; i < crowd; i++) new Stranger(pair, hub, at(`198.51.${i}.1`)).call();
        const counts = new Map<Side, number>();
        pair.onSend = (_, by) => {
          const nth = counts.get(by) ?? 0;
          counts.set(by, nth + 1);
          const isDeaf = deaf === 'both' || (deaf === 'client') === (by === hub);
          return !(isDeaf && isLost(nth));
        };
        expect(pair.connect(pair.client, hub).client.confirmed).toBe(true);
      }
    }
  });
});

describe('Frames and transport', () => {
  test('whatever a peer announces, at the ends of what it may, is served, without a loop and without a flood, until it is silent', () => {
    const ends = (min: number, max: number) => fc.constantFrom(min, min + 1, Math.floor(max / 2), max - 1, max);
    const huge = ends(0, Number.MAX_SAFE_INTEGER);
    const announced = fc.record(
      {
        maxIdleTimeoutMs: huge,
        maxUdpPayloadBytes: ends(1_200, Number.MAX_SAFE_INTEGER),
        initialMaxData: huge,
        initialMaxStreamDataBidiLocal: huge,
        initialMaxStreamDataBidiRemote: huge,
        initialMaxStreamDataUni: huge,
        initialMaxStreamsBidi: ends(0, 2 ** 50),
        initialMaxStreamsUni: ends(0, 2 ** 50),
        ackDelayExponent: ends(0, 20),
        maxAckDelayMs: ends(1, 2 ** 14 - 1),
        activeConnectionIdLimit: ends(2, Number.MAX_SAFE_INTEGER),
        maxDatagramFrameBytes: huge,
        minAckDelayMicros: fc.constantFrom(0, 1),
        addressDiscovery: ends(0, 2),
      },
      { requiredKeys: [] },
    );
    const delay = fc.constantFrom(0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(announced, delay, (parameters, ackDelay) => {
        const pair = new Pair();
        const caller = new Stranger(pair, pair.server, at('192.0.2.66'));
        const all = { ...caller.parameters, ...parameters } as TransportParameters;
        caller.send(caller.initial([{ type: 'transport-parameters', parameters: all }]));
        caller.prove();
        const { connection } = pair.server.of('confirmed')[0]!;
        for (const kind of ['bidirectional', 'unidirectional'] as const) {
          const own = connection.openStream(kind);
          if (own !== undefined) connection.write(own, new Uint8Array(20_000));
        }
        for (let second = 0; second < 20; second++) {
          pair.drive({ forMs: 1_000 });
          caller.send(caller.packet([{ ...caller.ack, delay: ackDelay } as Frame, { type: 'ping' }]));
        }
        pair.drive({ forMs: 200_000 });
        expect(caller.received.length).toBeLessThan(400);
        expect(connection.closed).toBe(true);
        expect(pair.server.endpoint.deadline()).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('bytes of a stream that come again as others change nothing: the first stand', () => {
    const { pair, caller } = peer();
    caller.send(caller.packet([stream(0, 2, utf8('cdef'))]));
    caller.send(caller.packet([stream(0, 0, utf8('abXXXXgh'))]));
    expect(caller.closeCode).toBeUndefined();
    const { connection } = pair.server.of('stream')[0]!;
    expect(connection.read(id(0))?.bytes).toEqual(utf8('abcdefgh'));
  });

  test('one byte a minute, for an hour: each arrives in its minute, and the connection stays', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    const slow = client.openStream('unidirectional')!;
    for (let minute = 0; minute < 60; minute++) {
      client.write(slow, Uint8Array.of(minute));
      pair.drive({ forMs: 60_000 });
      const { connection } = pair.server.of('confirmed')[0]!;
      expect(connection.read(slow)?.bytes).toEqual(Uint8Array.of(minute));
    }
    expect(client.closed).toBe(false);
  });

  test('a wire that is cut one way for 30 s: both go on; for minutes: both end, and the next dial connects', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive({ forMs: 2_000 });
    const cut = (side: Side) => {
      pair.onSend = (_, by) => by !== side;
    };
    for (const mute of [pair.client, pair.server]) {
      cut(mute);
      client.write(client.openStream('unidirectional')!, utf8('hello'));
      server.write(server.openStream('unidirectional')!, utf8('hello'));
      pair.drive({ forMs: 30_000 });
      pair.onSend = () => undefined;
      pair.drive({ forMs: 9_000 });
    }
    expect([client.closed, server.closed]).toEqual([false, false]);
    for (const side of [pair.client, pair.server]) expect(side.of('readable')).toHaveLength(2);
    cut(pair.client);
    pair.drive({ forMs: 250_000 });
    expect([client.closed, server.closed]).toEqual([true, true]);
    pair.onSend = () => undefined;
    expect(pair.connect().client.confirmed).toBe(true);
  });

  test('a peer that sends from a thousand addresses: few paths are kept, none gets more than three times what it sent, and it is found again', () => {
    const { pair, caller } = peer();
    const { connection } = pair.server.of('confirmed')[0]!;
    const places = Array.from({ length: 1_000 }, (_, i) => at(`100.64.${i >> 8}.${i & 255}`));
    const balance = new Map<Address, number>();
    const before = pair.onSend;
    let worst = 0;
    pair.onSend = (datagram, by, to) => {
      const left = (balance.get(to) ?? 0) - datagram.bytes.length;
      balance.set(to, left);
      if (to !== caller.address) worst = Math.min(worst, left);
      return before(datagram, by, to);
    };
    const out = connection.openStream('unidirectional')!;
    for (const place of places) {
      const packet = caller.packet([{ type: 'ping' }]);
      balance.set(place, 3 * packet.length);
      connection.write(out, new Uint8Array(100));
      caller.send(packet, place);
      pair.drive({ forMs: 5 });
      const kept = places.filter((one) => connection.link.paths.to(one)).length;
      expect(kept).toBeLessThanOrEqual(PATHS_TRIED_MAX + 2);
    }
    expect(worst).toBe(0);
    caller.send(caller.packet([{ type: 'ping' }, caller.ack]));
    pair.drive({ forMs: 1_000 });
    expect(connection.address).toBe(caller.address);
    expect(connection.closed).toBe(false);
  });

  test('a PATH_RESPONSE that answers nothing proves no address', () => {
    const { pair, caller } = peer();
    const { connection } = pair.server.of('confirmed')[0]!;
    const place = at('203.0.113.9');
    caller.send(caller.packet([{ type: 'ping' }]), place);
    expect(connection.address).toBe(place);
    for (let i = 0; i < 100; i++) {
      caller.send(caller.packet([{ type: 'path-response', data: pair.random.bytes(8) }]), place);
    }
    expect(connection.link.paths.current.isProved).toBe(false);
    pair.drive({ forMs: 5_000 });
    expect(connection.address).toBe(caller.address);
  });

  test('of thirty other addresses that a peer tells, few are asked: no more than there are ids to ask with', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive({ forMs: 2_000 });
    const told = Array.from({ length: 30 }, (_, i) => at(`203.0.113.${i}`));
    client.steer(({ paths }) => paths.offer(told));
    const asked = new Set<Address>();
    pair.onSend = (_, __, to) => {
      if (told.includes(to)) asked.add(to);
      return false;
    };
    client.write(client.openStream('unidirectional')!, utf8('where are you?'));
    pair.drive({ forMs: 58_000 });
    expect(asked.size).toBeGreaterThan(0);
    expect(asked.size).toBeLessThan(CANDIDATES_MAX);
  });
});
