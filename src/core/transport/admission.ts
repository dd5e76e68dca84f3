import { type Address, addressBlock, reach } from '../base/address.ts';
import {
  BLOCKS_COUNTED_MAX,
  HANDSHAKES_PER_BLOCK,
  HANDSHAKES_TOTAL,
  HANDSHAKES_UNPROVED,
  RETRIES,
} from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { type Rate, TokenBucket } from '../base/token-bucket.ts';

/**
 * How many handshakes may be read: of each address block, and in all. Asked before any Diffie-Hellman (docs/protocol.md §1.1).
 *
 * Callers who have proved their address are counted apart from those who have not: anybody can write any address into a datagram,
 * and must not be able to use up what belongs to whoever is really there.
 */
export class Admission {
  readonly #unproved = new Blocks();
  readonly #proved = new Blocks();
  readonly #unprovedTotal = new Budget(HANDSHAKES_UNPROVED);
  readonly #total = new Budget(HANDSHAKES_TOTAL);
  readonly #retries = new Budget(RETRIES);

  /** Whether one more handshake may be read now, of somebody who may be anywhere; it is counted when it may. Else: a Retry. */
  admitsUnproved(address: Address, now: Instant): boolean {
    // All together first: a flood from everywhere must not even make us look for its blocks.
    return this.#unprovedTotal.has(now) && this.#unproved.take(address, now) && this.#unprovedTotal.take(now);
  }

  /** The same, of somebody who brought a token back from this address. */
  admitsProved(address: Address, now: Instant): boolean {
    return this.#total.has(now) && this.#proved.take(address, now) && this.#total.take(now);
  }

  /** Whether one more caller may be told now to prove its address. */
  admitsRetry(now: Instant): boolean {
    return this.#retries.take(now);
  }
}

/** A bucket that is made when it is first asked: only then is it known what time it is. */
class Budget {
  readonly #rate: Rate;
  #bucket: TokenBucket | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  has(now: Instant): boolean {
    return this.#at(now).available(now) > 0;
  }

  take(now: Instant): boolean {
    return this.#at(now).take(1, now);
  }

  #at(now: Instant): TokenBucket {
    this.#bucket ??= new TokenBucket(this.#rate, now);
    return this.#bucket;
  }
}

/** A budget for each address block, those heard last. */
class Blocks {
  /** The block heard last is last. */
  readonly #buckets = new Map<string, TokenBucket>();

  take(address: Address, now: Instant): boolean {
    // Whoever is on this machine has better ways to keep it busy.
    if (reach(address) === 'loopback') return true;
    const block = addressBlock(address);
    const bucket = this.#buckets.get(block) ?? new TokenBucket(HANDSHAKES_PER_BLOCK, now);
    this.#buckets.delete(block);
    this.#buckets.set(block, bucket);
    if (this.#buckets.size > BLOCKS_COUNTED_MAX) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket.take(1, now);
  }
}
