import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../src/core/base/address.ts';
import { NEIGHBOURS_WANTED, REDIAL_MS_MAX, REDIAL_MS_MIN, WISHES_MAX } from '../../../src/core/base/limits.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { Dialer, dialable, mayBeAt } from '../../../src/core/node/dialer.ts';
import { Dials } from '../../../src/core/node/dials.ts';
import type { Peer } from '../../../src/core/node/peer-book.ts';

const bob = 'bob' as NodeId;
/** Half way: no jitter. */
const steady = { bytes: (count: number) => new Uint8Array(count).fill(0x80) };

describe('whom to dial, and when', () => {
  test('a wish is due at once, and once', () => {
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    dialer.want(bob, false, instant(5));
    expect(dialer.due(instant(5), 0)).toEqual([bob]);
    expect(dialer.due(instant(5), 0)).toEqual([]);
  });

  test('every failure doubles the wait, up to a limit', () => {
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    dialer.want(bob, false, instant(0));
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      dialer.failed(bob, instant(now));
      waits.push(Math.round(dialer.deadline()! - now));
      now = dialer.deadline()!;
    }
    expect(waits[1]! / waits[0]!).toBeCloseTo(2, 1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(REDIAL_MS_MAX * 1.01);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(REDIAL_MS_MAX * 0.99);
  });

  test('news make it due at once, and the next wait short again', () => {
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    dialer.want(bob, false, instant(0));
    for (let i = 0; i < 9; i++) dialer.failed(bob, instant(0));
    dialer.want(bob, true, instant(100));
    expect(dialer.due(instant(100), 0)).toEqual([bob]);
    dialer.failed(bob, instant(100));
    expect(dialer.deadline()! - 100).toBeLessThan(REDIAL_MS_MIN * 3);
  });

  test('another network makes everybody due at once, and the next wait short again', () => {
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    for (const peer of [bob, 'eve' as NodeId]) {
      dialer.want(peer, false, instant(0));
      for (let i = 0; i < 9; i++) dialer.failed(peer, instant(0));
    }
    expect(dialer.due(instant(100), 0)).toEqual([]);
    dialer.refresh(instant(100));
    expect(dialer.deadline()).toBe(100);
    expect(dialer.due(instant(100), 0)).toEqual([bob, 'eve']);
    dialer.failed(bob, instant(100));
    expect(dialer.deadline()! - 100).toBeLessThan(REDIAL_MS_MIN * 3);
  });

  test('with neighbours enough only what is urgent is dialled', () => {
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    dialer.want(bob, false, instant(0));
    dialer.want('eve' as NodeId, true, instant(0));
    expect(dialer.due(instant(0), NEIGHBOURS_WANTED)).toEqual(['eve']);
  });

  test('nobody is dialled once it is settled', () => {
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    dialer.want(bob, false, instant(0));
    dialer.settled(bob);
    expect(dialer.due(instant(0), 0)).toEqual([]);
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
    const dialer = new Dialer({ random: steady, dials: new Dials() });
    dialer.want(bob, true, instant(0));
    for (let i = 0; i < WISHES_MAX + 10; i++) dialer.failed(`stranger ${i}` as NodeId, instant(0));
    expect(dialer.size).toBe(WISHES_MAX);
    expect(dialer.due(instant(0), 0)).toContain(bob);
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
    };
    expect(dialable(peer)).toEqual(['127.0.0.1:7000', '192.168.1.5:7000', '8.8.8.8:7000']);
  });
});
