import { READ_GATHER_MS, READ_GATHERED_MAX, TTL_SECONDS_DEFAULT } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import type { Receipts } from '../chat/receipts.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Tells } from './tells.ts';

/** A letter of somebody that the user has read. */
export type ReadLetter = {
  readonly id: EnvelopeId;
  readonly from: NodeId;
  /** Links it crossed. */
  readonly hops: number;
};

type Parts = {
  readonly receipts: Receipts;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  /** Whether the user has neither named nor written to somebody. */
  readonly isStranger: (id: NodeId) => boolean;
  readonly tells: Tells;
};

/**
 * What the user has read, to be told to who wrote it (docs/protocol.md §3.2 rule 7): gathered for a moment, so that a page of letters is one
 * receipt. It is told once, and not kept: one that is lost is no loss of mail.
 */
export class Readings {
  readonly #parts: Parts;
  readonly #letters = new Map<EnvelopeId, ReadLetter>();
  #dueAt: Instant | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The user has read these. */
  read(letters: readonly ReadLetter[], now: Instant): void {
    for (const letter of letters) {
      if (this.#letters.size >= READ_GATHERED_MAX || !this.#isTold(letter.from)) continue;
      this.#letters.set(letter.id, letter);
      this.#dueAt ??= after(now, READ_GATHER_MS);
    }
  }

  deadline(): Instant | undefined {
    return this.#dueAt;
  }

  elapse(now: Instant): void {
    if (this.#dueAt === undefined || this.#dueAt > now) return;
    this.#dueAt = undefined;
    const { receipts } = this.#parts;
    for (const { id, from, hops } of this.#letters.values()) {
      // Whoever does not want it any more by now is obeyed.
      if (this.#isTold(from)) receipts.read(from, { id, hops, ttlSeconds: TTL_SECONDS_DEFAULT });
    }
    this.#letters.clear();
  }

  #isTold(author: NodeId): boolean {
    const { contact, isStranger, tells } = this.#parts;
    return tells.readReceipts && !isStranger(author) && contact(author)?.blocked !== true;
  }
}
