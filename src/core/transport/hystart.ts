/** How much the smallest round trip must rise within a round, in milliseconds: an eighth of it, but never outside these. */
const RISE_MS_MIN = 4;
const RISE_MS_MAX = 16;
const RISE_DIVISOR = 8;
/** Packets of a round before its smallest round trip means anything. */
const SAMPLES_MIN = 8;
const CSS_DIVISOR = 4;
const CSS_ROUNDS = 5;

/**
 * HyStart++ (RFC 9406): ends the first slow start before it overruns the queue of the path. When round trips grow longer it
 * slows down (conservative slow start, CSS); when they grow shorter again it takes that back, else it is over after five rounds.
 * A round is what was sent while the round before was acknowledged. The pacer spreads the window, so L is unlimited (§4.3).
 */
export class HyStart {
  #sent = -1;
  #roundEnd = -1;
  #previousMinMs = Number.POSITIVE_INFINITY;
  #minMs = Number.POSITIVE_INFINITY;
  #samples = 0;
  /** The smallest round trip when CSS began; `undefined` outside CSS. */
  #baselineMs: number | undefined;
  #cssRounds = 0;

  /** The window grows by what is acknowledged, divided by this. */
  get divisor(): number {
    return this.#baselineMs === undefined ? 1 : CSS_DIVISOR;
  }

  /** Whether it is time for congestion avoidance. */
  get isOver(): boolean {
    return this.#cssRounds >= CSS_ROUNDS;
  }

  sent(number: number): void {
    this.#sent = number;
  }

  /**
   * A packet was acknowledged. Each counts as a sample, and not each ACK as in the RFC: of these we wish for four in a round trip.
   * What one late ACK suggests, the next takes back.
   *
   * @param rttMs - the latest sample, not smoothed.
   */
  acked(number: number, rttMs: number): void {
    this.#sample(rttMs);
    if (number >= this.#roundEnd) this.#endRound();
  }

  #sample(rttMs: number): void {
    this.#minMs = Math.min(this.#minMs, rttMs);
    if (++this.#samples < SAMPLES_MIN) return;
    if (this.#baselineMs !== undefined) {
      if (this.#minMs < this.#baselineMs) this.#baselineMs = undefined;
      return;
    }
    const riseMs = Math.max(RISE_MS_MIN, Math.min(this.#previousMinMs / RISE_DIVISOR, RISE_MS_MAX));
    if (this.#minMs < this.#previousMinMs + riseMs) return;
    this.#baselineMs = this.#minMs;
    this.#cssRounds = 0;
  }

  #endRound(): void {
    // The round in which CSS begins counts, although it is not whole (§4.2).
    if (this.#baselineMs !== undefined) this.#cssRounds++;
    this.#roundEnd = this.#sent;
    this.#previousMinMs = this.#minMs;
    this.#minMs = Number.POSITIVE_INFINITY;
    this.#samples = 0;
  }
}
