import { describe, expect, test } from 'vitest';
import { seeded } from '../support/pair.ts';
import { Lane, type LaneSpec } from './lane.ts';
import { bindingsBefore } from './scenario.ts';
import { SIMPLE } from './scenarios.ts';

const IP_UDP = 28;
const lane = (spec: Partial<LaneSpec> = {}): Lane => new Lane({ ...SIMPLE, ...spec }, seeded(5));
const datagram = (bytes = 1_200): Uint8Array => new Uint8Array(bytes);

/** What becomes of datagrams that come at a pace that the cable can carry: 'arrived', 'damaged' or 'lost', each. */
function fates(spec: Partial<LaneSpec>, count: number): string[] {
  const one = lane(spec);
  return Array.from({ length: count }, (_, i) => {
    const passage = one.admit(datagram(), IP_UDP, i * 2);
    return passage ? (passage.damaged ? 'damaged' : 'arrived') : 'lost';
  });
}

/** The lengths of all stretches of one fate. */
function runs(of: readonly string[], what: string): number[] {
  const lengths = [0];
  for (const one of of) {
    if (one === what) lengths[lengths.length - 1]!++;
    else lengths.push(0);
  }
  return lengths;
}

describe('one direction of a cable', () => {
  test('a datagram takes as long as its bits and the headers around it, and then the delay', () => {
    expect(lane().admit(datagram(1_222), IP_UDP, 100)?.at).toBeCloseTo(100 + 1 + 15, 9);
  });

  test('carries 10 Mbit/s exactly, however much comes', () => {
    const one = lane();
    let bits = 0;
    for (let now = 0; now < 1_000; now += 0.25) if (one.admit(datagram(), IP_UDP, now)) bits += (1_200 + IP_UDP) * 8;
    // What is in the queue at the end has not been carried yet.
    const queued = 26 * 8 * (1_200 + IP_UDP);
    expect(bits).toBeGreaterThanOrEqual(10e6);
    expect(bits).toBeLessThanOrEqual(10e6 + queued);
  });

  test('25 wait behind the one that is sent; the next is lost', () => {
    const one = lane();
    const passed = Array.from({ length: 30 }, () => one.admit(datagram(), IP_UDP, 0)).filter(Boolean);
    expect(passed).toHaveLength(26);
    expect(one.lost).toEqual(new Map([['queue', 4]]));
  });

  test('an IP packet of more than 1500 bytes is lost', () => {
    expect(lane().admit(datagram(1_472), IP_UDP, 0)).toBeDefined();
    expect(lane().admit(datagram(1_473), IP_UDP, 0)).toBeUndefined();
  });

  test('30 % are lost, never more than three in a row', () => {
    const all = fates({ loss: 0.3, burst: 3 }, 20_000);
    const lost = all.filter((fate) => fate === 'lost').length / all.length;
    expect(lost).toBeGreaterThan(0.28);
    expect(lost).toBeLessThan(0.31);
    expect(Math.max(...runs(all, 'lost'))).toBe(3);
  });

  test('30 % are damaged, in one byte', () => {
    const all = fates({ corrupt: 0.3, burst: 3 }, 20_000);
    const damaged = all.filter((fate) => fate === 'damaged').length / all.length;
    expect(damaged).toBeGreaterThan(0.28);
    expect(damaged).toBeLessThan(0.31);
    expect(Math.max(...runs(all, 'damaged'))).toBe(3);
    const hurt = lane({ corrupt: 1 }).admit(datagram(), IP_UDP, 0);
    expect(hurt?.bytes.filter((byte) => byte !== 0)).toHaveLength(1);
  });

  test('the drop list counts from 1', () => {
    expect(fates({ drop: [2, 4] }, 5)).toEqual(['arrived', 'lost', 'arrived', 'lost', 'arrived']);
  });

  test('nothing arrives while the black hole is open, whenever it was sent', () => {
    const one = lane({ blackhole: { onMs: 5_000, offMs: 2_000 } });
    const arrives = (sentAt: number): boolean => one.admit(datagram(), IP_UDP, sentAt) !== undefined;
    expect([4_000, 4_990, 6_900, 6_990, 11_900, 12_500, 14_500].map(arrives)).toEqual([
      true,
      false,
      false,
      true,
      true,
      false,
      true,
    ]);
  });
});

describe('rebinding', () => {
  test('the first time, and then again and again', () => {
    const rebinding = { firstMs: 1_000, everyMs: 5_000, changes: 'port' } as const;
    expect([0, 999, 1_000, 5_999, 6_000, 11_000].map((at) => bindingsBefore(rebinding, at))).toEqual([
      0, 0, 1, 1, 2, 3,
    ]);
  });
});
