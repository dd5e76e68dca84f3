import { FLAPPERS_MAX, FLAPS_FREE, FLAPS_HALF_MS, FLAPS_MAX, HOLD_MS_MAX, HOLD_MS_MIN } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';

/** How often something went, as counted when it went last. */
type Flaps = { readonly count: number; readonly at: Instant };

/**
 * Who comes and goes too often: a neighbour, or a route (docs/protocol.md §2.1; RFC 2439 §2.2 in spirit, and much smaller).
 *
 * Each time that it goes counts one, and what was counted halves every FLAPS_HALF_MS. Up to FLAPS_FREE it is taken back at once; beyond, it is
 * held for HOLD_MS_MIN when it comes back, twice as long for each further time, up to HOLD_MS_MAX.
 */
export class Damping {
  /** The longest untouched first. */
  readonly #flaps = new Map<NodeId, Flaps>();
  readonly #held = new Set<NodeId>();
  readonly #timers = new Timers<NodeId>();

  get size(): number {
    return this.#flaps.size;
  }

  /** It has gone. */
  went(id: NodeId, now: Instant): void {
    this.#put(id, { count: Math.min(FLAPS_MAX, this.#count(id, now) + 1), at: now });
    this.#release(id);
  }

  /** It is back: held, if it went too often. */
  came(id: NodeId, now: Instant): void {
    if (!this.#flaps.has(id)) return;
    const tooOften = this.#count(id, now) - FLAPS_FREE;
    if (tooOften <= 0) return;
    this.#held.add(id);
    this.#timers.schedule(id, after(now, Math.min(HOLD_MS_MAX, HOLD_MS_MIN * 2 ** tooOften)));
  }

  /** Whether it is here, and not to be relied on yet. */
  isHeld(id: NodeId): boolean {
    return this.#held.has(id);
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }

  /** Those that have been here for as long as they were held, once. */
  take(now: Instant): readonly NodeId[] {
    const over: NodeId[] = [];
    for (let id = this.#timers.take(now); id !== undefined; id = this.#timers.take(now)) over.push(id);
    for (const id of over) this.#held.delete(id);
    return over;
  }

  #release(id: NodeId): void {
    if (this.#held.delete(id)) this.#timers.schedule(id, undefined);
  }

  #count(id: NodeId, now: Instant): number {
    const flaps = this.#flaps.get(id);
    return flaps ? flaps.count * 2 ** ((flaps.at - now) / FLAPS_HALF_MS) : 0;
  }

  /** Where there are too many, the one that has been quiet for longest is forgiven. */
  #put(id: NodeId, flaps: Flaps): void {
    this.#flaps.delete(id);
    this.#flaps.set(id, flaps);
    if (this.#flaps.size <= FLAPPERS_MAX) return;
    const quietest = this.#flaps.keys().next().value!;
    this.#flaps.delete(quietest);
    this.#release(quietest);
  }
}
