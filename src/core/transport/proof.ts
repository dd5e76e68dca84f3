import type { Address } from '../base/address.ts';
import { DIAL_ADDRESSES_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';

/** What a server remembers of the messages 1 and 2 of a connection until its client has proved itself. */
export class Proof {
  /** Where copies of message 1 came from, and so where message 2 was sent to. */
  readonly #sources = new Set<Address>();
  readonly #answeredAt: Instant;
  #copies = 0;

  constructor(address: Address, now: Instant) {
    this.#answeredAt = now;
    this.answered(address);
  }

  /** Message 2 was sent to this address. */
  answered(address: Address): void {
    this.#copies++;
    if (this.#sources.size < DIAL_ADDRESSES_MAX) this.#sources.add(address);
  }

  /** Whether the client received message 2 at this address, given that it has received it at all. */
  isSource(address: Address): boolean {
    return this.#sources.has(address);
  }

  /** One round trip, if it is known which copy was answered (RFC 9002 §5.1, as for packets sent again). */
  rttMs(now: Instant): number | undefined {
    return this.#copies === 1 ? now - this.#answeredAt : undefined;
  }
}
