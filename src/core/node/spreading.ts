import { WANTS_TAKEN } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { hex } from '../bytes/hex.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import { isPost, type Shelf } from '../store/shelf.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Forwarder } from './forwarder.ts';
import type { Sessions } from './sessions.ts';

type Parts = {
  readonly shelf: Shelf;
  readonly sessions: Sessions;
  readonly interest: Interest;
  readonly forwarder: Forwarder;
  /** Whether this envelope is, or was, here. */
  readonly has: (id: EnvelopeId) => boolean;
};

/** How messages of channels cross the mesh: pushed along interest at once. Those who come later compare what they have (`reconciler.ts`;
 * docs/protocol.md §2.3). */
export class Spreading {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Pushes to every neighbour that reads the channel or leads to readers, but not back to the giver. */
  spread(id: EnvelopeId, channel: string, except?: NodeId): void {
    for (const peer of this.#parts.interest.readers(channel, except)) this.#parts.forwarder.offer(id, peer);
  }

  /** A neighbour has these: what is new here is wanted. */
  had(peer: NodeId, ids: readonly Uint8Array[], now: Instant): void {
    const wanted = ids.filter((id) => !this.#parts.has(hex(id) as EnvelopeId));
    if (wanted.length > 0) this.#parts.sessions.send(peer, { type: 'want', ids: wanted }, now);
  }

  /** A neighbour wants these: it gets what belongs to channels that it reads; all else is as if it were not here. */
  wanted(peer: NodeId, ids: readonly Uint8Array[], now: Instant): void {
    const { shelf, interest, forwarder, sessions } = this.#parts;
    if (!sessions.with(peer)?.takes(ids.length, WANTS_TAKEN, now)) return;
    for (const id of ids) {
      const held = shelf.get(hex(id) as EnvelopeId);
      if (held && isPost(held.head) && interest.wants(peer, held.head.to)) forwarder.offer(held.head.id, peer);
    }
  }
}
