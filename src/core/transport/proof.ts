import type { Address } from '../base/address.ts';
import { DIAL_ADDRESSES_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';

/** What a server remembers of the messages 1 and 2 of a connection until its client has proved itself. */
export class Proof {
  /** Where copies of message 1 came from, and so where message 2 was sent to, and how often. */
  readonly #sources = new Map<Address, number>();
  readonly #answeredAt: Instant;
  #copies = 0;

  constructor(address: Address, now: Instant) {
    this.#answeredAt = now;
    this.answered(address);
  }

  /** Message 2 was sent to this address. */
  answered(address: Address): void {
    this.#copies++;
    const copies = this.copiesTo(address);
    if (copies > 0 || this.#sources.size < DIAL_ADDRESSES_MAX) this.#sources.set(address, copies + 1);
  }

  /** How often message 2 was sent to this address, each time for a message 1 from there. */
  copiesTo(address: Address): number {
    return this.#sources.get(address) ?? 0;
  }

  /**
   * Whether the client received message 2 at this address, given that it has received it at all: not when it went to another one
   * as well, for then one of them may be what the client wrote into a datagram, and no more.
   */
  proves(address: Address): boolean {
    return this.#sources.size === 1 && this.#sources.has(address);
  }

  /** One round trip, if it is known which copy was answered (RFC 9002 §5.1, as for packets sent again). */
  rttMs(now: Instant): number | undefined {
    return this.#copies === 1 ? now - this.#answeredAt : undefined;
  }
}
