import type { EnvelopeId } from '../wire/envelope.ts';
import type { EnvelopeHead } from './head.ts';

/**
 * Copies that another node has taken over too, which may be given up when there is no room: by each bound that they take room of, the
 * one taken over longest ago first. So room is found, or known not to be there, without a look at all that is held.
 */
export class Spare {
  readonly #byBound = new Map<string, { readonly copies: Map<EnvelopeId, EnvelopeHead>; bytes: number }>();

  /** @param bounds - keys of the bounds that it falls under. */
  add(head: EnvelopeHead, bounds: Iterable<string>): void {
    for (const bound of bounds) {
      const under = this.#byBound.get(bound) ?? { copies: new Map<EnvelopeId, EnvelopeHead>(), bytes: 0 };
      if (!under.copies.has(head.id)) under.bytes += head.size;
      under.copies.set(head.id, head);
      this.#byBound.set(bound, under);
    }
  }

  remove(id: EnvelopeId, bounds: Iterable<string>): void {
    for (const bound of bounds) {
      const under = this.#byBound.get(bound);
      const copy = under?.copies.get(id);
      if (!under || !copy) continue;
      under.bytes -= copy.size;
      under.copies.delete(id);
      if (under.copies.size === 0) this.#byBound.delete(bound);
    }
  }

  /** The copies under a bound. */
  under(bound: string): Iterable<EnvelopeHead> {
    return this.#byBound.get(bound)?.copies.values() ?? [];
  }

  /** Their bytes. */
  bytesUnder(bound: string): number {
    return this.#byBound.get(bound)?.bytes ?? 0;
  }
}
