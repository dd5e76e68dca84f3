import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { Seen } from '../../../src/core/store/seen.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';

const id = (n: number): EnvelopeId => String(n) as EnvelopeId;

describe('§3 the seen set', () => {
  test('remembers when an id left', () => {
    const seen = new Seen([{ id: id(1), at: timestamp(5) }]);
    expect(seen.at(id(1))).toBe(5);
    expect(seen.at(id(2))).toBeUndefined();
  });

  test('is bounded, and forgets the longest untouched first', () => {
    const seen = new Seen([], 3);
    for (const n of [1, 2, 3]) seen.add(id(n), timestamp(n));
    seen.add(id(1), timestamp(9));
    expect(seen.hasForgotten).toBe(false);
    seen.add(id(4), timestamp(10));
    expect([1, 2, 3, 4].map((n) => seen.at(id(n)))).toEqual([9, undefined, 3, 10]);
    expect(seen.size).toBe(3);
    expect(seen.hasForgotten).toBe(true);
  });
});
