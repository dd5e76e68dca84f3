import { RECEIPT_AGAIN_MS, RECEIPT_IDS_MAX, RECEIPTS_OWED_MAX, REFUSALS_TOLD } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { ReceiptContent } from '../wire/content.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Refusal } from '../wire/mesh-message.ts';

/** A direct envelope that came: it is on disk, or it was refused for good. */
export type Came = {
  readonly id: EnvelopeId;
  /** Links it crossed. */
  readonly hops: number;
  /** How long it asked to be kept, in seconds: its receipt asks for as long, and one that refuses it for half of that. */
  readonly ttlSeconds: number;
};

/** One receipt to write: who gets it, what it names, how long it is to be kept, and why what it names was refused, if it was. */
export type OwedReceipt = {
  readonly to: NodeId;
  readonly ids: readonly EnvelopeId[];
  readonly hops: readonly number[];
  readonly ttlSeconds: number;
  /** Set when the user has read it: that it came has been said before. */
  readonly read?: true;
  readonly refused?: Refusal;
};

type Debt = { readonly to: NodeId; readonly says: 'came' | 'read' | Refusal; readonly came: Came[] };

/** What this node owes to senders: one receipt for each sender and turn (docs/protocol.md §3.2). */
export class Receipts {
  /** By sender, and what is said. */
  readonly #owed = new Map<string, Debt>();
  #owedCount = 0;
  /** When an id was last acknowledged, oldest first. A forgotten one is answered again without waiting. */
  readonly #answered = new Map<EnvelopeId, Instant>();
  #refusals: TokenBucket | undefined;

  /** Mail came for the first time. */
  owe(to: NodeId, came: Came, now: Instant): void {
    if (this.#owe(to, came, 'came')) this.#answeredNow(came.id, now);
  }

  /** Mail was read, after it came. */
  read(to: NodeId, came: Came): void {
    this.#owe(to, came, 'read');
  }

  /** Mail came that was here before: its sender may lack the receipt. Answered at most once in `RECEIPT_AGAIN_MS`. */
  again(to: NodeId, came: Came, now: Instant): void {
    if (this.#mayAnswer(came.id, now)) this.owe(to, came, now);
  }

  /**
   * Mail came that will never be taken. Whoever brought it is told, and that is rarely its sender. The receipt has half of its ttl:
   * two nodes that can read nothing of each other would otherwise refuse each other's refusals for ever.
   */
  refuse(to: NodeId, came: Came, reason: Refusal, now: Instant): void {
    this.#refusals ??= new TokenBucket(REFUSALS_TOLD, now);
    const ttlSeconds = Math.floor(came.ttlSeconds / 2);
    if (ttlSeconds === 0 || !this.#mayAnswer(came.id, now) || !this.#refusals.take(1, now)) return;
    if (this.#owe(to, { ...came, ttlSeconds }, reason)) this.#answeredNow(came.id, now);
  }

  /** The next receipt to write; all are drained in every turn. */
  poll(): OwedReceipt | undefined {
    const [next] = this.#owed;
    if (!next) return undefined;
    const [key, { to, says, came }] = next;
    const named = came.splice(0, RECEIPT_IDS_MAX);
    this.#owedCount -= named.length;
    if (came.length === 0) this.#owed.delete(key);
    return {
      to,
      ids: named.map(({ id }) => id),
      hops: named.map(({ hops }) => hops),
      ttlSeconds: Math.max(...named.map(({ ttlSeconds }) => ttlSeconds)),
      ...(says === 'came' ? {} : says === 'read' ? { read: true } : { refused: says }),
    };
  }

  /** @returns false when too many are owed */
  #owe(to: NodeId, came: Came, says: Debt['says']): boolean {
    if (this.#owedCount >= RECEIPTS_OWED_MAX) return false;
    this.#owedCount++;
    const key = `${to} ${says}`;
    const debt = this.#owed.get(key) ?? { to, says, came: [] };
    debt.came.push(came);
    this.#owed.set(key, debt);
    return true;
  }

  #answeredNow(id: EnvelopeId, now: Instant): void {
    this.#answered.delete(id);
    this.#answered.set(id, now);
    if (this.#answered.size > RECEIPTS_OWED_MAX) this.#answered.delete(this.#answered.keys().next().value!);
  }

  #mayAnswer(id: EnvelopeId, now: Instant): boolean {
    const answeredAt = this.#answered.get(id);
    return answeredAt === undefined || now - answeredAt >= RECEIPT_AGAIN_MS;
  }
}

/** What a receipt proves of one message of ours. */
export type Evidence = {
  readonly id: EnvelopeId;
  readonly state: 'delivered' | 'read' | 'refused';
  readonly hops: number;
  /** Why it was refused. */
  readonly detail?: Refusal;
};

/**
 * What a receipt proves: only of envelopes of ours, and only when it is from whom they are for, since every carrier knows
 * their ids (docs/protocol.md §3.2).
 *
 * @param recipientOf - whom an envelope of ours is for; `undefined` when it is none of ours.
 */
export function evidenceOf(
  from: NodeId,
  { ids, hops, read, refused }: ReceiptContent,
  recipientOf: (id: EnvelopeId) => string | undefined,
): Evidence[] {
  const state = refused ? 'refused' : read ? 'read' : 'delivered';
  const why = refused && { detail: refused };
  return ids.flatMap((id, i) => (recipientOf(id) === from ? [{ id, state, hops: hops[i] ?? 0, ...why }] : []));
}
