import { type Instant, instant, type Timestamp, timestamp } from '../../src/core/base/time.ts';
import { type Clock, SystemClock } from '../../src/host/clock.ts';

/** This machine's clock, with a calendar that the test may move, and a sleep that both clocks count. */
export class MovedClock implements Clock {
  readonly #clock = new SystemClock();
  /** How far somebody has set the calendar, in milliseconds. */
  movedMs = 0;
  /** How long the machine has slept, in milliseconds. */
  sleptMs = 0;
  now = (): Instant => instant(this.#clock.now() + this.sleptMs);
  calendar = (): Timestamp => timestamp(this.#clock.calendar() + this.sleptMs + this.movedMs);
}
