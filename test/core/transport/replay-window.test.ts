import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REPLAY_WINDOW_NUMBERS } from '../../../src/core/base/limits.ts';
import { ReplayWindow } from '../../../src/core/transport/replay-window.ts';

const WINDOW = REPLAY_WINDOW_NUMBERS;

/** Takes each number in turn, as a receiver does; whether it was new. */
function take(numbers: readonly number[], window = new ReplayWindow()): boolean[] {
  return numbers.map((number) => {
    const isNew = !window.has(number);
    if (isNew) window.add(number);
    return isNew;
  });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('RFC 6479: no packet is read twice', () => {
  /** Numbers in the order in which they come, and whether each is to be read. */
  const SEQUENCE: readonly (readonly [number: number, isNew: boolean, why: string])[] = [
    [0, true, 'the first of all'],
    [0, false, 'again'],
    [1, true, 'the next'],
    [1, false, 'again'],
    [9, true, 'ahead'],
    [8, true, 'behind by one'],
    [7, true, 'behind by two'],
    [7, false, 'again'],
    [8, false, 'again'],
    [31, true, 'the last bit of a word'],
    [32, true, 'the first of the next'],
    [31, false, 'again, across the border'],
    [WINDOW, true, 'a whole window ahead'],
    [WINDOW, false, 'again'],
    [2, true, 'that came late, and is still known not to have come'],
    [2, false, 'again'],
    [0, false, 'the lowest that is still known'],
    [10, true, 'late'],
    [WINDOW + 11, true, 'which puts 10 out by one'],
    [10, false, 'out of the window'],
    [11, true, 'the last one in it'],
    [11, false, 'again'],
    [WINDOW + 12, true, 'which puts 11 out'],
    [11, false, 'both read and out'],
    [12, true, 'the last one in it, once more'],
    [5 * WINDOW, true, 'far ahead: all of the ring is new'],
    [WINDOW + 12, false, 'far below'],
    [4 * WINDOW, true, 'the last in the window'],
    [4 * WINDOW - 1, false, 'the first below it'],
    [4 * WINDOW + 32, true, 'a word above the last'],
    [5 * WINDOW - 1, true, 'behind by one'],
    [5 * WINDOW - 8_192 + WINDOW, true, 'where the ring comes round'],
    [5 * WINDOW, false, 'again'],
    [2 ** 31 - 1, true, 'the last of 31 bits'],
    [2 ** 31, true, 'the first that is negative in 32'],
    [2 ** 31 - 1, false, 'again'],
    [2 ** 32 - 1, true, 'the last of 32 bits'],
    [2 ** 32 + 1, true, 'past 2^32'],
    [2 ** 32, true, 'behind by one, on 2^32'],
    [2 ** 32, false, 'again'],
    [2 ** 32 - 1, false, 'again, across 2^32'],
    [1, false, 'the same in 32 bits as one that was read'],
    [2 ** 32 + 1 - WINDOW, true, 'the last in the window'],
    [2 ** 32 - WINDOW, false, 'out by one'],
    [2 ** 33, true, 'by 2^32 on'],
    [2 ** 33 - 2 ** 32, false, 'behind by 2^32'],
    [2 ** 53 - 2, true, 'as far as numbers go'],
    [2 ** 53 - 1, true, 'the last number there is'],
    [2 ** 53 - 2, false, 'again'],
    [2 ** 53 - 1 - WINDOW, true, 'the last in the window'],
    [2 ** 53 - 2 - WINDOW, false, 'out by one'],
  ];

  test('in order, behind, again, at both ends of the window, and by leaps up to the last number there is', () => {
    const got = take(SEQUENCE.map(([number]) => number));
    const wrong = SEQUENCE.filter(([, isNew], i) => got[i] !== isNew);
    expect(wrong).toEqual([]);
  });

  test('a window from below: each is new once', () => {
    const window = new ReplayWindow();
    expect(take(upTo(WINDOW + 1), window)).not.toContain(false);
    expect(take(upTo(WINDOW + 1), window)).not.toContain(true);
  });

  test('a window from above: each is new once, and what is one too many is dropped', () => {
    const window = new ReplayWindow();
    expect(
      take(
        upTo(WINDOW + 1).map((i) => WINDOW + 1 - i),
        window,
      ),
    ).not.toContain(false);
    expect(take([0], window)).toEqual([false]);
  });

  test('each second one up, then those between, down', () => {
    const window = new ReplayWindow();
    const even = upTo(WINDOW / 2).map((i) => 2 * i);
    const odd = even.map((i) => i + 1);
    expect(take(even, window)).not.toContain(false);
    expect(take(odd.toReversed(), window)).not.toContain(false);
    expect(take([...even, ...odd], window)).not.toContain(true);
  });

  test('is a set of all numbers, of which those out of the window count as read', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: -40, max: 4 }) },
      { weight: 2, arbitrary: fc.integer({ min: -WINDOW - 3, max: 3 * 32 }) },
      { weight: 1, arbitrary: fc.constantFrom(-WINDOW - 1, -WINDOW, WINDOW, WINDOW + 31, 8_192, 8_193, 2 ** 32) },
    );
    fc.assert(
      fc.property(fc.nat(2 ** 33), fc.array(step, { maxLength: 200 }), (first, steps) => {
        const window = new ReplayWindow();
        const read = new Set<number>();
        let highest = first;
        for (const by of [0, ...steps]) {
          const number = Math.max(0, highest + by);
          const isNew = !read.has(number) && number >= highest - WINDOW;
          expect([number, window.has(number)]).toEqual([number, !isNew]);
          if (isNew) window.add(number);
          read.add(number);
          highest = Math.max(highest, number);
        }
      }),
      { numRuns: 200 },
    );
  });
});
