import { RETRY_TOKEN_MS, RETRY_TOKENS_USED_MAX } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';

/** Tokens have whole seconds: one is good for so long at most. */
const GENERATION_MS = RETRY_TOKEN_MS + 1_000;

/**
 * Which Retry tokens have opened a handshake, for as long as they would open another one (RFC 9000 §8.1.4). Two generations, the
 * older of which is forgotten as a whole.
 */
export class UsedTokens {
  #recent = new Set<number>();
  #older: ReadonlySet<number> = new Set();
  #turnAt: Instant | undefined;

  /** @param mac - what nobody but us could have made, at least 6 bytes */
  has(mac: Uint8Array, now: Instant): boolean {
    this.#turn(now);
    const name = nameOf(mac);
    return this.#recent.has(name) || this.#older.has(name);
  }

  add(mac: Uint8Array, now: Instant): void {
    this.#turn(now);
    this.#recent.add(nameOf(mac));
    if (this.#recent.size >= RETRY_TOKENS_USED_MAX) this.#turnAt = now;
  }

  #turn(now: Instant): void {
    this.#turnAt ??= after(now, GENERATION_MS);
    if (now < this.#turnAt) return;
    // Whoever is asked again only after two generations has nothing left that is young enough.
    this.#older = now < after(this.#turnAt, GENERATION_MS) ? this.#recent : new Set();
    this.#recent = new Set();
    this.#turnAt = after(now, GENERATION_MS);
  }
}

/** 48 bits of a MAC: two tokens in use at a time do not share them, and nobody can make them do so. */
const nameOf = (mac: Uint8Array): number =>
  new DataView(mac.buffer, mac.byteOffset).getUint32(0) * 0x10000 + mac[4]! * 0x100 + mac[5]!;
