import { RECEIPTS_OWED_MAX } from '../base/limits.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/**
 * Which neighbours took the receipts for a message. When its sender asks again, those receipts were lost, and the next one goes another way
 * (docs/protocol.md §3.2). In memory only, of the newest.
 */
export class ReceiptTakers {
  readonly #named = new Map<EnvelopeId, readonly EnvelopeId[]>();
  readonly #takers = new Map<EnvelopeId, readonly NodeId[]>();

  /** A receipt was written for these messages. */
  wrote(receipt: EnvelopeId, ids: readonly EnvelopeId[]): void {
    put(this.#named, receipt, ids);
  }

  /** A neighbour has taken it. Says for which messages it was. */
  taken(receipt: EnvelopeId, by: NodeId): readonly EnvelopeId[] {
    const named = this.#named.get(receipt) ?? [];
    for (const id of named) put(this.#takers, id, [...(this.#takers.get(id) ?? []), by]);
    this.#named.delete(receipt);
    return named;
  }

  /** Who took receipts for any of these messages. */
  of(ids: readonly EnvelopeId[]): NodeId[] {
    return [...new Set(ids.flatMap((id) => this.#takers.get(id) ?? []))];
  }
}

function put<Value>(map: Map<EnvelopeId, Value>, id: EnvelopeId, value: Value): void {
  map.delete(id);
  map.set(id, value);
  if (map.size > RECEIPTS_OWED_MAX) map.delete(map.keys().next().value!);
}
