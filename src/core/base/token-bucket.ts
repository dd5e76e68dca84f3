import { after, type Instant } from './time.ts';

/** How much may happen: `burst` at once, `perSecond` in the long run. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/** A token bucket: full at the start, refilled with time, never above its burst. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: Instant;

  constructor(rate: Rate, now: Instant) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** How many whole tokens there are. */
  available(now: Instant): number {
    const earned = ((now - this.#at) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + earned);
    this.#at = now;
    return Math.floor(this.#tokens);
  }

  /** Takes `count` tokens, or none and says false when there are fewer. */
  take(count: number, now: Instant): boolean {
    if (this.available(now) < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** When there will be `count` tokens, if none is taken until then. */
  readyAt(count: number, now: Instant): Instant {
    const missing = count - this.available(now);
    // Rounded up by a millisecond: a deadline that comes a fraction too early would be set again and again.
    return missing <= 0 ? now : after(now, Math.ceil((missing * 1000) / this.#rate.perSecond) + 1);
  }
}
