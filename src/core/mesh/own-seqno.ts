import { assert } from '../base/assert.ts';
import { ROUTE_REFRESH_JITTER, ROUTE_REFRESH_MS, SEQNO_REQUEST_MS_MIN, SEQNO_RETRY_MS } from '../base/limits.ts';
import { jitter, type Random } from '../base/random.ts';
import { after, earliest, type Instant, type Timestamp } from '../base/time.ts';

/**
 * The sequence number under which this node announces itself (docs/protocol.md §2.1): it only grows, it is on disk before it is
 * used, and it begins above the last one, or at the calendar's seconds when those are higher (a profile that was restored).
 */
export class OwnSeqno {
  readonly #random: Random;
  /** On disk, so it may be announced. */
  #stored: number | undefined;
  /** The next one: on its way to disk, or to be written. */
  #next: number | undefined;
  #polled = false;
  #refreshAt: Instant | undefined;
  /** Set while somebody waits for a higher number, which may come at this time. */
  #askedFor: Instant | undefined;
  #grewAt: Instant | undefined;
  #retryAt: Instant | undefined;

  constructor(random: Random, last: number, calendar: Timestamp) {
    this.#random = random;
    this.#next = Math.max(last + 1, Math.floor(calendar / 1000));
  }

  /** The number to announce with; `undefined` until the first is on disk. */
  get current(): number | undefined {
    return this.#stored;
  }

  /** The next number to be written, once. */
  poll(): number | undefined {
    if (this.#polled) return undefined;
    this.#polled = this.#next !== undefined;
    return this.#next;
  }

  /** The write of `seqno` is durable. False when a later one is already wanted. */
  stored(seqno: number, now: Instant): boolean {
    assert(this.#stored === undefined || seqno > this.#stored, 'a sequence number grows');
    this.#stored = seqno;
    this.#grewAt = now;
    this.#refreshAt = after(now, jitter(this.#random, ROUTE_REFRESH_MS, ROUTE_REFRESH_JITTER));
    if (this.#next !== seqno) return false;
    this.#next = undefined;
    return true;
  }

  /** The write of `seqno` was refused: it is tried again, since without it this node cannot announce itself. */
  refused(seqno: number, now: Instant): void {
    if (this.#next === seqno) this.#retryAt = after(now, SEQNO_RETRY_MS);
  }

  /** Somebody asks for an announcement of at least `seqno`. True when the current one is that already. */
  asked(seqno: number, now: Instant): boolean {
    if (this.#stored !== undefined && this.#stored >= seqno) return true;
    // RFC 8966 §3.8.1.2: one step for any request, however high, so that nobody can use the numbers up.
    this.#askedFor ??= this.#grewAt === undefined ? now : after(this.#grewAt, SEQNO_REQUEST_MS_MIN);
    return false;
  }

  /** An announcement of ours with this number is in the mesh. True when it is above ours: another life of this node made it, and we go on above. */
  heardOwn(seqno: number): boolean {
    const isAbove = seqno > Math.max(this.#stored ?? 0, this.#next ?? 0);
    if (isAbove) this.#grow(seqno + 1);
    return isAbove;
  }

  elapse(now: Instant): void {
    if (isDue(this.#retryAt, now)) {
      this.#retryAt = undefined;
      this.#polled = false;
    }
    if (!isDue(earliest(this.#refreshAt, this.#askedFor), now)) return;
    this.#refreshAt = undefined;
    this.#askedFor = undefined;
    if (this.#next === undefined) this.#grow((this.#stored ?? 0) + 1);
  }

  deadline(): Instant | undefined {
    return earliest(this.#retryAt, this.#askedFor, this.#refreshAt);
  }

  #grow(seqno: number): void {
    this.#next = seqno;
    this.#polled = false;
  }
}

const isDue = (at: Instant | undefined, now: Instant): boolean => at !== undefined && at <= now;
