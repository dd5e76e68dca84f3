import { type Address, addressBlock, reach, widerBlock } from '../base/address.ts';
import {
  DIAL_MS,
  HALF_OPEN_MAX,
  HALF_OPEN_MS,
  HALF_OPEN_PER_BLOCK_MAX,
  HALF_OPEN_PER_WIDER_BLOCK_MAX,
  RECENT_HANDSHAKES_MAX,
  REFUSALS_KEPT_MAX,
  REPEATS_ANSWERED,
} from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { Connection } from './connection.ts';

/** A message 1 that was answered: its answer, byte for byte, and what may come of it. */
export type HalfOpen = {
  /** Names message 1. */
  readonly key: string;
  readonly answer: Uint8Array;
  /** `undefined` when the answer was a refusal. */
  readonly connection: Connection | undefined;
  /** How often the answer may be said again. */
  readonly repeats: TokenBucket;
  readonly block: string;
  readonly wider: string;
  readonly since: Instant;
  until: Instant;
};

/** Which messages 1 were answered and not confirmed, and which were confirmed lately (docs/protocol.md §1.1, repeats). */
export class HalfOpens {
  /** Those whose time is up first are first. */
  readonly #open = new Map<string, HalfOpen>();
  /** Those that were answered by a refusal take nobody's place; oldest first. */
  readonly #refused = new Map<string, HalfOpen>();
  readonly #byConnection = new Map<Connection, HalfOpen>();
  readonly #recent = new Set<string>();

  get size(): number {
    return this.#open.size;
  }

  find(key: string): HalfOpen | undefined {
    return this.#open.get(key) ?? this.#refused.get(key);
  }

  isRecent(key: string): boolean {
    return this.#recent.has(key);
  }

  /**
   * Whether there is a place for one more from this address. When all are taken, the oldest of the most crowded region gives up its
   * place to a caller from a less crowded one, and when all of a region are, the oldest of its most crowded block: an honest
   * caller needs its place for one round trip, a hoarder for ever.
   */
  makePlace(address: Address, now: Instant): boolean {
    const isLocal = reach(address) === 'loopback';
    const caller = { block: addressBlock(address), wider: widerBlock(address) };
    if (!isLocal && this.#count('block', caller.block) >= HALF_OPEN_PER_BLOCK_MAX) return false;
    if (!isLocal && this.#count('wider', caller.wider) >= HALF_OPEN_PER_WIDER_BLOCK_MAX) {
      return this.#takePlace('block', caller, now);
    }
    return this.#open.size < HALF_OPEN_MAX || this.#takePlace('wider', caller, now);
  }

  add(half: Pick<HalfOpen, 'key' | 'answer' | 'connection'>, address: Address, now: Instant): void {
    const whole = {
      ...half,
      repeats: new TokenBucket(REPEATS_ANSWERED, now),
      block: addressBlock(address),
      wider: widerBlock(address),
      since: now,
      until: after(now, HALF_OPEN_MS),
    };
    if (half.connection) {
      this.#open.set(half.key, whole);
      this.#byConnection.set(half.connection, whole);
      return;
    }
    this.#refused.set(half.key, whole);
    if (this.#refused.size > REFUSALS_KEPT_MAX) this.#refused.delete(this.#refused.keys().next().value!);
  }

  /**
   * Its answer was said again: the client, which may have it only now, has as long as after the first to prove itself, within the
   * time that a dial takes. @returns until when
   */
  answeredAgain(half: HalfOpen, now: Instant): Instant {
    const until = after(now, HALF_OPEN_MS);
    if (until > after(half.since, DIAL_MS) || !this.#open.delete(half.key)) return half.until;
    half.until = until;
    this.#open.set(half.key, half);
    return until;
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
    for (const places of [this.#open, this.#refused]) {
      for (const half of places.values()) {
        if (half.until > now) break;
        this.#drop(half);
      }
    }
  }

  #count(what: 'block' | 'wider', name: string): number {
    let count = 0;
    for (const half of this.#open.values()) if (half[what] === name) count++;
    return count;
  }

  /** Takes a place from the most crowded region of all, or block of the caller's region. @returns whether that has more than the caller's then has */
  #takePlace(what: 'block' | 'wider', caller: Pick<HalfOpen, 'block' | 'wider'>, now: Instant): boolean {
    const rivals = [...this.#open.values()].filter(({ wider }) => what === 'wider' || wider === caller.wider);
    const crowded = oldestOfMostCrowded(rivals, what);
    if (!crowded || this.#count(what, crowded[what]) <= this.#count(what, caller[what]) + 1) return false;
    this.#drop(crowded);
    crowded.connection?.close('refused', 'others need the place', now);
    return true;
  }

  #drop(half: HalfOpen): void {
    this.#open.delete(half.key);
    this.#refused.delete(half.key);
    if (half.connection) this.#byConnection.delete(half.connection);
  }
}

/** Whoever has been there for longest, however lately it had its answer said again. */
function oldestOfMostCrowded(open: readonly HalfOpen[], what: 'block' | 'wider'): HalfOpen | undefined {
  const counts = new Map<string, number>();
  for (const half of open) counts.set(half[what], (counts.get(half[what]) ?? 0) + 1);
  const most = Math.max(...counts.values());
  let oldest: HalfOpen | undefined;
  for (const half of open) {
    if (counts.get(half[what]) === most && !(oldest && oldest.since <= half.since)) oldest = half;
  }
  return oldest;
}
