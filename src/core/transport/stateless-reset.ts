import type { Datagram } from '../base/address.ts';
import { RESETS } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { IdMint } from './connection-id.ts';

const RESET_TOKEN_BYTES = 16;
/** The shortest that looks like a packet (RFC 9000 §10.3), and as long as a short packet of ours. */
const RESET_BYTES_MIN = 21;
const RESET_BYTES_MAX = 42;

/** What is said to packets for connections that were ours and are forgotten: "it is over" (RFC 9000 §10.3). */
export class StatelessResets {
  readonly #mint: IdMint;
  readonly #random: Random;
  #budget: TokenBucket | undefined;

  constructor(mint: IdMint, random: Random) {
    this.#mint = mint;
    this.#random = random;
  }

  /** The last bytes of a datagram: the token, if it is a reset. */
  static tokenOf(datagram: Uint8Array): Uint8Array {
    return datagram.subarray(datagram.length - RESET_TOKEN_BYTES);
  }

  /**
   * The reset for the sender of a packet with this id of ours. It looks like any packet, and is shorter than its cause, so that
   * two of us who both forgot fall silent.
   *
   * @returns `undefined` when the cause is too short for one, or too many were said lately
   */
  answer({ bytes, address }: Datagram, id: Uint8Array, now: Instant): Datagram | undefined {
    const length = Math.min(RESET_BYTES_MAX, bytes.length - 1);
    this.#budget ??= new TokenBucket(RESETS, now);
    if (length < RESET_BYTES_MIN || !this.#budget.take(1, now)) return undefined;
    const reset = this.#random.bytes(length);
    reset[0] = 0x40 | (reset[0]! & 0x1f);
    reset.set(this.#mint.resetToken(id), length - RESET_TOKEN_BYTES);
    return { address, bytes: reset };
  }
}
