import { describe, expect, test } from 'vitest';
import { SCREEN_RTTS_EVERY_MS, SCREEN_RTTS_MS } from '../../src/core/base/limits.ts';
import { type Rtts, rttsInCells, sampled } from '../../src/tui/rtts.ts';
import { PEOPLE, peer } from './story.ts';

const START = 1_000_000;
const measured = (count: number, everyMs: number, rttMs: (n: number) => number): Rtts => {
  let rtts: Rtts = new Map();
  for (let n = 0; n < count; n++) rtts = sampled(rtts, [peer({ rttMs: rttMs(n) })], START + n * everyMs);
  return rtts;
};

describe('round-trip times of the last minutes', () => {
  test('are kept of neighbours alone, at some distance, for some minutes', () => {
    expect(measured(1000, 100, () => 5).get(PEOPLE.bob)?.length).toBe(100_000 / SCREEN_RTTS_EVERY_MS);
    expect(measured(1000, 60_000, () => 5).get(PEOPLE.bob)?.length).toBe(SCREEN_RTTS_MS / 60_000);
    expect(sampled(new Map(), [peer({ state: 'known', rttMs: 5 })], START).size).toBe(0);
    expect(
      sampled(
        measured(1, 0, () => 5),
        [],
        START + SCREEN_RTTS_MS,
      ).size,
    ).toBe(0);
  });

  test('are shown by when they were: the mean of each part, the newest at the right', () => {
    const samples = measured(8, 60_000, (n) => n).get(PEOPLE.bob)!;
    expect(rttsInCells(samples, 8, START + 7 * 60_000)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(rttsInCells(samples, 4, START + 7 * 60_000)).toEqual([0.5, 2.5, 4.5, 6.5]);
    expect(rttsInCells(samples.slice(0, 1), 4, START + 7 * 60_000)).toEqual([0, undefined, undefined, undefined]);
  });
});
