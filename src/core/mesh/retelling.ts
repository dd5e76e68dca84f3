import { RETELLING_MS } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';

/**
 * What a neighbour had said over a connection that another one replaced. It has forgotten nothing, so all of this still stands;
 * but what it took back at the last moment may have been lost. It says anew what is so, and what it does not say again is over.
 */
export class Retelling<Said> {
  readonly #unsaid: Set<Said>;
  readonly #until: Instant;

  /** @param said - all that the neighbour had said; who said it needs no bound but its own. */
  constructor(said: Iterable<Said>, now: Instant) {
    this.#unsaid = new Set(said);
    this.#until = after(now, RETELLING_MS);
  }

  /** The neighbour has said this again, or something else in its place. */
  said(what: Said): void {
    this.#unsaid.delete(what);
  }

  /** When what is not said again is over; `undefined` when there is none of it. */
  deadline(): Instant | undefined {
    return this.#unsaid.size > 0 ? this.#until : undefined;
  }

  /** What is over by now, once. */
  take(now: Instant): readonly Said[] {
    if (now < this.#until) return [];
    const over = [...this.#unsaid];
    this.#unsaid.clear();
    return over;
  }
}
