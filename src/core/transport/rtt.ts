/** Round-trip time before anything is known, in milliseconds (RFC 9002 §6.2.2). */
const INITIAL_RTT_MS = 333;
/** Timers are not finer than this, in milliseconds (RFC 9002 §6.1.2). */
const GRANULARITY_MS = 1;

/** The round-trip time of a path (RFC 9002 §5). All in milliseconds. */
export class Rtt {
  #smoothed = INITIAL_RTT_MS;
  #variation = INITIAL_RTT_MS / 2;
  #min = Number.POSITIVE_INFINITY;
  #latest = 0;

  /** Smoothed; `undefined` before the first sample. */
  get measuredMs(): number | undefined {
    return this.#min === Number.POSITIVE_INFINITY ? undefined : this.#smoothed;
  }

  get smoothedMs(): number {
    return this.#smoothed;
  }

  /** The last sample, with the peer's delay in it; 0 before the first. */
  get latestMs(): number {
    return this.#latest;
  }

  /** The smallest sample; infinite before the first. */
  get minMs(): number {
    return this.#min;
  }

  /** How far samples are from the smoothed one. */
  get variationMs(): number {
    return this.#variation;
  }

  /** Above this a packet that later ones overtook counts as lost: 9/8 of a round trip (RFC 9002 §6.1.2). */
  get lossDelayMs(): number {
    return Math.max((9 / 8) * Math.max(this.#latest, this.#smoothed), GRANULARITY_MS);
  }

  /** The probe timeout without backoff and without the peer's delay (RFC 9002 §6.2.1). */
  get probeMs(): number {
    return this.#smoothed + Math.max(4 * this.#variation, GRANULARITY_MS);
  }

  /** @param ackDelayMs - how long the peer says it waited, held to its max_ack_delay once that is known to hold (§5.3). */
  sample(rttMs: number, ackDelayMs: number): void {
    this.#latest = rttMs;
    if (this.#min === Number.POSITIVE_INFINITY) {
      this.#min = rttMs;
      // The ACKs before it may all have been lost. §5.3 would begin with the whole wait, and probe much too late.
      this.#smoothed = Math.max(rttMs - ackDelayMs, rttMs / 8);
      this.#variation = this.#smoothed / 2;
      return;
    }
    this.#min = Math.min(this.#min, rttMs);
    const adjusted = rttMs >= this.#min + ackDelayMs ? rttMs - ackDelayMs : rttMs;
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - adjusted);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * adjusted;
  }
}
