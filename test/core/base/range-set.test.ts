import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeSet } from '../../../src/core/base/range-set.ts';

const SIZE = 40;

/** What is done to a set of ranges, and to a plain set of numbers beside it. */
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), start: fc.nat(SIZE - 1), length: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant('remove' as const), start: fc.nat(SIZE - 1), length: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant('take' as const), start: fc.constant(0), length: fc.nat(5) }),
  fc.record({ do: fc.constant('keep' as const), start: fc.constant(0), length: fc.integer({ min: 1, max: 3 }) }),
);

describe('sets of ranges', () => {
  test('do what a plain set of numbers does, and stay sorted, disjoint and joined', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ranges = new RangeSet();
        let model = new Set<number>();
        for (const { do: what, start, length } of steps) {
          const numbers = Array.from({ length }, (_, i) => start + i);
          if (what === 'add') {
            ranges.add(start, start + length);
            model = new Set([...model, ...numbers]);
          } else if (what === 'remove') {
            ranges.remove(start, start + length);
            model = new Set([...model].filter((number) => !numbers.includes(number)));
          } else if (what === 'take') {
            const taken = ranges.takeFirst(length);
            const lowest = runs(model)[0];
            const expected =
              lowest && length > 0
                ? { start: lowest.start, end: Math.min(lowest.end, lowest.start + length) }
                : undefined;
            expect(taken && { ...taken }).toEqual(expected);
            for (let i = expected?.start ?? 0; i < (expected?.end ?? 0); i++) model.delete(i);
          } else {
            const kept = runs(model).slice(-length);
            ranges.keepHighest(length);
            model = new Set(
              kept.flatMap(({ start: from, end }) => Array.from({ length: end - from }, (_, i) => from + i)),
            );
          }
          expect(ranges.ranges).toEqual(runs(model));
          expect(ranges.size).toBe(runs(model).length);
        }
        for (let i = -1; i < SIZE + 10; i++) expect(ranges.has(i)).toBe(model.has(i));
        for (let start = 0; start < SIZE; start += 7) {
          const absent = Array.from({ length: 20 }, (_, i) => start + i).filter((number) => !model.has(number));
          expect(ranges.missing(start, start + 20)).toEqual(runs(new Set(absent)));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('an empty range is our own mistake', () =>
    expect(() => new RangeSet().add(3, 3)).toThrow('at least one number'));

  test('ten thousand gaps are added at the end without looking at those before', () => {
    const ranges = new RangeSet();
    const started = performance.now();
    for (let i = 0; i < 10_000; i++) ranges.add(2 * i, 2 * i + 1);
    expect(ranges.size).toBe(10_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('among ten thousand gaps one number is found, added and removed without looking at them all', () => {
    const ranges = new RangeSet();
    for (let i = 0; i < 10_000; i++) ranges.add(2 * i, 2 * i + 1);
    const started = performance.now();
    let found = 0;
    for (let round = 0; round < 20_000; round++) {
      ranges.remove(100, 101);
      found += ranges.missing(100, 101).length;
      ranges.add(100, 101);
    }
    expect(found).toBe(20_000);
    // By a walk over all of them it is seconds.
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(ranges.size).toBe(10_000);
  });
});

/** The runs of consecutive numbers in a set. */
function runs(numbers: ReadonlySet<number>): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.end === number) last.end++;
    else found.push({ start: number, end: number + 1 });
  }
  return found;
}
