import { describe, expect, test } from 'vitest';
import type { ApiEvent } from '../../../src/api/schema.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { Undertakings } from '../../../src/host/service/undertakings.ts';

/** Undertakings on a clock of the test's own, and what was told: when, how much, and whether it was over. */
function watched() {
  let now = 0;
  const told: ApiEvent[] = [];
  const undertakings = new Undertakings(
    (event) => told.push(event),
    () => timestamp(1_000_000 + now),
    () => now,
  );
  const at = (ms: number): void => {
    now = ms;
  };
  const said = () => told.map((one) => (one.type === 'progress' ? [one.at - one.startedAt, one.done, one.over] : []));
  return { undertakings, told, at, said };
}

describe('news of an undertaking', () => {
  test('there are none of what takes less than a second', () => {
    const { undertakings, told, at } = watched();
    const one = undertakings.begin('writing mail.qpc', 'messages', 10);
    for (let ms = 0; ms < 1000; ms += 50) {
      at(ms);
      one.reached(ms / 100);
    }
    one.ended();
    expect(told).toEqual([]);
  });

  test('come at most every 200 ms after that, and once when it is over', () => {
    const { undertakings, at, said } = watched();
    const one = undertakings.begin('reading mail.qpc', 'bytes');
    for (let ms = 900; ms <= 1500; ms += 10) {
      at(ms);
      one.reached(ms);
    }
    at(1510);
    one.ended();
    one.ended();
    expect(said()).toEqual([
      [1000, 1000, false],
      [1200, 1200, false],
      [1400, 1400, false],
      [1500, 1500, true],
    ]);
  });

  test('say what it is, and of two at once which', () => {
    const { undertakings, told, at } = watched();
    const [one, two] = [undertakings.begin('one', 'lines', 5), undertakings.begin('two', 'bytes')];
    at(2000);
    one.reached(1);
    two.reached(7, 9);
    expect(told).toEqual([
      {
        type: 'progress',
        task: '1',
        what: 'one',
        unit: 'lines',
        done: 1,
        of: 5,
        startedAt: 1_000_000,
        at: 1_002_000,
        over: false,
      },
      {
        type: 'progress',
        task: '2',
        what: 'two',
        unit: 'bytes',
        done: 7,
        of: 9,
        startedAt: 1_000_000,
        at: 1_002_000,
        over: false,
      },
    ]);
  });
});
