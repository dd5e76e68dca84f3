import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { CLOSE_REASONS } from '../../../src/core/base/peer-error.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { nobleSuite } from '../../../src/core/crypto/noble-suite.ts';
import { HANDSHAKE_DATAGRAM_BYTES } from '../../../src/core/transport/handshake.ts';
import type { StreamId } from '../../../src/core/wire/frame.ts';
import { packetKind } from '../../../src/core/wire/packet.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { Pair, type Side } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const MINUTE = 60_000;
const at = (host: string, port = 7000): Address => address(host, port)!;
const text = (side: Side, index: number): string | undefined => side.of('closed')[index]?.reason;

describe('§1.1 handshake', () => {
  for (const [suite, v6] of [
    [nobleSuite, false],
    [nodeSuite, true],
  ] as const) {
    test(`two round trips and both sides are confirmed, on ${suite.name} over IPv${v6 ? 6 : 4}`, () => {
      const pair = new Pair({ suite, v6 });
      const { client, server } = pair.connect();
      expect(pair.now - 1_000).toBe(40);
      expect(client.peer).toBe(pair.server.endpoint.id);
      expect(server.peer).toBe(pair.client.endpoint.id);
      expect(server.alpn).toBe('quicprochat/p2p/1');
      expect([client.rttMs, server.rttMs]).toEqual([20, 20]);
      expect([client.initiator, server.initiator]).toEqual([true, false]);
      expect([client.address, server.address]).toEqual([pair.server.address, pair.client.address]);
      expect(pair.client.of('confirmed')).toHaveLength(1);
      expect(pair.server.of('confirmed')).toHaveLength(1);
    });
  }

  test('both handshake packets have 1200 bytes, and every byte is authenticated', () => {
    const pair = new Pair();
    const sizes: number[] = [];
    pair.onSend = ({ bytes }) => {
      if (packetKind(bytes) !== 'short') sizes.push(bytes.length);
      return true;
    };
    pair.connect();
    expect(sizes).toEqual([HANDSHAKE_DATAGRAM_BYTES, HANDSHAKE_DATAGRAM_BYTES]);

    for (let byte = 0; byte < 1_200; byte += 13) {
      const fresh = new Pair({ seed: 5 });
      fresh.onSend = ({ bytes }) => {
        const copy = bytes.slice();
        copy[byte]! ^= 1 << (byte % 8);
        fresh.cut();
        if (packetKind(bytes) === 'initial')
          fresh.server.endpoint.receive({ address: fresh.client.address, bytes: copy }, fresh.now);
        return false;
      };
      fresh.dial();
      expect(fresh.server.endpoint.pollTransmit(fresh.now), `byte ${byte}`).toBeUndefined();
    }
  });

  test('a damaged message 2 changes nothing: the next copy is read', () => {
    const pair = new Pair();
    let damaged = 0;
    pair.onSend = ({ bytes, address }, from) => {
      if (packetKind(bytes) !== 'handshake' || damaged++ > 0) return true;
      for (let byte = 0; byte < 1_200; byte += 41) {
        const copy = bytes.slice();
        copy[byte]! ^= 0x10;
        pair.client.endpoint.receive({ address, bytes: copy }, pair.now);
      }
      expect(from).toBe(pair.server);
      return true;
    };
    pair.connect();
    expect(damaged).toBe(1);
  });

  test('the client waits 1 s, then twice as long each time up to 8 s, and gives up after a minute: unreachable', () => {
    const pair = new Pair();
    const sentAt: number[] = [];
    const copies = new Set<string>();
    pair.onSend = ({ bytes }) => {
      sentAt.push((pair.now - 1_000) / 1_000);
      copies.add(Buffer.from(bytes).toString('hex'));
      return false;
    };
    const connection = pair.dial();
    pair.drive({ forMs: 2 * MINUTE });
    expect(copies.size).toBe(1);
    const times = [...new Set(sentAt)];
    const waits = times.slice(1).map((time, i) => time - times[i]!);
    for (const [i, expected] of [1, 2, 4, 8, 8, 8].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(expected * 0.8);
      expect(waits[i]).toBeLessThanOrEqual(expected * 1.2);
    }
    expect(pair.client.events).toEqual([
      expect.objectContaining({ type: 'closed', reason: 'unreachable', byPeer: false }),
    ]);
    expect([connection.closed, connection.confirmed]).toEqual([true, false]);
    expect([...pair.client.endpoint.connections()]).toEqual([]);
    expect(pair.client.endpoint.deadline()).toBeUndefined();
  });

  test('one dial goes to all addresses, and the path is the one that answered', () => {
    const pair = new Pair();
    const addresses = [at('198.51.100.9'), pair.server.address, at('2001:db8::99')];
    const connection = pair.client.endpoint.dial({ peer: pair.server.endpoint.id, addresses }, pair.now);
    pair.drive();
    expect(connection.confirmed).toBe(true);
    expect(connection.address).toBe(pair.server.address);
  });

  test('an answer that comes sooner, from an address that was not called, is not read: it may be a copy of the one that is still to come', () => {
    const pair = new Pair();
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.server) pair.client.endpoint.receive({ address: at('203.0.113.66'), bytes }, pair.now);
      return undefined;
    };
    const connection = pair.dial();
    pair.drive({ until: () => connection.confirmed });
    expect(connection.confirmed).toBe(true);
    expect(connection.address).toBe(pair.server.address);
  });

  test('a host that answers from another of its addresses is heard when it was called a second time', () => {
    const pair = new Pair();
    const other = at('203.0.113.9');
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.client) pair.inject(pair.server, from.address, bytes);
      else pair.inject(pair.client, other, bytes);
      return false;
    };
    const connection = pair.dial();
    pair.drive({ until: () => connection.confirmed, forMs: 3_000 });
    expect(connection.address).toBe(other);
  });

  test('a second dial to the same peer is the first one', () => {
    const pair = new Pair();
    const connection = pair.dial();
    expect(pair.dial()).toBe(connection);
    pair.drive();
    expect(pair.dial()).toBe(connection);
  });

  test('a node does not dial itself, and does not answer itself', () => {
    const pair = new Pair();
    const connection = pair.dial(pair.client, pair.client);
    expect(connection.closed).toBe(true);
    expect(text(pair.client, 0)).toBe('refused');

    const twin = new Stranger(pair, pair.server, at('192.0.2.77'), pair.server.options.seed);
    twin.send(twin.initial());
    expect(twin.received).toEqual([]);
    expect(pair.server.endpoint.dropped.get('initial-identity')).toBe(1);
  });

  test('whoever holds another key than the one dialled is never connected to', () => {
    const pair = new Pair();
    const impostor = pair.add('impostor', '192.0.2.3');
    const connection = pair.client.endpoint.dial(
      { peer: pair.server.endpoint.id, addresses: [impostor.address] },
      pair.now,
    );
    pair.drive({ forMs: 2 * MINUTE });
    expect(connection.confirmed).toBe(false);
    expect(text(pair.client, 0)).toBe('unreachable');
    expect(impostor.events).toEqual([]);
    expect(impostor.endpoint.dropped.get('initial-mac')).toBeGreaterThan(0);
  });

  test('a node_id that is not the key of the handshake, or none at all, is not answered', () => {
    const pair = new Pair();
    const stranger = new Stranger(pair, pair.server, at('192.0.2.77'));
    const other = pair.suite.publicKey(pair.random.bytes(32));
    const { nodeId: _, ...nobody } = stranger.parameters;
    for (const parameters of [{ ...stranger.parameters, nodeId: other }, nobody]) {
      stranger.send(stranger.initial([{ type: 'transport-parameters', parameters }]));
    }
    expect(stranger.received).toEqual([]);
    expect(pair.server.endpoint.dropped.get('initial-identity')).toBe(2);
  });

  for (const [what, options, reason] of [
    ['network', { network: new Uint8Array(16).fill(8) }, 'wrongNetwork'],
    ['protocol', { alpn: ['quicprochat/federation/1'] }, 'wrongAlpn'],
  ] as const) {
    test(`a wrong ${what} is answered by message 2 with the reason, and early data are not read`, () => {
      const pair = new Pair();
      const caller = pair.add('caller', '192.0.2.4', options);
      pair.dial(caller, pair.server, [utf8('hello?')]);
      pair.drive();
      expect(caller.events).toEqual([expect.objectContaining({ type: 'closed', reason, byPeer: true })]);
      expect(pair.server.events).toEqual([]);
      expect([...pair.server.endpoint.connections()]).toEqual([]);
    });
  }

  test('a full endpoint tells the next caller: refused', () => {
    const pair = new Pair();
    const hub = pair.add('hub', '192.0.2.5', { connectionsMax: 1 });
    pair.connect(pair.client, hub);
    pair.dial(pair.server, hub);
    pair.drive();
    expect(text(pair.server, 0)).toBe('refused');
  });

  for (const [what, weather] of [
    ['30 % loss', { loss: 0.3 }],
    ['30 % corruption', { corrupt: 0.3 }],
    ['both at 20 %, with duplicates and reordering', { loss: 0.2, corrupt: 0.2, duplicate: 0.2, jitterMs: 30 }],
  ] as const) {
    test(`${what}: 50 of 50 connect within a minute`, () => {
      let connected = 0;
      for (let seed = 1; seed <= 50; seed++) {
        const pair = new Pair({ weather: { latencyMs: 15, ...weather }, seed });
        const { client } = pair.connect();
        if (client.confirmed) connected++;
      }
      expect(connected).toBe(50);
    });
  }
});

describe('§1.1 early data', () => {
  test('arrives with message 1, after half a round trip, before anybody is confirmed', () => {
    const pair = new Pair();
    pair.dial(pair.client, pair.server, [utf8('one'), utf8('two'), utf8('three')]);
    pair.drive({ forMs: 10 });
    const events = pair.server.events.map(({ type, ...rest }) => ('stream' in rest ? `${type} ${rest.stream}` : type));
    expect(events).toEqual(['stream 4', 'readable 4', 'stream 8', 'readable 8', 'stream 12', 'readable 12']);
    const { connection } = pair.server.events[0]!;
    expect(connection.confirmed).toBe(false);
    expect([...pair.server.endpoint.connections()]).toEqual([]);
    expect(connection.read(8 as StreamId)).toEqual({ bytes: utf8('two'), fin: true });
  });

  test('the answer goes out once the client is confirmed, and stream 0 is still the first to open', () => {
    const pair = new Pair();
    const client = pair.dial(pair.client, pair.server, [utf8('question')]);
    pair.server.onEvent = (event) => {
      if (event.type !== 'readable') return;
      event.connection.read(event.stream);
      event.connection.write(event.stream, utf8('answer'));
      event.connection.finish(event.stream);
    };
    pair.drive();
    expect(client.read(4 as StreamId)).toEqual({ bytes: utf8('answer'), fin: true });
    expect(client.openStream('bidirectional')).toBe(0);
    expect(client.openStream('bidirectional')).toBe(8);
    expect(client.streams.size).toBe(2);
  });

  test('what does not fit into message 1 follows on its stream', () => {
    const pair = new Pair();
    const payloads = [new Uint8Array(700).fill(1), new Uint8Array(5_000).fill(2), new Uint8Array(100).fill(3)];
    pair.dial(pair.client, pair.server, payloads);
    pair.drive();
    const { connection } = pair.server.events[0]!;
    expect(pair.server.of('stream').map(({ stream }) => stream)).toEqual([4, 12, 8]);
    for (const [i, payload] of payloads.entries()) {
      expect(connection.read((4 * (i + 1)) as StreamId)).toEqual({ bytes: payload, fin: true });
    }
    expect(pair.client.of('confirmed')[0]!.connection.streams.size).toBe(3);
  });

  test('other streams, parts of streams and other frames in message 1 are not answered', () => {
    const pair = new Pair();
    const stranger = new Stranger(pair, pair.server, at('192.0.2.77'));
    const parameters = { type: 'transport-parameters', parameters: stranger.parameters } as const;
    const stream = { type: 'stream', id: 4 as StreamId, offset: 0, data: utf8('x'), fin: true } as const;
    for (const wrong of [
      { ...stream, id: 0 as StreamId },
      { ...stream, id: 16 as StreamId },
      { ...stream, id: 5 as StreamId },
      { ...stream, id: 2 as StreamId },
      { ...stream, offset: 1 },
      { ...stream, fin: false },
      { type: 'ping' } as const,
      { type: 'max-data', limit: 5 } as const,
      parameters,
    ]) {
      stranger.send(stranger.initial([parameters, wrong]));
      pair.drive({ forMs: 200 });
    }
    stranger.send(stranger.initial([parameters, stream, stream]));
    stranger.send(stranger.initial([stream]));
    expect(stranger.received).toEqual([]);
    expect(pair.server.events).toEqual([]);
    expect(pair.server.endpoint.dropped.get('initial-malformed')).toBe(11);
  });

  test('a connection that showed early data and never proved itself is closed for its owner; another one never was', () => {
    const pair = new Pair();
    pair.onSend = (_, from) => from !== pair.server;
    pair.dial(pair.client, pair.server, [utf8('anybody there?')]);
    const silent = new Stranger(pair, pair.server, at('192.0.2.77'));
    silent.send(silent.initial());
    pair.drive({ forMs: 9_000 });
    expect(pair.server.of('closed')).toEqual([]);
    pair.drive({ forMs: 70_000 });
    expect(pair.server.of('closed').map(({ reason }) => reason)).toContain('unreachable');
    expect(pair.server.of('closed').every(({ connection }) => connection.peer === pair.client.endpoint.id)).toBe(true);
    expect(pair.server.of('confirmed')).toEqual([]);
  });
});

describe('§1.1 confirmation', () => {
  test('a server says nothing of a connection, and sends no 1-RTT packet, before the client has proved itself', () => {
    const pair = new Pair();
    const stranger = new Stranger(pair, pair.server, at('192.0.2.77')).call();
    pair.drive({ forMs: 5_000 });
    expect(stranger.received.map((bytes) => packetKind(bytes))).toEqual(['handshake']);
    expect(pair.server.events).toEqual([]);
    stranger.send(stranger.packet([{ type: 'ping' }]));
    expect(pair.server.of('confirmed')).toHaveLength(1);
    expect(stranger.heard.some(({ type }) => type === 'ack')).toBe(true);
  });

  test('a client is confirmed by the first ACK, even if that packet is lost and others come first', () => {
    const pair = new Pair();
    let short = 0;
    pair.onSend = ({ bytes }, from) => from !== pair.server || packetKind(bytes) !== 'short' || short++ > 0;
    pair.server.onEvent = ({ type, connection }) => {
      if (type !== 'confirmed') return;
      const stream = connection.openStream('unidirectional')!;
      connection.write(stream, utf8('first words'));
    };
    pair.dial();
    pair.drive();
    expect(short).toBeGreaterThan(1);
    expect(pair.client.events.map(({ type }) => type)).toEqual(['confirmed', 'observed', 'stream', 'readable']);
  });

  test('a first packet from an address that never called does not make a path that is proved', () => {
    const pair = new Pair();
    const stranger = new Stranger(pair, pair.server, at('192.0.2.77')).call();
    const victim = new Stranger(pair, pair.server, at('203.0.113.1'));
    const packet = stranger.packet([{ type: 'ping' }]);
    stranger.send(packet, victim.address);
    const connection = pair.server.of('confirmed')[0]!.connection;
    const stream = connection.openStream('bidirectional')!;
    connection.write(stream, new Uint8Array(100_000));
    pair.drive({ forMs: 30_000 });
    const sent = victim.received.reduce((sum, { length }) => sum + length, 0);
    expect(sent).toBeLessThanOrEqual(3 * packet.length);
  });

  test('one that called from two addresses has proved neither: message 2 went to both, and one of them may be a victim’s', () => {
    const pair = new Pair();
    const stranger = new Stranger(pair, pair.server, at('192.0.2.77'));
    const victim = new Stranger(pair, pair.server, at('203.0.113.1'));
    const initial = stranger.initial();
    stranger.send(initial);
    stranger.send(initial, victim.address);
    const packet = stranger.packet([{ type: 'ping' }]);
    stranger.send(packet, victim.address);
    const { connection } = pair.server.of('confirmed')[0]!;
    connection.write(connection.openStream('bidirectional')!, new Uint8Array(100_000));
    pair.drive({ forMs: 30_000 });
    const sent = victim.received.reduce((sum, { length }) => sum + length, 0);
    expect(sent).toBeGreaterThan(1_200);
    expect(sent).toBeLessThanOrEqual(3 * (initial.length + packet.length));
  });

  test('one that called from two addresses is asked at once where it is, however long that takes, and then has proved it', () => {
    const pair = new Pair();
    const stranger = new Stranger(pair, pair.server, at('192.0.2.77'));
    const initial = stranger.initial();
    stranger.send(initial, at('198.51.100.7'));
    stranger.send(initial);
    stranger.prove();
    const { connection } = pair.server.of('confirmed')[0]!;
    const { paths } = connection.link;
    for (let second = 0; second < 10; second++) {
      pair.drive();
      stranger.prove();
    }
    expect(paths.current.isProved).toBe(false);
    const challenge = stranger.heard.findLast((frame) => frame.type === 'path-challenge')!;
    stranger.send(stranger.packet([{ ...challenge, type: 'path-response' }]));
    expect(connection.address).toBe(stranger.address);
    expect(paths.current.isProved).toBe(true);
  });

  test('the close codes of ours go as application codes', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    client.close('goodbye', 'see you', pair.now);
    pair.drive();
    expect(CLOSE_REASONS.goodbye.code).toBe(0x7107);
    expect(pair.server.of('closed')).toEqual([
      expect.objectContaining({ reason: 'goodbye', detail: 'see you', byPeer: true }),
    ]);
    expect(pair.client.of('closed')).toEqual([expect.objectContaining({ reason: 'goodbye', byPeer: false })]);
  });
});
