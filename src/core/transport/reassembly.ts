import { STREAM_GAPS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { RangeSet } from '../base/range-set.ts';

const EMPTY = new Uint8Array(0);

/**
 * Bytes of a stream that arrive in any order and are taken in theirs. What is kept is one stretch of memory from the first
 * byte not taken yet, so it is never more than flow control allows, however small the pieces come.
 */
export class Reassembly {
  readonly #held = new RangeSet();
  #bytes: Uint8Array = EMPTY;
  #taken = 0;

  /** How many bytes have been taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether the next byte in order is here. */
  get isReadable(): boolean {
    return this.#held.ranges[0]?.start === this.#taken;
  }

  /** @throws PeerError('forbidden') when there are more gaps than loss explains */
  insert(offset: number, data: Uint8Array): void {
    const start = Math.max(offset, this.#taken);
    const end = offset + data.length;
    if (start >= end) return;
    this.#makeRoom(end - this.#taken);
    this.#bytes.set(data.subarray(start - offset), start - this.#taken);
    this.#held.add(start, end);
    if (this.#held.size > STREAM_GAPS_MAX) throw new PeerError('forbidden', `a stream of ${this.#held.size} pieces`);
  }

  /** All bytes that are next in order; the caller owns them. */
  take(): Uint8Array {
    const first = this.#held.ranges[0];
    if (!first || first.start !== this.#taken) return EMPTY;
    const count = first.end - this.#taken;
    const whole = this.#bytes;
    this.#taken = first.end;
    this.#held.remove(first.start, first.end);
    this.#bytes = this.#held.size > 0 ? whole.slice(count) : EMPTY;
    return count === whole.length ? whole : whole.slice(0, count);
  }

  /** Forgets what is here. */
  clear(): void {
    this.#held.keepHighest(0);
    this.#bytes = EMPTY;
  }

  #makeRoom(length: number): void {
    if (length <= this.#bytes.length) return;
    const grown = new Uint8Array(this.#bytes.length === 0 ? length : Math.max(length, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
