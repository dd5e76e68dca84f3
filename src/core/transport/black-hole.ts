import { after, type Instant, instant } from '../base/time.ts';
import type { PacketFate } from './congestion.ts';

/** So many packets that vanished, and it is their size. Chance does that to lone packets once in 1,000 at 30 % loss, once in a million at 10 %. */
const VANISHED_MAX = 6;
/** Of packets that were on their way together, so many count: one event takes any number of them. */
const COUNTED_TOGETHER_MAX = 2;

/**
 * Notices that a path has begun to swallow large packets and still lets small ones through (RFC 8899 §4.3). Loss is only
 * found when something sent later has arrived, so it is enough to look for losses, again and again, between which nothing of
 * their size arrives.
 */
export class BlackHole {
  /** Packets of this size pass everywhere, in bytes. */
  readonly #baseBytes: number;
  #vanished = 0;
  /** The smallest of those that vanished, in bytes. */
  #smallest = Number.POSITIVE_INFINITY;
  /** When the last event was noticed: what was sent before that belongs to it. */
  #noticedAt: Instant = NEVER;
  #together = 0;

  constructor(baseBytes: number) {
    this.#baseBytes = baseBytes;
  }

  /** A packet arrived. */
  arrived(bytes: number): void {
    if (bytes < this.#smallest) return;
    this.#vanished = 0;
    this.#smallest = Number.POSITIVE_INFINITY;
  }

  /** A packet was lost. @returns the size from which on packets vanish, in bytes, when that has become clear */
  missed({ bytes, sentAt }: Pick<PacketFate, 'bytes' | 'sentAt'>, now: Instant): number | undefined {
    if (bytes <= this.#baseBytes) return undefined;
    if (sentAt >= this.#noticedAt) {
      this.#noticedAt = now;
      this.#together = 0;
    }
    this.#smallest = Math.min(this.#smallest, bytes);
    if (++this.#together > COUNTED_TOGETHER_MAX || ++this.#vanished < VANISHED_MAX) return undefined;
    const smallest = this.#smallest;
    this.arrived(smallest);
    return smallest;
  }
}

/** Before all packets. */
const NEVER = after(instant(0), Number.NEGATIVE_INFINITY);
