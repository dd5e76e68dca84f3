import { TIMER_MS_MAX } from '../core/base/limits.ts';
import type { Instant } from '../core/base/time.ts';
import type { Clock } from './clock.ts';

/** The one timer of a node: rings when its deadline has come, never much before. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #deadline: Instant | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When `#timer` goes off. */
  #timerAt = Number.POSITIVE_INFINITY;
  #spin: NodeJS.Immediate | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `deadline`; never, when there is none. */
  set(deadline: Instant | undefined): void {
    this.#deadline = deadline;
    if (deadline === undefined) return;
    const now = this.#clock.now();
    const waitMs = deadline - now;
    if (waitMs < 1) {
      // A timer of Node is a millisecond or more, a paced packet is not: such a deadline is met by going round the loop.
      this.#spin ??= setImmediate(this.#wake);
    } else if (deadline < this.#timerAt || this.#timerAt < now) {
      // A timer that goes off too early only looks again; so a later deadline, which is the common case, costs nothing.
      // One that should have gone off is late by as long as the machine slept, which timers do not count.
      clearTimeout(this.#timer);
      const timerMs = Math.min(waitMs, TIMER_MS_MAX);
      this.#timerAt = now + timerMs;
      this.#timer = setTimeout(this.#wake, timerMs);
    }
  }

  clear(): void {
    this.#deadline = undefined;
    clearTimeout(this.#timer);
    clearImmediate(this.#spin);
    this.#timer = undefined;
    this.#spin = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  readonly #wake = (): void => {
    const deadline = this.#deadline;
    this.clear();
    if (deadline === undefined) return;
    if (this.#clock.now() >= deadline) this.#ring();
    else this.set(deadline);
  };
}
