import { UNGIVEN_MAX } from '../base/limits.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/**
 * Envelopes that this node wrote in this life and has given to nobody: what they say can still be taken back for good. Who is not in here
 * may have left, with an answer or without one.
 */
export class Ungiven {
  readonly #ids = new Set<EnvelopeId>();

  wrote(id: EnvelopeId): void {
    this.#ids.add(id);
    if (this.#ids.size > UNGIVEN_MAX) this.#ids.delete(this.#ids.values().next().value!);
  }

  /** Its bytes go to a neighbour, or into a file. */
  given(id: EnvelopeId): void {
    this.#ids.delete(id);
  }

  has(id: EnvelopeId): boolean {
    return this.#ids.has(id);
  }
}
