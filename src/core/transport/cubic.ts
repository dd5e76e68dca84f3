import { after, type Instant, instant } from '../base/time.ts';
import { type Congestion, initialWindowBytes, minimumWindowBytes, type PacketFate } from './congestion.ts';
import { HyStart } from './hystart.ts';
import type { Rtt } from './rtt.ts';

/** How steeply the curve rises, in datagrams per second cubed (RFC 9438 §5.1). */
const C = 0.4;
/** What a loss leaves of the window (§4.6). */
const BETA = 0.7;
/** What Reno would have to add each round trip, in datagrams, to be as fast with BETA as it is with a half (§4.3). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);
/** No round trip adds more than half of the window (§4.2). */
const TARGET_FACTOR_MAX = 1.5;
const NEVER: Instant = after(instant(0), Number.NEGATIVE_INFINITY);

/** Where the window comes from and goes to: all that a congestion event changes. Sizes in bytes. */
type Course = {
  window: number;
  /** Slow start ends here. */
  threshold: number;
  /** W_max: where the curve is flat. 0 before the first loss, and after a collapse. */
  max: number;
  /** cwnd_prior: the window before the last loss. */
  prior: number;
  /** Packets sent up to here belong to the loss that was already answered. */
  recoveryStart: Instant;
  /** `undefined` until something that was sent after the last loss is acknowledged. */
  epoch: Epoch | undefined;
};

/** A stage of congestion avoidance. */
type Epoch = {
  /** Put off by the time in which nothing could be learned (§5.8). */
  startedAt: Instant;
  readonly max: number;
  /** K: how long the curve takes to `max`, in milliseconds. */
  readonly flatAfterMs: number;
  /** W_est: where Reno would be. */
  estimate: number;
};

/**
 * CUBIC (RFC 9438): after a loss the window comes back along a cubic curve that is flat where the loss was; it depends on the
 * time and not on the length of round trips, and it is nowhere slower than Reno. The first slow start ends by HyStart++.
 */
export class Cubic implements Congestion {
  #datagramBytes: number;
  #course: Course;
  /** The course before the last congestion event. */
  #before: Course | undefined;
  readonly #hyStart = new HyStart();
  #sent = -1;
  #acked = -1;
  #ackedAt: Instant | undefined;
  /** Since when the sender, not the window, is what holds back. */
  #quietSince: Instant | undefined;

  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
    this.#course = {
      window: initialWindowBytes(datagramBytes),
      threshold: Number.POSITIVE_INFINITY,
      max: 0,
      prior: 0,
      recoveryStart: NEVER,
      epoch: undefined,
    };
  }

  get windowBytes(): number {
    return this.#course.window;
  }

  get isSlowStart(): boolean {
    return this.#course.window < this.#course.threshold;
  }

  sent(number: number): void {
    // All that was sent has arrived: there has been nothing to learn since.
    if (this.#acked >= this.#sent) this.#quietSince ??= this.#ackedAt;
    this.#sent = number;
    this.#hyStart.sent(number);
  }

  acked(packet: PacketFate, rtt: Rtt, limited: boolean, now: Instant): void {
    if (this.#isFirstSlowStart) this.#hyStart.acked(packet.number, rtt.latestMs);
    this.#acked = Math.max(this.#acked, packet.number);
    this.#ackedAt = now;
    if (packet.sentAt <= this.#course.recoveryStart) return;
    if (!limited) {
      this.#quietSince ??= now;
      return;
    }
    this.#resume(now);
    if (this.isSlowStart) this.#climb(packet.bytes);
    else this.#avoid(packet.bytes, rtt.smoothedMs, now);
  }

  lost(last: PacketFate, now: Instant): void {
    const course = this.#course;
    if (last.sentAt <= course.recoveryStart) return;
    this.#before = { ...course };
    // Fast convergence (§4.7): the second loss below the last maximum, and somebody else wants a share.
    course.max = course.window < course.max ? (course.window * (1 + BETA)) / 2 : course.window;
    course.prior = course.window;
    course.window = Math.max(course.window * BETA, this.#minimumBytes);
    course.threshold = course.window;
    course.recoveryStart = now;
    course.epoch = undefined;
  }

  undo(): void {
    const before = this.#before;
    this.#before = undefined;
    if (before && before.window > this.#course.window) this.#course = before;
  }

  collapsed(): void {
    const course = this.#course;
    course.window = this.#minimumBytes;
    // After the slow start that follows the curve begins flat (§4.8).
    course.max = 0;
    course.recoveryStart = NEVER;
    course.epoch = undefined;
  }

  datagramChanged(bytes: number): void {
    this.#datagramBytes = bytes;
    this.#course.window = Math.max(this.#course.window, this.#minimumBytes);
    // Curves are made for one size; and what was before the last loss was another path, as it were.
    this.#course.epoch = undefined;
    this.#before = undefined;
  }

  get #minimumBytes(): number {
    return minimumWindowBytes(this.#datagramBytes);
  }

  get #isFirstSlowStart(): boolean {
    return this.#course.threshold === Number.POSITIVE_INFINITY;
  }

  #resume(now: Instant): void {
    const { epoch } = this.#course;
    if (epoch && this.#quietSince !== undefined) epoch.startedAt = after(epoch.startedAt, now - this.#quietSince);
    this.#quietSince = undefined;
  }

  #climb(bytes: number): void {
    const course = this.#course;
    course.window += this.#isFirstSlowStart ? bytes / this.#hyStart.divisor : bytes;
    if (this.#isFirstSlowStart && this.#hyStart.isOver) course.threshold = course.window;
  }

  #avoid(bytes: number, rttMs: number, now: Instant): void {
    const course = this.#course;
    course.epoch ??= this.#newEpoch(now);
    const { epoch, window } = course;
    const elapsedMs = now - epoch.startedAt;
    const alpha = epoch.estimate < course.prior ? ALPHA : 1;
    epoch.estimate += (alpha * this.#datagramBytes * bytes) / window;
    if (this.#curve(epoch, elapsedMs) < epoch.estimate) {
      course.window = Math.max(window, epoch.estimate);
      return;
    }
    const target = Math.min(this.#curve(epoch, elapsedMs + rttMs), TARGET_FACTOR_MAX * window);
    course.window += (Math.max(target - window, 0) * bytes) / window;
  }

  #newEpoch(now: Instant): Epoch {
    const { window } = this.#course;
    const max = Math.max(this.#course.max, window);
    const flatAfterMs = 1_000 * Math.cbrt((max - window) / (C * this.#datagramBytes));
    return { startedAt: now, max, flatAfterMs, estimate: window };
  }

  /** W_cubic(t) in bytes (§4.2). */
  #curve({ max, flatAfterMs }: Epoch, elapsedMs: number): number {
    return max + C * this.#datagramBytes * ((elapsedMs - flatAfterMs) / 1_000) ** 3;
  }
}
