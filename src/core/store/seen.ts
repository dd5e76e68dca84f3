import { SEEN_IDS_MAX } from '../base/limits.ts';
import type { Timestamp } from '../base/time.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/**
 * Ids of envelopes that were here and are not any more, so that a copy that comes round again is answered and not carried twice
 * (docs/protocol.md §3). Bounded: the oldest are forgotten first; a forgotten one costs work, never a message shown twice.
 */
export class Seen {
  readonly #at = new Map<EnvelopeId, Timestamp>();
  readonly #max: number;
  #hasForgotten = false;

  constructor(ids: Iterable<{ readonly id: EnvelopeId; readonly at: Timestamp }>, max = SEEN_IDS_MAX) {
    this.#max = max;
    for (const { id, at } of ids) this.add(id, at);
  }

  /** Whether an id was forgotten for lack of room. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  get size(): number {
    return this.#at.size;
  }

  /** When it left here, by our calendar; `undefined` when it is not remembered. */
  at(id: EnvelopeId): Timestamp | undefined {
    return this.#at.get(id);
  }

  add(id: EnvelopeId, at: Timestamp): void {
    this.#at.delete(id);
    this.#at.set(id, at);
    if (this.#at.size <= this.#max) return;
    this.#at.delete(this.#at.keys().next().value!);
    this.#hasForgotten = true;
  }

  forget(id: EnvelopeId): void {
    this.#at.delete(id);
  }
}
