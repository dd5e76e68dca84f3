import { type Address, addressBlock, reach } from '../base/address.ts';
import { HALF_OPEN_MAX, HALF_OPEN_MS, HALF_OPEN_PER_BLOCK_MAX, RECENT_HANDSHAKES_MAX } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { Connection } from './connection.ts';

/** A message 1 that was answered: its answer, byte for byte, and what may come of it. */
export type HalfOpen = {
  /** The hash of message 1. */
  readonly key: string;
  readonly answer: Uint8Array;
  /** `undefined` when the answer was a refusal. */
  readonly connection: Connection | undefined;
  readonly block: string;
  readonly until: Instant;
};

/** Which messages 1 were answered and not confirmed, and which were confirmed lately (docs/protocol.md §1.1, repeats). */
export class HalfOpens {
  /** Oldest first; all live equally long. */
  readonly #open = new Map<string, HalfOpen>();
  readonly #byConnection = new Map<Connection, HalfOpen>();
  readonly #recent = new Set<string>();

  get size(): number {
    return this.#open.size;
  }

  find(key: string): HalfOpen | undefined {
    return this.#open.get(key);
  }

  isRecent(key: string): boolean {
    return this.#recent.has(key);
  }

  /** Whether there is a place for one more from this address. */
  hasPlace(address: Address): boolean {
    if (this.#open.size >= HALF_OPEN_MAX) return false;
    if (reach(address) === 'loopback') return true;
    const block = addressBlock(address);
    let count = 0;
    for (const half of this.#open.values()) if (half.block === block) count++;
    return count < HALF_OPEN_PER_BLOCK_MAX;
  }

  add(half: Pick<HalfOpen, 'key' | 'answer' | 'connection'>, address: Address, now: Instant): void {
    const whole = { ...half, block: addressBlock(address), until: after(now, HALF_OPEN_MS) };
    this.#open.set(half.key, whole);
    if (half.connection) this.#byConnection.set(half.connection, whole);
  }

  /** Its connection was confirmed: repeats of its message 1 are not answered any more. */
  confirmed(connection: Connection): void {
    const half = this.#byConnection.get(connection);
    if (!half) return;
    this.#drop(half);
    this.#recent.add(half.key);
    for (const oldest of this.#recent) {
      if (this.#recent.size <= RECENT_HANDSHAKES_MAX) break;
      this.#recent.delete(oldest);
    }
  }

  /** Its connection has gone unconfirmed. */
  forget(connection: Connection): void {
    const half = this.#byConnection.get(connection);
    if (half) this.#drop(half);
  }

  expire(now: Instant): void {
    for (const half of this.#open.values()) {
      if (half.until > now) return;
      this.#drop(half);
    }
  }

  #drop(half: HalfOpen): void {
    this.#open.delete(half.key);
    if (half.connection) this.#byConnection.delete(half.connection);
  }
}
