import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { Timers } from '../../../src/core/base/timers.ts';

describe('timers', () => {
  test('whatever is set, moved and removed comes out soonest first, once, and not before its time', () => {
    const step = fc.tuple(fc.nat(9), fc.option(fc.nat(100), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(100), (steps, until) => {
        const timers = new Timers<number>();
        const model = new Map<number, number>();
        for (const [item, at] of steps) {
          timers.schedule(item, at === undefined ? undefined : instant(at));
          if (at === undefined) model.delete(item);
          else model.set(item, at);
          expect(timers.next).toBe(model.size > 0 ? Math.min(...model.values()) : undefined);
        }
        const taken: number[] = [];
        for (let item = timers.take(instant(until)); item !== undefined; item = timers.take(instant(until))) {
          taken.push(model.get(item)!);
          model.delete(item);
        }
        expect(taken).toEqual(taken.toSorted((a, b) => a - b));
        expect([...model.values()].every((at) => at > until)).toBe(true);
      }),
    );
  });
});

test('of equal deadlines the one that was set first is due first', () => {
  const timers = new Timers<number>();
  const items = Array.from({ length: 50 }, (_, item) => item);
  for (const item of items) timers.schedule(item, instant(7));
  timers.schedule(3, instant(1));
  timers.schedule(3, instant(7));
  expect(items.map(() => timers.take(instant(7)))).toEqual([...items.filter((item) => item !== 3), 3]);
});
