import { PeerError } from '../base/peer-error.ts';
import { below, type Random } from '../base/random.ts';
import type { Range } from '../base/range-set.ts';

/** How far apart skipped numbers are: at first, and at most. */
const SKIP_AFTER = { first: 256, most: 131_072 } as const;
/** Skipped numbers remembered; an ACK that invents older ones gains nothing. */
const SKIPPED_REMEMBERED = 8;

/**
 * The numbers of the packets we send. Now and then one is left out: a peer that acknowledges it is acknowledging
 * what it has not received, to make us send faster than the path can bear (RFC 9000 §21.4).
 */
export class PacketNumbers {
  readonly #random: Random;
  readonly #skipped: number[] = [];
  #next = 0;
  #period: number = SKIP_AFTER.first;
  #skipAt: number;

  constructor(random: Random) {
    this.#random = random;
    this.#skipAt = 1 + below(random, this.#period);
  }

  /** The number of the next packet. */
  get next(): number {
    return this.#next;
  }

  /** That packet has been sent. */
  advance(): void {
    this.#next++;
    if (this.#next < this.#skipAt) return;
    this.#skipped.push(this.#next++);
    if (this.#skipped.length > SKIPPED_REMEMBERED) this.#skipped.shift();
    this.#period = Math.min(SKIP_AFTER.most, this.#period * 2);
    this.#skipAt = this.#next + 1 + below(this.#random, this.#period);
  }

  /** @throws PeerError('forbidden') when `ranges`, highest first, hold a number that was never sent */
  check(ranges: readonly Range[]): void {
    if (ranges[0]!.end > this.#next) throw new PeerError('forbidden', 'an ACK of a packet that was not sent');
    // Both go down together: there may be thousands of ranges.
    let at = this.#skipped.length - 1;
    for (const { start, end } of ranges) {
      while (at >= 0 && this.#skipped[at]! >= end) at--;
      if (at < 0) return;
      if (this.#skipped[at]! >= start) throw new PeerError('forbidden', 'an ACK of a packet number that was skipped');
    }
  }
}
