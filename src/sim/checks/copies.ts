import { COPIES_DEFAULT } from '../../core/base/limits.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeHead } from '../../core/store/head.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../../core/wire/envelope.ts';
import { type Check, claim, type Member, type View } from './check.ts';

/**
 * Of each letter all disks together hold at no time more copies for carriage than its sender began with, however many were given, lost,
 * and given again (docs/protocol.md §2.2). Hostile nodes make up as many as they like: with them it asks nothing.
 */
export class Copies implements Check {
  readonly name = 'copies';
  /** By letter, and by the computer that holds them. */
  readonly #held = new Map<EnvelopeId, Map<number, number>>();
  readonly #broken: string[] = [];

  stored({ index }: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if ('put' in record && (record.put === 'envelope' || record.put === 'head')) this.#put(index, record);
      if ('delete' in record && record.delete === 'envelope') this.#held.get(record.id)?.delete(index);
    }
  }

  second({ plan }: View): void {
    if (!plan.hostile) claim(this.#broken.length === 0, () => this.#broken[0] ?? '');
  }

  #put(index: number, { put, head }: { readonly put: 'envelope' | 'head'; readonly head: EnvelopeHead }): void {
    if (head.kind !== ENVELOPE_KINDS.direct) return;
    const held = this.#held.get(head.id) ?? new Map<number, number>();
    // A head that changed is nothing without its envelope.
    if (put === 'head' && !held.has(index)) return;
    this.#held.set(head.id, held.set(index, head.copies));
    const copies = [...held.values()].reduce((sum, count) => sum + count, 0);
    const places = [...held].map(([at, count]) => `${count} at ${at}`).join(', ');
    if (copies > COPIES_DEFAULT) this.#broken.push(`${head.id.slice(0, 8)} has ${copies} copies: ${places}`);
  }
}
