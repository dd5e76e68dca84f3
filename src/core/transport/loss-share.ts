import { type Instant, instant } from '../base/time.ts';

/** After so long, in milliseconds, what happened counts half. */
const HALF_LIFE_MS = 60_000;
/** How often what is old is made to count less, in milliseconds. */
const FADE_MS = 1_000;
/** So many packets are supposed to have arrived before the first is seen: one that is lost among few says little. */
const SUPPOSED_PACKETS = 6;

/** The share of packets that are lost on a way through the network, smoothed: what is long ago counts less, and a little is not much. */
export class LossShare {
  #arrived = 0;
  #lost = 0;
  #fadedAt: Instant = instant(Number.NEGATIVE_INFINITY);

  /** From 0 to 1; 0 as long as nothing was lost. */
  get share(): number {
    return this.#lost / (SUPPOSED_PACKETS + this.#arrived + this.#lost);
  }

  arrived(now: Instant): void {
    this.#fade(now);
    this.#arrived++;
  }

  lost(now: Instant): void {
    this.#fade(now);
    this.#lost++;
  }

  /** One that counted as lost was only late. */
  late(now: Instant): void {
    this.arrived(now);
    this.#lost = Math.max(0, this.#lost - 1);
  }

  #fade(now: Instant): void {
    const ms = now - this.#fadedAt;
    if (ms < FADE_MS) return;
    const left = 2 ** (-ms / HALF_LIFE_MS);
    this.#arrived *= left;
    this.#lost *= left;
    this.#fadedAt = now;
  }
}
