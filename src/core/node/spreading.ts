import { HAVE_IDS_MAX, WANTS_TAKEN } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import type { Held, Shelf } from '../store/shelf.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
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

/** How messages of channels cross the mesh: pushed along interest at once, and offered to those who come later (docs/protocol.md §2.3). */
export class Spreading {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Pushes to every neighbour that reads the channel or leads to readers, but not back to the giver. */
  spread(id: EnvelopeId, channel: string, except?: NodeId): void {
    for (const peer of this.#parts.interest.readers(channel, except)) this.#parts.forwarder.offer(id, peer);
  }

  /** Tells a neighbour that has begun to lead to readers which of the channel's messages are here. */
  offer(channel: string, peer: NodeId, now: Instant): void {
    const { shelf, sessions } = this.#parts;
    const posts = [...shelf.waitingFor(channel)].filter(isPost);
    const ids = posts.slice(-HAVE_IDS_MAX).map(({ head }) => fromHex(head.id)!);
    if (ids.length > 0) sessions.send(peer, { type: 'have', ids }, now);
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
      if (held && isPost(held) && interest.wants(peer, held.head.to)) forwarder.offer(held.head.id, peer);
    }
  }
}

/** A channel id may be anybody's NodeId, and mail for him is nobody else's business. */
const isPost = ({ head }: Held): boolean => head.kind === ENVELOPE_KINDS.channel;
