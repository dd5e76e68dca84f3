import { uptime } from 'node:os';
import { CALENDAR_STEP_MS } from '../core/base/limits.ts';
import { type Instant, instant, type Timestamp, timestamp } from '../core/base/time.ts';

/** The two kinds of time there are, from outside the core. */
export interface Clock {
  /** Never runs backwards, and counts the time that the machine slept: a neighbour's timers did not sleep with it. */
  now(): Instant;
  /** What the calendar of this machine says; may jump either way. */
  calendar(): Timestamp;
}

/** Where a `SystemClock` reads: injected by its tests. */
export type TimeSources = {
  /** Monotonic, may stand still while the machine sleeps; milliseconds. */
  readonly awakeMs: () => number;
  readonly calendarMs: () => number;
  /** Counts sleep too, but is coarse and slow to read; seconds. */
  readonly uptimeSeconds: () => number;
};

const SYSTEM: TimeSources = {
  awakeMs: () => performance.now(),
  calendarMs: () => Date.now(),
  uptimeSeconds: uptime,
};

/**
 * The clocks of this machine. `performance.now()` stands still during suspend on Linux, `os.uptime()` does not but costs 5 µs:
 * so it is asked only when the calendar has moved against the monotonic clock, which a sleep always makes it do.
 */
export class SystemClock implements Clock {
  readonly #sources: TimeSources;
  readonly #uptimeLeadMs: number;
  #calendarLeadMs: number;
  #sleptMs = 0;

  constructor(sources: TimeSources = SYSTEM) {
    this.#sources = sources;
    this.#uptimeLeadMs = sources.uptimeSeconds() * 1000 - sources.awakeMs();
    this.#calendarLeadMs = sources.calendarMs() - sources.awakeMs();
  }

  now(): Instant {
    const awakeMs = this.#sources.awakeMs();
    const leadMs = this.#sources.calendarMs() - awakeMs;
    if (Math.abs(leadMs - this.#calendarLeadMs) > CALENDAR_STEP_MS) {
      this.#calendarLeadMs = leadMs;
      const sleptMs = this.#sources.uptimeSeconds() * 1000 - awakeMs - this.#uptimeLeadMs;
      // Less than a step is the coarseness of uptime (a whole second on some systems), not sleep.
      if (sleptMs > this.#sleptMs + CALENDAR_STEP_MS) this.#sleptMs = sleptMs;
    }
    return instant(awakeMs + this.#sleptMs);
  }

  calendar(): Timestamp {
    return timestamp(Math.round(this.#sources.calendarMs()));
  }
}
