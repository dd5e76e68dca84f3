import { PACING_BURST_DATAGRAMS, PACING_BURST_MS } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';

/** The window goes out in less than a round trip, so that acknowledgements, not the pacer, set the rate (RFC 9002 §7.7). */
const GAIN = 1.25;
const GAIN_SLOW_START = 2;
/** Round trips below this count as this, in milliseconds: virtual wires have none at all. */
const RTT_MS_MIN = 0.01;
/** A packet does not wait for less than this, in milliseconds: fractions do not add up exactly. */
const WAIT_MS_MIN = 0.001;

/**
 * Spreads a window over its round trip (RFC 9002 §7.7): a token bucket of bytes, full at the start. What is not
 * congestion controlled (ACKs alone, probes) is neither asked for nor told.
 */
export class Pacer {
  #bytesPerMs = 0;
  #burstBytes = Number.POSITIVE_INFINITY;
  #tokens = Number.POSITIVE_INFINITY;
  #at: Instant | undefined;

  /** When a packet of this size may go; `undefined` for now. A packet larger than the whole bucket goes when that is full. */
  nextAt(bytes: number, now: Instant): Instant | undefined {
    this.#refill(now);
    const waitMs = (Math.min(bytes, this.#burstBytes) - this.#tokens) / this.#bytesPerMs;
    return waitMs <= WAIT_MS_MIN ? undefined : after(now, waitMs);
  }

  sent(bytes: number, now: Instant): void {
    this.#refill(now);
    this.#tokens -= bytes;
  }

  /** After each change of the window, the round-trip time or the size of datagrams; until the first, nothing waits. */
  adapt(windowBytes: number, smoothedMs: number, isSlowStart: boolean, datagramBytes: number): void {
    const gain = isSlowStart ? GAIN_SLOW_START : GAIN;
    this.#bytesPerMs = (gain * windowBytes) / Math.max(smoothedMs, RTT_MS_MIN);
    this.#burstBytes = Math.max(PACING_BURST_DATAGRAMS * datagramBytes, PACING_BURST_MS * this.#bytesPerMs);
  }

  #refill(now: Instant): void {
    const elapsedMs = this.#at === undefined ? 0 : now - this.#at;
    this.#at = now;
    this.#tokens = Math.min(this.#burstBytes, this.#tokens + elapsedMs * this.#bytesPerMs);
  }
}
