import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { instant } from '../../../src/core/base/time.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { LossShare } from '../../../src/core/transport/loss-share.ts';
import { packetKind } from '../../../src/core/wire/packet.ts';
import { Pair, type Side } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

describe('RFC 9000 §10: the end of a connection', () => {
  test('silence for a minute ends it: idle, on both sides, without a word', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    let sent = 0;
    pair.onSend = () => {
      sent++;
      return false;
    };
    pair.drive({ forMs: 120_000 });
    for (const side of [pair.client, pair.server]) {
      expect(side.of('closed')).toEqual([expect.objectContaining({ reason: 'idle', byPeer: false })]);
    }
    expect([client.closed, server.closed]).toEqual([true, true]);
    expect(sent).toBeLessThan(60);
    expect(pair.client.endpoint.deadline()).toBeUndefined();
    expect(pair.server.endpoint.deadline()).toBeUndefined();
  });

  test('a connection with nothing to say stays, by one PING every 20 s', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    let packets = 0;
    pair.onSend = () => {
      packets++;
      return true;
    };
    pair.drive({ forMs: 600_000 });
    expect([client.closed, server.closed]).toEqual([false, false]);
    expect(packets).toBeGreaterThan(30);
    expect(packets).toBeLessThan(130);
  });

  test('a cut of 30 s is survived, and what was written meanwhile arrives soon after', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    pair.onSend = () => false;
    const stream = client.openStream('bidirectional')!;
    client.write(stream, utf8('are you there?'));
    pair.drive({ forMs: 30_000 });
    pair.onSend = () => true;
    pair.drive({ forMs: 9_000 });
    expect(pair.server.of('readable')).toHaveLength(1);
  });

  test('a close is said again to what still comes, ever more seldom, and is then forgotten', () => {
    const pair = new Pair();
    const { client, server } = pair.connect();
    pair.drive();
    let closes = 0;
    pair.onSend = (_, from) => {
      if (from === pair.client) closes++;
      return from !== pair.client;
    };
    client.close('goodbye', '', pair.now);
    const stream = server.openStream('unidirectional')!;
    for (let i = 0; i < 16; i++) {
      server.write(stream, utf8('more'));
      pair.drive({ forMs: 1 });
    }
    pair.drive({ forMs: 100 });
    expect(closes).toBeGreaterThan(2);
    expect(closes).toBeLessThan(7);
    pair.drive({ forMs: 2_000 });
    expect(pair.client.endpoint.deadline()).toBeUndefined();
    // The server never heard; the next thing it says is answered by a reset.
    expect(server.closed).toBe(false);
    pair.onSend = () => true;
    pair.drive({ forMs: 9_000 });
    expect(pair.server.of('closed').map(({ reason }) => reason)).toEqual(['reset']);
  });

  test('a peer that says it acknowledges late does not make us keep a closed connection for long', () => {
    const pair = new Pair();
    const caller = new Stranger(pair, pair.server, address('192.0.2.66', 7000)!);
    const slow = { ...caller.parameters, maxAckDelayMs: 2 ** 14 - 1 };
    caller.send(caller.initial([{ type: 'transport-parameters', parameters: slow }]));
    caller.send(caller.packet([{ type: 'ping' }, { type: 'close', application: true, code: 0, detail: '' }]));
    expect(pair.server.of('closed')).toHaveLength(1);
    pair.drive({ forMs: 10_000 });
    expect(pair.server.endpoint.deadline()).toBeUndefined();
  });

  test('a long detail is cut, an unknown code is an error without a name', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    client.close('internal', '€'.repeat(10_000), pair.now);
    pair.drive();
    const [closed] = pair.server.of('closed');
    expect(closed!.detail).toBe('€'.repeat(64));
    expect(closed!.reason).toBe('internal');
  });

  test('an endpoint that closes tells every peer why', () => {
    const pair = new Pair();
    pair.connect();
    pair.client.endpoint.close(pair.now, 'goodbye');
    pair.drive();
    expect(pair.server.of('closed')[0]!.reason).toBe('goodbye');
    expect([...pair.client.endpoint.connections()]).toEqual([]);
    // Whoever has gone may come back at once.
    expect(pair.connect().client.confirmed).toBe(true);
  });

  test('200 connections, one after the other, leave nothing behind', () => {
    const pair = new Pair();
    for (let i = 0; i < 200; i++) {
      const { client } = pair.connect();
      client.close('none', '', pair.now);
      pair.drive({ forMs: 2_000 });
      pair.client.events.length = pair.server.events.length = 0;
    }
    for (const { endpoint } of pair.sides) {
      expect([...endpoint.connections()]).toEqual([]);
      expect(endpoint.deadline()).toBeUndefined();
    }
  });
});

describe('RFC 9000 §10.3: stateless reset', () => {
  test('a server that forgot a connection says so, and the client believes its token', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    pair.server.restart();
    const stream = client.openStream('bidirectional')!;
    client.write(stream, utf8('do you remember me?'));
    pair.drive();
    expect(pair.client.of('closed')).toEqual([expect.objectContaining({ reason: 'reset', byPeer: true })]);
    expect(pair.server.endpoint.dropped.get('forgotten')).toBeGreaterThan(0);
  });

  test('so does a client', () => {
    const pair = new Pair();
    const { server } = pair.connect();
    pair.drive();
    pair.client.restart();
    server.write(server.openStream('bidirectional')!, utf8('do you remember me?'));
    pair.drive();
    expect(pair.server.of('closed')).toEqual([expect.objectContaining({ reason: 'reset', byPeer: true })]);
  });

  test('a wrong token, or the right one from elsewhere, resets nothing', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    let reset: Uint8Array | undefined;
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.server) reset = bytes;
      return from !== pair.server;
    };
    pair.server.restart();
    client.write(client.openStream('bidirectional')!, utf8('hm'));
    pair.drive({ forMs: 100 });
    const wrong = reset!.slice();
    wrong[wrong.length - 1]! ^= 1;
    pair.inject(pair.client, pair.server.address, wrong);
    pair.inject(pair.client, pair.client.address, reset!);
    expect(client.closed).toBe(false);
    pair.inject(pair.client, pair.server.address, reset!);
    expect(client.closed).toBe(true);
  });

  test('is shorter than its cause, is said ten times a second at most, and two that both forgot fall silent', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive();
    const recorded: Uint8Array[] = [];
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.client) recorded.push(bytes);
      return true;
    };
    for (let i = 0; i < 50; i++) client.write(client.openStream('unidirectional')!, utf8('words'));
    pair.drive();
    pair.server.restart();
    pair.client.restart();
    let resets = 0;
    pair.onSend = ({ bytes }, from) => {
      expect(packetKind(bytes)).toBe('short');
      expect(bytes.length).toBeLessThan(43);
      expect(from).toBe(pair.server);
      resets++;
      return true;
    };
    for (const bytes of recorded) for (let i = 0; i < 20; i++) pair.inject(pair.server, pair.client.address, bytes);
    pair.drive();
    expect(resets).toBe(10);
  });
});

describe('§1.1 a peer that acknowledges nothing', () => {
  const told = (side: Side) =>
    side.events.map(({ type }) => type).filter((type) => type === 'silent' || type === 'heard');

  test('counts as silent less than half a minute after it was heard last, and as heard when it answers again', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive({ forMs: 5_000 });
    pair.onSend = () => false;
    pair.drive({ forMs: 30_000 });
    expect([client.link.silent, client.closed]).toEqual([true, false]);
    expect(told(pair.client)).toEqual(['silent']);
    pair.onSend = () => true;
    pair.drive({ forMs: 10_000 });
    expect([client.link.silent, client.closed]).toEqual([false, false]);
    expect(told(pair.client)).toEqual(['silent', 'heard']);
  });

  test('who is asked something, within ten seconds', () => {
    const pair = new Pair();
    const { client } = pair.connect();
    pair.drive({ forMs: 5_000 });
    pair.onSend = () => false;
    client.write(client.openStream('bidirectional')!, utf8('are you there?'));
    pair.drive({ forMs: 10_000 });
    expect(client.link.silent).toBe(true);
  });

  test('is nobody who is heard now and then: at 30 % loss, an hour with nothing to say', () => {
    const pair = new Pair({ weather: { loss: 0.3, latencyMs: 100 } });
    const { client } = pair.connect();
    pair.drive({ forMs: 3_600_000 });
    expect(client.closed).toBe(false);
    expect(told(pair.client).length).toBeLessThanOrEqual(2);
  });
});

describe('§2.1 the share of packets that are lost', () => {
  for (const loss of [0, 0.05, 0.3]) {
    test(`is measured: ${loss}`, () => {
      const pair = new Pair({ weather: { loss } });
      const { client } = pair.connect();
      const stream = client.openStream('bidirectional')!;
      for (let i = 0; i < 600; i++) {
        client.write(stream, utf8('a word'));
        pair.drive({ forMs: 100 });
      }
      expect(Math.abs(client.link.lossShare - loss)).toBeLessThan(0.08);
    });
  }

  test('is hardly any after one lost packet, and none again after a few minutes', () => {
    const losses = new LossShare();
    losses.lost(instant(0));
    expect(losses.share).toBeLessThan(0.15);
    for (let at = 20_000; at < 300_000; at += 20_000) losses.arrived(instant(at));
    expect(losses.share).toBeLessThan(0.005);
  });

  test('does not count what was only late', () => {
    const losses = new LossShare();
    for (let i = 0; i < 20; i++) losses.lost(instant(i));
    for (let i = 0; i < 20; i++) losses.late(instant(20 + i));
    expect(losses.share).toBe(0);
  });
});
