import type { Address } from '../base/address.ts';
import { RETRY_KEY_MS, RETRY_TOKEN_MS } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { after, type Instant } from '../base/time.ts';
import { equalBytes } from '../bytes/equal.ts';
import { utf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import type { Suite } from '../crypto/suite.ts';
import { CONNECTION_ID_BYTES } from '../wire/packet.ts';

/** What a token is bound to. */
export type TokenSubject = {
  readonly address: Address;
  /** Destination id of the Initial that was answered by the Retry. */
  readonly original: Uint8Array;
  /** Source id of that Initial, and of the one that brings the token back. */
  readonly source: Uint8Array;
};

const VERSION = 0x01;
const MAC_BYTES = 16;
const HEAD_BYTES = 5;
const TOKEN_BYTES = HEAD_BYTES + MAC_BYTES + CONNECTION_ID_BYTES;

/** What makes a token one of a kind; at least 6 bytes of it are there when it has been opened. */
export const tokenMac = (token: Uint8Array): Uint8Array => token.subarray(HEAD_BYTES, HEAD_BYTES + MAC_BYTES);

/**
 * Tokens of Retry packets: 0x01 || issued (u32, s) || HMAC(bootKey, issued || address || original || source)[0..16] || original
 * (docs/protocol.md §1.1). Nothing is remembered of them but the key.
 */
export class RetryTokens {
  readonly #suite: Suite;
  readonly #random: Random;
  /** The newest key first; at most two. */
  #keys: readonly Uint8Array[] = [];
  #rotateAt: Instant | undefined;

  constructor(suite: Suite, random: Random) {
    this.#suite = suite;
    this.#random = random;
  }

  issue(subject: TokenSubject, now: Instant): Uint8Array {
    this.#rotate(now);
    const issued = seconds(now);
    const mac = this.#mac(this.#keys[0]!, issued, subject);
    return new Writer(TOKEN_BYTES).u8(VERSION).u32(issued).bytes(mac).bytes(subject.original).finish();
  }

  /** The destination id of the first Initial, when the token is ours, young and used from where it was sent to. */
  open(
    token: Uint8Array,
    from: { readonly address: Address; readonly source: Uint8Array },
    now: Instant,
  ): Uint8Array | undefined {
    this.#rotate(now);
    if (token.length !== TOKEN_BYTES || token[0] !== VERSION) return undefined;
    const issued = new DataView(token.buffer, token.byteOffset).getUint32(1);
    const mac = tokenMac(token);
    const original = token.slice(HEAD_BYTES + MAC_BYTES);
    let isOurs = false;
    for (const key of this.#keys) if (equalBytes(mac, this.#mac(key, issued, { ...from, original }))) isOurs = true;
    const ageMs = (seconds(now) - issued) * 1000;
    return isOurs && ageMs >= 0 && ageMs <= RETRY_TOKEN_MS ? original : undefined;
  }

  #mac(key: Uint8Array, issued: number, { address, original, source }: TokenSubject): Uint8Array {
    const head = new Writer(4, 4).u32(issued).finish();
    return this.#suite.hmac(key, head, utf8(address), original, source).subarray(0, MAC_BYTES);
  }

  #rotate(now: Instant): void {
    if (this.#rotateAt !== undefined && now < this.#rotateAt) return;
    const late = this.#rotateAt === undefined || now >= after(this.#rotateAt, RETRY_KEY_MS);
    this.#keys = [this.#random.bytes(32), ...(late ? [] : this.#keys.slice(0, 1))];
    this.#rotateAt = after(now, RETRY_KEY_MS);
  }
}

/** Whole seconds of the monotonic clock, which is all that an age needs. */
const seconds = (now: Instant): number => Math.floor(now / 1000) >>> 0;
