import { RECEIPT_AGAIN_MS, RECEIPT_IDS_MAX, RECEIPTS_OWED_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { ReceiptContent } from '../wire/content.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/** A direct envelope that came and is on disk. */
export type Came = {
  readonly id: EnvelopeId;
  /** Links it crossed. */
  readonly hops: number;
  /** How long it asked to be kept: its receipt asks for as long. */
  readonly ttlSeconds: number;
};

/** One receipt to write: who gets it, what it names, how long it is to be kept. */
export type OwedReceipt = {
  readonly to: NodeId;
  readonly ids: readonly EnvelopeId[];
  readonly hops: readonly number[];
  readonly ttlSeconds: number;
};

/** What this node owes to senders: one receipt for each sender and turn (docs/protocol.md §3.2). */
export class Receipts {
  readonly #owed = new Map<NodeId, Came[]>();
  #owedCount = 0;
  /** When an id was last acknowledged, oldest first. A forgotten one is answered again without waiting. */
  readonly #answered = new Map<EnvelopeId, Instant>();

  /** Mail came for the first time. */
  owe(to: NodeId, came: Came, now: Instant): void {
    if (this.#owedCount >= RECEIPTS_OWED_MAX) return;
    this.#owedCount++;
    const owed = this.#owed.get(to);
    if (owed) owed.push(came);
    else this.#owed.set(to, [came]);
    this.#answered.delete(came.id);
    this.#answered.set(came.id, now);
    if (this.#answered.size > RECEIPTS_OWED_MAX) this.#answered.delete(this.#answered.keys().next().value!);
  }

  /** Mail came that was here before: its sender may lack the receipt. Answered at most once a minute. */
  again(to: NodeId, came: Came, now: Instant): void {
    const answeredAt = this.#answered.get(came.id);
    if (answeredAt === undefined || now - answeredAt >= RECEIPT_AGAIN_MS) this.owe(to, came, now);
  }

  /** The next receipt to write; all are drained in every turn. */
  poll(): OwedReceipt | undefined {
    const [next] = this.#owed;
    if (!next) return undefined;
    const [to, owed] = next;
    const named = owed.splice(0, RECEIPT_IDS_MAX);
    this.#owedCount -= named.length;
    if (owed.length === 0) this.#owed.delete(to);
    return {
      to,
      ids: named.map(({ id }) => id),
      hops: named.map(({ hops }) => hops),
      ttlSeconds: Math.max(...named.map(({ ttlSeconds }) => ttlSeconds)),
    };
  }
}

/** What a receipt proves of one message of ours. */
export type Evidence = {
  readonly id: EnvelopeId;
  readonly state: 'delivered' | 'read';
  readonly hops: number;
};

/**
 * What a receipt proves: only of envelopes of ours, and only when it is from whom they are for, since every carrier knows
 * their ids (docs/protocol.md §3.2).
 *
 * @param recipientOf - whom an envelope of ours is for; `undefined` when it is none of ours.
 */
export function evidenceOf(
  from: NodeId,
  { ids, hops, read }: ReceiptContent,
  recipientOf: (id: EnvelopeId) => string | undefined,
): Evidence[] {
  const state = read ? 'read' : 'delivered';
  return ids.flatMap((id, i) => (recipientOf(id) === from ? [{ id, state, hops: hops[i] ?? 0 }] : []));
}
