import {
  RECONCILE_AGAIN_MS,
  RECONCILE_COST_TAKEN,
  RECONCILE_OTHER_MS,
  RECONCILE_ROUNDS_MAX,
  RECONCILE_WAIT_MS,
  RECONCILE_WANTS_TAKEN,
  RECONCILES_TAKEN,
  WANTED_CARRIED_MAX,
} from '../base/limits.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import { base32, fromBase32 } from '../bytes/base32.ts';
import { fromHex } from '../bytes/hex.ts';
import type { Channels } from '../chat/channels.ts';
import type { Author } from '../chat/letter.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import { Posts } from '../store/posts.ts';
import { answering, comparing, costOf, type Side } from '../store/reconciling.ts';
import type { Shelf } from '../store/shelf.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Range, Reconcile } from '../wire/reconcile.ts';
import type { NodeEvent } from './event.ts';
import type { Forwarder } from './forwarder.ts';
import type { Sessions } from './sessions.ts';
import { WantedPosts } from './wanted.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  readonly channels: Channels;
  readonly sessions: Sessions;
  readonly interest: Interest;
  readonly forwarder: Forwarder;
  /** Whether this envelope is, or was, here. */
  readonly has: (id: EnvelopeId) => boolean;
  readonly tell: (event: NodeEvent) => void;
};

/** A channel that is to be compared with a neighbour. */
type Comparison = { readonly peer: NodeId; readonly channel: string };

/**
 * When what two neighbours have of a channel is compared, and what is asked for then (docs/protocol.md §2.5): when one begins to lead
 * to readers, and after posts came that way, with the other neighbours. In a stable net nothing is said.
 */
export class Reconciler {
  readonly #parts: Parts;
  readonly #wanted = new WantedPosts();
  readonly #due = new Timers<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A neighbour has begun to lead to readers of a channel. Of two who both lead to some, the one with the smaller id begins. */
  begin(channel: string, peer: NodeId, now: Instant): void {
    const isOthersTurn = this.#leadsOn(channel, peer) && peer < this.#parts.author.id;
    this.#schedule({ channel, peer }, after(now, isOthersTurn ? RECONCILE_OTHER_MS : RECONCILE_WAIT_MS));
  }

  /** This node reads a channel from now on: what its neighbours have of it is asked for. */
  joined(channel: string, now: Instant): void {
    for (const peer of this.#parts.interest.readers(channel))
      this.#schedule({ channel, peer }, after(now, RECONCILE_WAIT_MS));
  }

  /** What a neighbour said in a comparison. */
  receive(peer: NodeId, { channel: bytes, round, ranges }: Reconcile, now: Instant): void {
    const channel = base32(bytes);
    const session = this.#parts.sessions.with(peer);
    const side = this.#sideOf(channel, peer, now);
    const wants = ranges.reduce((sum, { claim }) => sum + (claim.type === 'difference' ? claim.wanted.length : 0), 0);
    if (!session || !side || !session.takes(1, RECONCILES_TAKEN, now)) return;
    if (!session.takes(wants, RECONCILE_WANTS_TAKEN, now)) return;
    if (!session.takes(costOf(side.posts, ranges), RECONCILE_COST_TAKEN, now)) return;
    // What it compares now need not be compared once more.
    if (round === 0) this.#due.schedule(keyOf({ channel, peer }), undefined);
    const { ranges: answer, give, show } = answering(side, ranges);
    for (const id of give) this.#parts.forwarder.offer(id, peer);
    if (show.length > 0) this.#parts.sessions.send(peer, { type: 'have', ids: show.map((id) => fromHex(id)!) }, now);
    if (answer.length === 0) return;
    if (round + 1 < RECONCILE_ROUNDS_MAX) this.#say({ channel, peer }, round + 1, answer, now);
    else this.#schedule({ channel, peer }, after(now, RECONCILE_AGAIN_MS));
  }

  /** A push of this envelope came. */
  came(id: EnvelopeId, from: NodeId, now: Instant): void {
    const { channels, shelf, has, tell } = this.#parts;
    const channel = this.#wanted.came(id, from, has(id) && shelf.get(id) === undefined, now);
    if (channel === undefined || channels.byId(channel) === undefined) return;
    tell({ type: 'catching-up', channel, awaited: this.#wanted.awaited(channel) });
  }

  /**
   * A post was taken. One that was asked for is old: most neighbours have it, and it is not pushed to them but compared.
   *
   * @returns whether it was asked for
   */
  took(id: EnvelopeId, channel: string, from: NodeId | undefined, now: Instant): boolean {
    if (!this.#wanted.take(id)) return false;
    for (const peer of this.#parts.interest.readers(channel, from)) {
      this.#schedule({ channel, peer }, after(now, RECONCILE_WAIT_MS));
    }
    return true;
  }

  /** It came, and will never be taken: it is not asked for again. */
  unwanted(id: EnvelopeId): void {
    this.#wanted.take(id);
  }

  /** A neighbour is gone: what it was to send is asked of others. */
  left(peer: NodeId, now: Instant): void {
    for (const channel of this.#wanted.left(peer)) this.#askOthers(channel, peer, now);
  }

  deadline(): Instant | undefined {
    return earliest(this.#due.next, this.#wanted.deadline());
  }

  elapse(now: Instant): void {
    for (let over = this.#wanted.givenUp(now); over; over = this.#wanted.givenUp(now)) {
      const { peer, channels, againAt } = over;
      for (const channel of channels) {
        this.#schedule({ channel, peer }, againAt);
        this.#askOthers(channel, peer, now);
      }
    }
    for (let key = this.#due.take(now); key !== undefined; key = this.#due.take(now)) this.#compare(key, now);
  }

  #compare(key: string, now: Instant): void {
    const [peer, channel] = key.split(' ') as [NodeId, string];
    if (!this.#parts.interest.wants(peer, channel)) return;
    // One neighbour after the other: what comes from one need not be listed by the next.
    if (this.#wanted.awaited(channel) > 0) this.#schedule({ channel, peer }, after(now, RECONCILE_AGAIN_MS));
    else {
      const side = this.#sideOf(channel, peer, now);
      if (side) this.#say({ channel, peer }, 0, comparing(side), now);
    }
  }

  /** What this node brings into a comparison; `undefined` when it has nothing to do with that channel. */
  #sideOf(channel: string, peer: NodeId, now: Instant): Side | undefined {
    const { author, channels, shelf, interest } = this.#parts;
    const reads = channels.byId(channel) !== undefined;
    const tells = interest.wants(peer, channel);
    const asks = this.#leadsOn(channel, peer);
    if (!tells && !asks) return undefined;
    const wants = (id: string): boolean => {
      if (!asks) return false;
      const isFull = !reads && this.#wanted.awaited(channel) >= WANTED_CARRIED_MAX;
      const at = isFull ? after(now, RECONCILE_AGAIN_MS) : this.#wanted.askAt(id, peer, now);
      if (at === now) this.#wanted.asked(id, channel, peer, now);
      else if (at !== undefined) this.#schedule({ channel, peer }, at);
      return at === now;
    };
    return { suite: author.suite, posts: shelf.posts(channel) ?? NOTHING, tells, wants };
  }

  /** Whether this node takes posts of a channel from this neighbour: it reads it, or others do that it leads to. */
  #leadsOn(channel: string, peer: NodeId): boolean {
    const { channels, interest } = this.#parts;
    return channels.byId(channel) !== undefined || interest.readers(channel, peer).length > 0;
  }

  #askOthers(channel: string, except: NodeId, now: Instant): void {
    for (const peer of this.#parts.interest.readers(channel, except)) {
      this.#schedule({ channel, peer }, after(now, RECONCILE_WAIT_MS));
    }
  }

  #say({ channel, peer }: Comparison, round: number, ranges: readonly Range[], now: Instant): void {
    const message = { type: 'reconcile', channel: fromBase32(channel)!, round, ranges } as const;
    this.#parts.sessions.send(peer, message, now);
  }

  /** It is compared at that time, if not before. */
  #schedule(what: Comparison, at: Instant): void {
    const before = this.#due.at(keyOf(what));
    if (before === undefined || before > at) this.#due.schedule(keyOf(what), at);
  }
}

const NOTHING = new Posts();

const keyOf = ({ peer, channel }: Comparison): string => `${peer} ${channel}`;
