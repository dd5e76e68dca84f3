import { assert } from '../base/assert.ts';
import { INTEREST_HOPS_MAX, INTEREST_TAG_MS, INTEREST_TAGS } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { base32 } from '../bytes/base32.ts';
import { hex } from '../bytes/hex.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { ControlMessage, Interest as InterestMessage } from '../wire/mesh-message.ts';
import { InterestedNeighbour, type Tags } from './interested-neighbour.ts';

/** A channel this node reads: the tag that stands for it, and the one before, which may still echo in the mesh. */
type Subscription = { tag: string; previousTag: string | undefined; redrawAt: Instant };

/**
 * Where the readers of channels are (docs/protocol.md §2.3): a distance vector of at most INTEREST_HOPS_MAX hops under random
 * tags, so that a message reaches every reader over nodes that do not read, nothing flows where nobody reads, and no tag says who.
 *
 * Like a `Machine`: tell it what happened, then drain `pollReader` and `pollMessage`, then sleep until `deadline()`.
 */
export class Interest {
  readonly #random: Random;
  readonly #own = new Map<string, Subscription>();
  readonly #neighbours = new Map<NodeId, InterestedNeighbour>();
  /** Those to whom there may be something to say, or who may not have said something again: few, at most moments. */
  readonly #busy = new Set<NodeId>();
  /** When the first tag is drawn anew. */
  #redrawAt: Instant | undefined;
  readonly #newReaders: { readonly channel: string; readonly peer: NodeId }[] = [];
  #now: Instant;

  constructor(options: { readonly random: Random }, now: Instant) {
    this.#random = options.random;
    this.#now = now;
  }

  /** This node reads `channel` (a ChannelId, 52 letters) from now on. */
  subscribe(channel: string, now: Instant): void {
    this.#now = now;
    if (this.#own.has(channel)) return;
    const redrawAt = after(now, INTEREST_TAG_MS);
    this.#own.set(channel, { tag: this.#draw(), previousTag: undefined, redrawAt });
    this.#redrawAt = earliest(this.#redrawAt, redrawAt);
    this.#mark(channel);
  }

  unsubscribe(channel: string, now: Instant): void {
    this.#now = now;
    if (this.#own.delete(channel)) this.#mark(channel);
  }

  /** A connection to `peer` is up, new or instead of another. */
  neighbourUp(peer: NodeId, now: Instant): void {
    this.neighbourDown(peer, now);
    this.#tellAll(peer, new InterestedNeighbour(now));
  }

  /**
   * The connection to `peer` was replaced by another, and neither side has forgotten anything: what it was interested in stays, if it
   * says so again. It is offered what is held of that once more: what was said of it at the last moment may have been lost.
   */
  neighbourMoved(peer: NodeId, now: Instant): void {
    this.#now = now;
    const neighbour = this.#neighbours.get(peer)?.moved(now);
    assert(neighbour !== undefined, 'who moved was a neighbour');
    this.#tellAll(peer, neighbour);
    for (const channel of neighbour.channels()) {
      if (this.#leadsToReader(neighbour, channel)) this.#newReaders.push({ channel, peer });
    }
  }

  /** The connection to `peer` ended, and what it was interested in. */
  neighbourDown(peer: NodeId, now: Instant): void {
    this.#now = now;
    const channels = [...(this.#neighbours.get(peer)?.channels() ?? [])];
    if (this.#neighbours.delete(peer)) for (const channel of channels) this.#mark(channel);
  }

  /**
   * What a neighbour said. Messages of a connection that has ended are passed over.
   *
   * @throws PeerError('meshViolation') when it says more than the rate allows.
   */
  receive(from: NodeId, message: InterestMessage, now: Instant): void {
    this.#now = now;
    const neighbour = this.#neighbours.get(from);
    if (!neighbour) return;
    if (!neighbour.takes(now)) throw new PeerError('meshViolation', 'more interest than the rate allows');
    const channel = base32(message.channel);
    const readBefore = this.#leadsToReader(neighbour, channel);
    if (!neighbour.hear(channel, hex(message.tag), message.hops)) return;
    if (!readBefore && this.#leadsToReader(neighbour, channel)) this.#newReaders.push({ channel, peer: from });
    this.#mark(channel);
  }

  /** The neighbours that lead to a reader of `channel`; `except` is where a message came from. */
  readers(channel: string, except?: NodeId): readonly NodeId[] {
    const readers: NodeId[] = [];
    for (const [peer, neighbour] of this.#neighbours) {
      if (peer !== except && this.#leadsToReader(neighbour, channel)) readers.push(peer);
    }
    return readers;
  }

  /** Whether that neighbour asked for `channel` on this connection, and so may learn of its envelopes. */
  wants(peer: NodeId, channel: string): boolean {
    return this.#neighbours.get(peer)?.tags(channel) !== undefined;
  }

  elapse(now: Instant): void {
    this.#now = now;
    if (this.#redrawAt !== undefined && this.#redrawAt <= now) this.#redraw(now);
    for (const peer of this.#busy) {
      for (const channel of this.#neighbours.get(peer)?.elapse(now) ?? []) this.#mark(channel);
    }
  }

  deadline(): Instant | undefined {
    let next = this.#redrawAt;
    for (const peer of this.#busy) next = earliest(next, this.#neighbours.get(peer)?.deadline(this.#now));
    return next;
  }

  /** A neighbour that has begun to lead to a reader of a channel: what is held of it can go there. */
  pollReader(): { readonly channel: string; readonly peer: NodeId } | undefined {
    return this.#newReaders.shift();
  }

  /** The next message to a neighbour. */
  pollMessage(): { readonly to: NodeId; readonly message: ControlMessage } | undefined {
    for (const to of this.#busy) {
      const neighbour = this.#neighbours.get(to);
      const message = neighbour?.poll(this.#now, (channel) => this.#nearest(channel, to));
      if (message) return { to, message };
      if (neighbour?.deadline(this.#now) === undefined) this.#busy.delete(to);
    }
    return undefined;
  }

  /** Tags that are our own come back from around a circle: they lead to no other reader. */
  #leadsToReader(neighbour: InterestedNeighbour, channel: string): boolean {
    const own = this.#own.get(channel);
    for (const tag of neighbour.tags(channel)?.keys() ?? []) {
      if (tag !== own?.tag && tag !== own?.previousTag) return true;
    }
    return false;
  }

  /**
   * What one neighbour is told of a channel: the nearest tags that are not from itself. Two of them, since one may be its own,
   * and would hide from it the reader behind.
   */
  #nearest(channel: string, to: NodeId): Tags {
    const distances = new Map<string, number>();
    const own = this.#own.get(channel);
    if (own) distances.set(own.tag, 0);
    for (const [peer, neighbour] of this.#neighbours) {
      if (peer === to) continue;
      for (const [tag, hops] of neighbour.tags(channel) ?? []) {
        const known = distances.get(tag) ?? INTEREST_HOPS_MAX + 1;
        if (tag !== own?.previousTag) distances.set(tag, Math.min(known, hops + 1));
      }
    }
    const near = [...distances].filter(([, hops]) => hops <= INTEREST_HOPS_MAX);
    near.sort(([tagA, a], [tagB, b]) => a - b || (tagA < tagB ? -1 : 1));
    return new Map(near.slice(0, INTEREST_TAGS));
  }

  /** A neighbour over a new connection, on which nothing has been said. */
  #tellAll(peer: NodeId, neighbour: InterestedNeighbour): void {
    this.#neighbours.set(peer, neighbour);
    this.#busy.add(peer);
    for (const channel of this.#own.keys()) neighbour.mark(channel);
    for (const other of this.#neighbours.values()) for (const channel of other.channels()) neighbour.mark(channel);
  }

  #mark(channel: string): void {
    for (const [peer, neighbour] of this.#neighbours) {
      neighbour.mark(channel);
      this.#busy.add(peer);
    }
  }

  #redraw(now: Instant): void {
    this.#redrawAt = undefined;
    for (const [channel, subscription] of this.#own) {
      if (subscription.redrawAt <= now) {
        subscription.previousTag = subscription.tag;
        subscription.tag = this.#draw();
        subscription.redrawAt = after(now, INTEREST_TAG_MS);
        this.#mark(channel);
      }
      this.#redrawAt = earliest(this.#redrawAt, subscription.redrawAt);
    }
  }

  #draw(): string {
    return hex(this.#random.bytes(8));
  }
}
