import { after, type Instant, instant } from '../core/base/time.ts';

/** What one direction of a link carries. */
export type Bandwidth = {
  readonly bytesPerSecond: number;
  /** Bytes that wait at most; what comes when there is no room is dropped, as in most routers (drop-tail). */
  readonly queueBytes: number;
};

/** One direction of a link that is not infinitely fast: a queue of datagrams that leave it one after the other. */
export class Bottleneck {
  readonly #bandwidth: Bandwidth;
  /** When the last byte of all that was taken will have left. */
  #freeAt: Instant = instant(0);

  constructor(bandwidth: Bandwidth) {
    this.#bandwidth = bandwidth;
  }

  /** Takes a datagram; returns after how many milliseconds its last byte has left, or `undefined` when there was no room for it. */
  take(bytes: number, now: Instant): number | undefined {
    const { bytesPerSecond, queueBytes } = this.#bandwidth;
    const from = this.#freeAt > now ? this.#freeAt : now;
    const waiting = ((from - now) / 1_000) * bytesPerSecond;
    if (waiting + bytes > queueBytes) return undefined;
    this.#freeAt = after(from, (bytes / bytesPerSecond) * 1_000);
    return this.#freeAt - now;
  }
}
