import { type Instant, type Timestamp, timestamp } from '../base/time.ts';

/** What the calendar says at an instant, by the last thing the owner said about it. For display and for `created`, never for timers. */
export class Calendar {
  #offsetMs: number;

  constructor(is: Timestamp, now: Instant) {
    this.#offsetMs = is - now;
  }

  /** The owner's calendar may have moved against its monotonic clock: by how many milliseconds. */
  set(is: Timestamp, now: Instant): number {
    const before = this.#offsetMs;
    this.#offsetMs = is - now;
    return this.#offsetMs - before;
  }

  at(now: Instant): Timestamp {
    return timestamp(Math.round(now + this.#offsetMs));
  }
}
