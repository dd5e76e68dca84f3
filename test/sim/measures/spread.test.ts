import { describe, expect, test } from 'vitest';
import { spreadOf } from '../../../src/sim/measures/spread.ts';

describe('spread', () => {
  test('by the nearest rank: each is one of the values', () => {
    const values = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(spreadOf(values)).toEqual({ count: 200, p50: 100, p90: 180, p99: 198, max: 200 });
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p90: 7, p99: 7, max: 7 });
  });

  test('of nothing there is none', () => expect(spreadOf([])).toBeUndefined());
});
