import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiEvent } from '../../../src/api/schema.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { CatchingUp } from '../../../src/host/service/catching-up.ts';
import { Undertakings } from '../../../src/host/service/undertakings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What is told while posts of a channel come, each after so many milliseconds and with so many awaited. */
function told(posts: readonly (readonly [afterMs: number, awaited: number])[], restMs = 0) {
  const events: ApiEvent[] = [];
  const undertakings = new Undertakings(
    (event) => events.push(event),
    () => timestamp(Date.now()),
    () => Date.now(),
  );
  const catchingUp = new CatchingUp(undertakings, { ofConversation: () => '#hill' } as never);
  for (const [afterMs, awaited] of posts) {
    vi.advanceTimersByTime(afterMs);
    catchingUp.heard({ type: 'catching-up', channel: 'a', awaited });
  }
  vi.advanceTimersByTime(restMs);
  catchingUp.stop();
  return events.map((event) => (event.type === 'progress' ? [event.what, event.done, event.of, event.over] : []));
}

describe('catching up with a channel', () => {
  test('is told when it takes longer than a second, and once when it is over', () => {
    expect(
      told(
        [
          [0, 2],
          [600, 1],
          [600, 0],
        ],
        10_000,
      ),
    ).toEqual([
      ['catching up with #hill', 3, 3, false],
      ['catching up with #hill', 3, 3, true],
    ]);
    expect(
      told(
        [
          [0, 2],
          [10, 1],
          [10, 0],
        ],
        10_000,
      ),
    ).toEqual([]);
  });

  test('goes on when more is asked for soon, and is another one later', () => {
    const rounds = told(
      [
        [0, 1],
        [1_100, 0],
        [1_100, 1],
        [400, 0],
      ],
      10_000,
    );
    expect(rounds).toEqual([
      ['catching up with #hill', 2, 2, false],
      ['catching up with #hill', 3, 4, false],
      ['catching up with #hill', 4, 4, false],
      ['catching up with #hill', 4, 4, true],
    ]);
    expect(
      told(
        [
          [0, 1],
          [1_100, 0],
          [5_000, 1],
        ],
        0,
      ),
    ).toEqual(rounds.slice(0, 1).concat([['catching up with #hill', 2, 2, true]]));
  });

  test('that stops is over when the node does', () => {
    expect(
      told(
        [
          [0, 9],
          [1_100, 8],
        ],
        0,
      ),
    ).toEqual([
      ['catching up with #hill', 2, 10, false],
      ['catching up with #hill', 2, 10, true],
    ]);
  });
});
