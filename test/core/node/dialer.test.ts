import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/core/base/address.ts';
import { LET_GO_MS, REDIAL_MS_MAX, REDIAL_MS_MIN, WISHES_MAX } from '../../../src/core/base/limits.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { Dialer, dialable, mayBeAt } from '../../../src/core/node/dialer.ts';
import type { Peer } from '../../../src/core/node/peer-book.ts';
import { PEER_LIMITS } from '../../../src/core/node/peer-limits.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';

const bob = 'bob' as NodeId;
/** Half way: no jitter. */
const steady = { bytes: (count: number) => new Uint8Array(count).fill(0x80) };

const alone = { neighbours: 0, dialling: 0 };

describe('whom to dial, and when', () => {
  test('a wish is due at once, and once', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, false, instant(5));
    expect(dialer.due(alone, instant(5))).toEqual([bob]);
    expect(dialer.due(alone, instant(5))).toEqual([]);
  });

  test('every failure doubles the wait, up to a limit', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, false, instant(0));
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      dialer.failed(bob, false, instant(now));
      waits.push(Math.round(dialer.deadline()! - now));
      now = dialer.deadline()!;
    }
    expect(waits[1]! / waits[0]!).toBeCloseTo(2, 1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(REDIAL_MS_MAX * 1.01);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(REDIAL_MS_MAX * 0.99);
  });

  test('news make it due at once, and the next wait short again', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, false, instant(0));
    for (let i = 0; i < 9; i++) dialer.failed(bob, false, instant(0));
    dialer.want(bob, true, instant(100));
    expect(dialer.due(alone, instant(100))).toEqual([bob]);
    dialer.failed(bob, false, instant(100));
    expect(dialer.deadline()! - 100).toBeLessThan(REDIAL_MS_MIN * 3);
  });

  test('another network makes everybody due at once, and the next wait short again', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    for (const peer of [bob, 'eve' as NodeId]) {
      dialer.want(peer, false, instant(0));
      for (let i = 0; i < 9; i++) dialer.failed(peer, false, instant(0));
    }
    expect(dialer.due(alone, instant(100))).toEqual([]);
    dialer.refresh(instant(100));
    expect(dialer.deadline()).toBe(100);
    expect(dialer.due(alone, instant(100))).toEqual([bob, 'eve']);
    dialer.failed(bob, false, instant(100));
    expect(dialer.deadline()! - 100).toBeLessThan(REDIAL_MS_MIN * 3);
  });

  test('with neighbours enough only what is urgent is dialled', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, false, instant(0));
    dialer.want('eve' as NodeId, true, instant(0));
    expect(dialer.due({ neighbours: PEER_LIMITS.low, dialling: 0 }, instant(0))).toEqual(['eve']);
  });

  test('one that waits because there are neighbours enough is dialled as soon as one of them leaves', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, false, instant(0));
    expect(dialer.due({ neighbours: PEER_LIMITS.low, dialling: 0 }, instant(0))).toEqual([]);
    expect(dialer.deadline()).toBeUndefined();
    expect(dialer.due({ neighbours: PEER_LIMITS.low - 1, dialling: 0 }, instant(10))).toEqual([bob]);
  });

  test('of many, so many at a time go out, and the urgent first', () => {
    const dialer = new Dialer(steady, { ...PEER_LIMITS, dialsPerSecond: 1_000, dialsAtOnce: 3 }, instant(0));
    for (let n = 0; n < 20; n++) dialer.want(`peer ${n}` as NodeId, false, instant(0));
    dialer.want(bob, true, instant(0));
    expect(dialer.due(alone, instant(0))).toEqual([bob, 'peer 0', 'peer 1']);
    expect(dialer.due({ neighbours: 0, dialling: 3 }, instant(0))).toEqual([]);
    dialer.want('eve' as NodeId, true, instant(0));
    expect(dialer.due({ neighbours: 0, dialling: 3 }, instant(0))).toEqual(['eve']);
    expect(dialer.due({ neighbours: 1, dialling: 2 }, instant(1))).toEqual(['peer 2']);
  });

  test('who knows a hundred when it starts dials none of them twice, and no more than its pace allows in any second', () => {
    const dialer = new Dialer(new SeededRandom('join'), { ...PEER_LIMITS, low: 1_000, dialsAtOnce: 1_000 }, instant(0));
    dialer.join(
      Array.from({ length: 100 }, (_, n) => `peer ${n}` as NodeId),
      instant(0),
    );
    const dialled: { readonly peer: NodeId; readonly at: number }[] = [];
    while (dialled.length < 100 && (dialer.deadline() ?? 60_000) < 60_000) {
      const now = dialer.deadline()!;
      for (const peer of dialer.due(alone, now)) dialled.push({ peer, at: now });
    }
    expect(new Set(dialled.map(({ peer }) => peer)).size).toBe(100);
    for (const { at } of dialled) {
      const within = dialled.filter((other) => other.at >= at && other.at < at + 1_000).length;
      expect(within).toBeLessThanOrEqual(2 * PEER_LIMITS.dialsPerSecond);
    }
    expect(dialled.at(-1)!.at).toBeLessThan(20_000);
  });

  test('who let us go for lack of need is left alone for minutes, whatever is heard of it, but not when there is a reason', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.letGo(bob, false, instant(0));
    dialer.want(bob, false, instant(1_000));
    dialer.refresh(instant(1_000));
    expect(dialer.due(alone, instant(LET_GO_MS / 2))).toEqual([]);
    expect(dialer.due(alone, instant(LET_GO_MS * 1.2))).toEqual([bob]);
    dialer.letGo(bob, false, instant(LET_GO_MS * 2));
    dialer.want(bob, true, instant(LET_GO_MS * 2 + 1));
    expect(dialer.due(alone, instant(LET_GO_MS * 2 + 1))).toEqual([bob]);
  });

  test('a connection that breaks again at once is no success: the wait goes on, up to half a minute; one that lasted is', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      dialer.connected(bob, instant(now));
      dialer.failed(bob, false, instant(now + 1_000));
      waits.push(Math.round((dialer.deadline()! - now - 1_000) / 1_000));
      now = dialer.deadline()!;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    dialer.connected(bob, instant(now));
    dialer.failed(bob, false, instant(now + 60_000));
    expect(dialer.deadline()! - now - 60_000).toBeLessThan(1_500);
  });

  test('nobody is dialled once it is settled', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, false, instant(0));
    dialer.settled(bob);
    expect(dialer.due(alone, instant(0))).toEqual([]);
    expect(dialer.deadline()).toBeUndefined();
  });
});

describe('where a neighbour may say that it is', () => {
  const at = (text: string) => parseAddress(text)!;
  const cases: readonly (readonly [told: string, heardFrom: string, counts: boolean])[] = [
    ['8.8.8.8:7000', '9.9.9.9:7000', true],
    ['8.8.8.8:53', '9.9.9.9:7000', false],
    ['8.8.8.8:1023', '9.9.9.9:7000', false],
    ['192.168.1.1:7000', '9.9.9.9:7000', false],
    ['127.0.0.1:7000', '192.168.1.9:7000', false],
    ['192.168.1.1:7000', '192.168.1.9:7000', true],
    ['192.168.1.1:7000', '127.0.0.1:7000', true],
    ['[fe80::1%eth0]:7000', '[fe80::2%eth0]:7000', false],
    ['[fe80::1]:7000', '[2001:db8::1]:7000', false],
    ['224.0.0.1:7000', '127.0.0.1:7000', false],
    ['0.0.0.0:7000', '127.0.0.1:7000', false],
  ];
  test.each(cases)('%s, heard from %s: %s', (told, heardFrom, counts) => {
    expect(mayBeAt(at(told), at(heardFrom))).toBe(counts);
  });
});

describe('bounds', () => {
  test('wishes are bounded; urgent ones stay', () => {
    const dialer = new Dialer(steady, PEER_LIMITS, instant(0));
    dialer.want(bob, true, instant(0));
    for (let i = 0; i < WISHES_MAX + 10; i++) dialer.failed(`stranger ${i}` as NodeId, false, instant(0));
    expect(dialer.size).toBe(WISHES_MAX);
    expect(dialer.due(alone, instant(0))).toContain(bob);
  });
});

describe('which addresses are worth dialling', () => {
  test('the nearest first; unusable ones never', () => {
    const addresses = ['8.8.8.8:7000', '224.0.0.251:5353', '192.168.1.5:7000', '0.0.0.0:7000', '127.0.0.1:7000'];
    const peer: Peer = {
      id: bob,
      name: '',
      addresses: addresses.map((text) => parseAddress(text)!),
      source: 'mdns',
      named: false,
      lastSeen: timestamp(0),
      nearby: true,
      roles: [],
      boots: [],
      goodbyeAt: undefined,
      sure: [],
    };
    expect(dialable(peer)).toEqual(['127.0.0.1:7000', '192.168.1.5:7000', '8.8.8.8:7000']);
  });
});
