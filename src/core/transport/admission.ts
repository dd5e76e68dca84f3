import { type Address, addressBlock, reach } from '../base/address.ts';
import { BLOCKS_COUNTED_MAX, HANDSHAKES_PER_BLOCK, HANDSHAKES_TOTAL } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';

/** How many handshakes may be read: of each address block, and in all. Asked before any Diffie-Hellman (docs/protocol.md §1.1). */
export class Admission {
  /** The block heard last is last. */
  readonly #blocks = new Map<string, TokenBucket>();
  #total: TokenBucket | undefined;

  /** Whether one more handshake from this address may be read now; it is counted when it may. */
  admits(address: Address, now: Instant): boolean {
    this.#total ??= new TokenBucket(HANDSHAKES_TOTAL, now);
    // Whoever is on this machine has better ways to keep it busy.
    const isLocal = reach(address) === 'loopback';
    return (isLocal || this.#bucket(addressBlock(address), now).take(1, now)) && this.#total.take(1, now);
  }

  /** Whether so many handshakes were read lately that whoever comes now must prove its address first. */
  isPressed(now: Instant): boolean {
    return this.#total !== undefined && this.#total.available(now) < HANDSHAKES_TOTAL.burst / 2;
  }

  #bucket(block: string, now: Instant): TokenBucket {
    const bucket = this.#blocks.get(block) ?? new TokenBucket(HANDSHAKES_PER_BLOCK, now);
    this.#blocks.delete(block);
    this.#blocks.set(block, bucket);
    if (this.#blocks.size > BLOCKS_COUNTED_MAX) this.#blocks.delete(this.#blocks.keys().next().value!);
    return bucket;
  }
}
