import { assert } from '../base/assert.ts';
import type { Instant } from '../base/time.ts';
import type { RecordNumber, StoreRecord } from './record.ts';

type Waiting = {
  readonly upTo: number;
  readonly then: (now: Instant) => void;
  readonly otherwise: ((why: 'full' | 'io', now: Instant) => void) | undefined;
};

/**
 * The records that a node wants written, and what waits for them: whatever must be true on disk before it is said
 * (`accepted`, a receipt, `queued`) is said from `then`.
 */
export class Journal {
  readonly #records: StoreRecord[] = [];
  readonly #waiting: Waiting[] = [];
  #written = 0;
  /** Records up to this number are on disk, or were refused. */
  #settled = 0;

  write(...records: readonly StoreRecord[]): void {
    this.#records.push(...records);
    this.#written += records.length;
  }

  /** Calls `then` when everything written so far is on disk, which may be at once, or `otherwise` when some of it could not be. */
  afterCommit(now: Instant, then: (now: Instant) => void, otherwise?: Waiting['otherwise']): void {
    if (this.#settled === this.#written) then(now);
    else this.#waiting.push({ upTo: this.#written, then, otherwise });
  }

  poll(): StoreRecord | undefined {
    return this.#records.shift();
  }

  committed(upTo: RecordNumber, now: Instant): void {
    assert(upTo <= this.#written, 'only what was written can be on disk');
    this.#settled = upTo;
    while (this.#waiting[0] && this.#waiting[0].upTo <= upTo) this.#waiting.shift()!.then(now);
  }

  /** Everything that was polled, from this record on, was not written. What was written since has not been tried yet. */
  refused(from: RecordNumber, why: 'full' | 'io', now: Instant): void {
    assert(from > this.#settled, 'what is on disk is not refused');
    this.#settled = this.#written - this.#records.length;
    while (this.#waiting[0] && this.#waiting[0].upTo <= this.#settled) this.#waiting.shift()!.otherwise?.(why, now);
  }
}
