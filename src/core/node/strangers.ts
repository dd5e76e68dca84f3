import { NEW_AUTHORS_TAKEN, STRANGERS_BYTES_SHOWN } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { Conversations } from '../chat/conversations.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Giver } from './offer.ts';
import type { PeerBook } from './peer-book.ts';

type Parts = {
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly conversations: Conversations;
  readonly peers: PeerBook;
  readonly routes: Routes;
};

/** How much is taken of authors whom nobody here knows: there can be as many of them as somebody makes up. */
export class Strangers {
  readonly #parts: Parts;
  #shown: TokenBucket | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether the key of an author may be checked now: one never heard of costs most of a millisecond. */
  mayCheck(author: NodeId, broughtBy: Pick<Giver, 'takes'>, now: Instant): boolean {
    const { contact, peers, routes } = this.#parts;
    const isKnown = contact(author) || peers.get(author) || routes.nextHop(author) !== undefined;
    return !!isKnown || broughtBy.takes(1, NEW_AUTHORS_TAKEN, now);
  }

  /** Whether so many bytes of an author may be shown: that is kept for ever. Who was named or written to is no stranger. */
  mayFill(author: NodeId, bytes: number, now: Instant): boolean {
    const { contact, conversations } = this.#parts;
    this.#shown ??= new TokenBucket(STRANGERS_BYTES_SHOWN, now);
    return !!contact(author) || conversations.hasWritten(author) || this.#shown.take(bytes, now);
  }
}
