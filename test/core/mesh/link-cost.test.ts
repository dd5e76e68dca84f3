import { describe, expect, test } from 'vitest';
import { differsMuch, linkCost } from '../../../src/core/mesh/link-cost.ts';

describe('§2.1 link cost', () => {
  for (const [rttMs, lossShare, cost] of [
    [30, 0, 300],
    [30, 0.5, 1_200],
    [0.2, 0, 16],
    [0, 1, 16],
    [6_000, 0.3, 65_535],
    [100, 7, 65_535],
    [100, -1, 1_000],
  ] as const) {
    test(`${rttMs} ms with ${lossShare * 100} % loss costs ${cost}`, () =>
      expect(linkCost(rttMs, lossShare)).toBe(cost));
  }

  test('20 % is not much, more is', () => {
    expect(differsMuch(120, 100)).toBe(false);
    expect(differsMuch(121, 100)).toBe(true);
    expect(differsMuch(80, 100)).toBe(false);
    expect(differsMuch(79, 100)).toBe(true);
  });
});
