import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import type { DropReason } from '../../../src/core/base/drop-reason.ts';
import {
  ANSWERS_WAITING_MAX,
  HALF_OPEN_MAX,
  HALF_OPEN_PER_WIDER_BLOCK_MAX,
  REPEATS_ANSWERED,
  RETRIES,
  STREAMS_MAX,
} from '../../../src/core/base/limits.ts';
import { silenceKey, silenceMac } from '../../../src/core/transport/handshake.ts';
import type { Frame, StreamId } from '../../../src/core/wire/frame.ts';
import { packetKind } from '../../../src/core/wire/packet.ts';
import { Pair, type Side } from '../../support/pair.ts';
import { Stranger } from '../../support/stranger.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;
const dropped = (side: Side, reason: DropReason): number => side.endpoint.dropped.get(reason) ?? 0;
const kinds = (caller: Stranger) => caller.received.map((bytes) => packetKind(bytes));

/** Calls from here, with a token if it is asked for one, and stays half open if it is let in. */
function caller(pair: Pair, host: string): Stranger {
  const stranger = new Stranger(pair, pair.server, at(host));
  stranger.send(stranger.initial());
  return stranger.answered ? stranger : withToken(stranger);
}

function withToken(stranger: Stranger): Stranger {
  stranger.callWithToken();
  return stranger;
}

/** So many first packets at one moment, each from an address of its own: the same bytes, for none of them is kept. */
function flood(pair: Pair, count: number): void {
  const forger = new Stranger(pair, pair.server, at('203.0.113.66'));
  const initial = forger.initial();
  for (let i = 0; i < count; i++) {
    pair.server.endpoint.receive(
      { address: at(`100.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), bytes: initial },
      pair.now,
    );
    // Message 2 for the first of them, once: repeats would be answered as such.
    if (i % 100 === 0) pair.flush();
  }
  pair.flush();
}

describe('§1.1 a source that many claim to be', () => {
  test('forged first packets that bear a client’s address do not keep that client out', () => {
    const pair = new Pair();
    const forger = new Stranger(pair, pair.server, at('203.0.113.66'));
    const key = silenceKey(pair.suite, pair.server.endpoint.self.key);
    const forge = (): void => {
      const bytes = forger.initial();
      bytes[100]! ^= 1;
      bytes.set(silenceMac(pair.suite, key, bytes.subarray(0, -16)), bytes.length - 16);
      forger.send(bytes, pair.client.address);
    };
    for (let i = 0; i < 100; i++) {
      forge();
      pair.drive({ forMs: 7 });
    }
    const connection = pair.dial();
    for (let i = 0; i < 100 && !connection.confirmed; i++) {
      forge();
      pair.drive({ forMs: 7 });
    }
    expect(connection.confirmed).toBe(true);
  });

  test('whoever calls too often is told to bring a token, and is let in with it', () => {
    const pair = new Pair();
    const callers = Array.from({ length: 6 }, (_, i) => new Stranger(pair, pair.server, at('192.0.2.66', 7000 + i)));
    for (const one of callers.slice(0, 5)) one.call().prove();
    const sixth = callers[5]!;
    sixth.callWithToken();
    expect(kinds(sixth)).toEqual(['retry', 'handshake']);
  });

  test('an IPv4 host is one host, whether the system names it so or by the IPv6 address that stands for it', () => {
    const pair = new Pair();
    const names = ['203.0.113.1', '::ffff:203.0.113.1', '::ffff:cb00:7101', '0:0:0:0:0:FFFF:203.0.113.1'];
    const callers = Array.from({ length: 20 }, (_, i) => new Stranger(pair, pair.server, at(names[i % 4]!, 7000 + i)));
    for (const one of callers) one.send(one.initial());
    expect(callers.filter(({ answered }) => answered)).toHaveLength(5);
    expect(new Set(callers.slice(5).flatMap(kinds))).toEqual(new Set(['retry']));
  });

  test('those who prove their address are counted too: five at once, then twenty a second', () => {
    const pair = new Pair();
    const let5 = Array.from({ length: 20 }, (_, i) => new Stranger(pair, pair.server, at('192.0.2.66', 7000 + i)));
    for (const one of let5) {
      one.send(one.initial());
      if (!one.answered) one.callWithToken();
      if (one.answered) one.prove();
    }
    expect(let5.filter(({ answered }) => answered)).toHaveLength(10);
    expect(dropped(pair.server, 'initial-rate')).toBe(10);
  });
});

describe('§1.1 Retry', () => {
  test('a flood is answered by so many Retries a second, each a fraction of what caused it, and nothing is kept', () => {
    const pair = new Pair();
    for (let i = 0; i < 8; i++) new Stranger(pair, pair.server, at(`198.51.${i}.1`)).call();
    let bytes = 0;
    let retries = 0;
    pair.onSend = (datagram) => {
      retries++;
      bytes = Math.max(bytes, datagram.bytes.length);
      return false;
    };
    const deadline = pair.server.endpoint.deadline();
    flood(pair, RETRIES.burst + 500);
    expect(retries).toBe(RETRIES.burst);
    expect(dropped(pair.server, 'initial-retry-rate')).toBe(500);
    expect(bytes).toBeLessThan(100);
    expect(pair.server.endpoint.deadline()).toBe(deadline);
  });

  test('a token opens one handshake: brought a second time it is refused, however that one ended', () => {
    const pair = new Pair();
    for (let i = 0; i < 8; i++) new Stranger(pair, pair.server, at(`198.51.${i}.1`)).call();
    const one = new Stranger(pair, pair.server, at('192.0.2.66'));
    const token = one.callWithToken();
    one.send(one.initial(undefined, { token }));
    pair.drive({ forMs: 11_000 });
    one.send(one.initial(undefined, { token }));
    expect(kinds(one)).toEqual(['retry', 'handshake']);
    expect(dropped(pair.server, 'initial-token-used')).toBe(2);
  });

  test('a copy of the first packet that brought it is answered as a repeat', () => {
    const pair = new Pair();
    for (let i = 0; i < 8; i++) new Stranger(pair, pair.server, at(`198.51.${i}.1`)).call();
    const sent: Uint8Array[] = [];
    pair.onSend = ({ bytes }, from) => {
      if (from === pair.client && packetKind(bytes) === 'initial') sent.push(bytes);
      return packetKind(bytes) !== 'handshake';
    };
    pair.dial();
    pair.drive({ forMs: 2_900 });
    const last = sent.at(-1)!;
    expect(sent.filter((bytes) => bytes === last).length).toBeGreaterThan(1);
    expect(dropped(pair.server, 'initial-token-used')).toBe(0);
  });
});

describe('§1.1 places for handshakes under way', () => {
  test('hosts of one region take half of them', () => {
    const pair = new Pair();
    const callers = Array.from({ length: HALF_OPEN_PER_WIDER_BLOCK_MAX + 8 }, (_, i) => caller(pair, `203.0.${i}.1`));
    expect(callers.filter(({ answered }) => answered)).toHaveLength(HALF_OPEN_PER_WIDER_BLOCK_MAX);
    expect(caller(pair, '203.1.0.1').answered).toBe(true);
  });

  test('when all are taken, whoever hoards them makes room for a caller from elsewhere, who then connects', () => {
    const pair = new Pair();
    const hoarders = Array.from({ length: HALF_OPEN_MAX }, (_, i) => caller(pair, `203.${i % 4}.${i}.1`));
    expect(hoarders.every(({ answered }) => answered)).toBe(true);
    const connection = pair.dial();
    pair.drive({ until: () => connection.confirmed });
    expect(connection.confirmed).toBe(true);
    // Who hoards as much as any other gets no more.
    expect(caller(pair, '203.0.250.1').answered).toBe(true);
    expect(caller(pair, '203.0.251.1').answered).toBe(false);
    expect(dropped(pair.server, 'initial-half-open')).toBe(1);
  });

  test('when two hosts have all places of their region, they make room for a third one there, who then connects', () => {
    const pair = new Pair();
    const hoarders = Array.from({ length: HALF_OPEN_PER_WIDER_BLOCK_MAX }, (_, i) => {
      pair.drive({ forMs: 60 });
      return caller(pair, `203.0.${i % 2}.1`);
    });
    expect(hoarders.every(({ answered }) => answered)).toBe(true);
    const connection = pair.dial(pair.add('neighbour', '203.0.9.9'));
    pair.drive({ until: () => connection.confirmed });
    expect(connection.confirmed).toBe(true);
  });

  test('a hoarder does not keep its place by calling again', () => {
    const pair = new Pair();
    const [first, ...others] = Array.from({ length: HALF_OPEN_MAX }, (_, i) => {
      pair.drive({ forMs: 10 });
      return caller(pair, `203.${i % 2}.${i}.1`);
    });
    first!.send(first!.lastInitial!);
    const connection = pair.dial();
    pair.drive({ until: () => connection.confirmed });
    const isIn = (one: Stranger): boolean => one.prove().heard.some(({ type }) => type === 'ack');
    expect([isIn(first!), isIn(others[0]!)]).toEqual([false, true]);
  });

  test('who is refused takes none', () => {
    const pair = new Pair();
    const stranger = pair.add('stranger', '198.51.100.1', { network: new Uint8Array(16).fill(9) });
    for (let i = 0; i < 100; i++) {
      const refused = pair.dial(stranger);
      pair.drive({ until: () => refused.closed });
    }
    expect(new Set(stranger.of('closed').map(({ reason }) => reason))).toEqual(new Set(['wrongNetwork']));
    expect(dropped(pair.server, 'initial-half-open')).toBe(0);
    const honest = new Stranger(pair, pair.server, at('192.0.2.66'));
    expect(kinds(honest.call())).toEqual(['handshake']);
  });
});

describe('§1.1 queues of the endpoint', () => {
  test('repeats of one first packet are answered a few times, then ever less', () => {
    const pair = new Pair();
    const one = new Stranger(pair, pair.server, at('192.0.2.66'));
    const initial = one.initial();
    for (let i = 0; i < 1_000; i++) one.send(initial);
    expect(one.received).toHaveLength(1 + REPEATS_ANSWERED.burst);
    pair.drive({ forMs: 1_000 });
    for (let i = 0; i < 1_000; i++) one.send(initial);
    expect(one.received).toHaveLength(1 + REPEATS_ANSWERED.burst + REPEATS_ANSWERED.perSecond);
    expect(one.prove().heard.length).toBeGreaterThan(0);
  });

  test('events that the owner does not fetch are a few for each stream, however many frames bring them', () => {
    const pair = new Pair();
    const one = new Stranger(pair, pair.server, at('192.0.2.66')).call().prove();
    const before = pair.server.events.length;
    for (let round = 0; round < 20; round++) {
      const frames = Array.from({ length: 1_000 }, (_, i): Frame => {
        const id = (4 * (i % STREAMS_MAX)) as StreamId;
        const end: Frame = { type: 'reset-stream', id, code: 1, finalSize: 1_000 };
        const part: Frame = { type: 'stream', id, offset: round * 8 + (i >> 7), data: new Uint8Array(1), fin: false };
        return round === 19 ? end : part;
      });
      pair.server.endpoint.receive({ address: one.address, bytes: one.packet(frames) }, pair.now);
    }
    pair.flush();
    expect(pair.server.events.length - before).toBe(3 * STREAMS_MAX);
  });

  test('answers that the owner does not fetch are bounded', () => {
    const pair = new Pair();
    const one = new Stranger(pair, pair.server, at('192.0.2.66'));
    const initials = Array.from({ length: 60 }, () => one.initial());
    for (let i = 0; i < 1_000; i++) {
      const from = at(`100.64.${i >> 8}.${i & 255}`);
      pair.server.endpoint.receive({ address: from, bytes: initials[i % initials.length]! }, pair.now);
    }
    let waiting = 0;
    while (pair.server.endpoint.pollTransmit(pair.now)) waiting++;
    expect(waiting).toBe(ANSWERS_WAITING_MAX);
    expect(dropped(pair.server, 'answers-full')).toBeGreaterThan(0);
  });
});
