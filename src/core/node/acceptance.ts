import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import type { Channels } from '../chat/channels.ts';
import type { Conversations } from '../chat/conversations.ts';
import { type Author, isUnderstood, readDirect, readFromChannel } from '../chat/letter.ts';
import { evidenceOf, type Receipts } from '../chat/receipts.ts';
import type { ChannelRecord, ContactRecord, MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeHead, Lane } from '../store/head.ts';
import type { Seen } from '../store/seen.ts';
import type { Shelf } from '../store/shelf.ts';
import { isLine, type LineContent, type ReceiptContent } from '../wire/content.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
import type { PushAnswer, Refusal } from '../wire/mesh-message.ts';
import type { Attendance } from './attendance.ts';
import type { Calendar } from './calendar.ts';
import type { Custody } from './custody.ts';
import type { Deliveries } from './deliveries.ts';
import type { Journal } from './journal.ts';
import { headOf } from './new-head.ts';
import { cameOf, messageOf, type Offer, type Post } from './offer.ts';
import type { PeerBook } from './peer-book.ts';
import type { Sessions } from './sessions.ts';
import type { Strangers } from './strangers.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  readonly seen: Seen;
  /** Ids of messages shown. */
  readonly shown: Seen;
  readonly journal: Journal;
  readonly deliveries: Deliveries;
  readonly custody: Custody;
  readonly conversations: Conversations;
  readonly channels: Channels;
  readonly receipts: Receipts;
  readonly sessions: Sessions;
  readonly calendar: Calendar;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly peers: PeerBook;
  readonly strangers: Strangers;
  /** Something suggests that this peer is there. */
  readonly mayBeBack: (peer: NodeId, now: Instant) => void;
  readonly attendance: Attendance;
  /** A post will never be taken, whoever brings it. */
  readonly unwanted: (id: EnvelopeId) => void;
  /** A channel envelope was taken: it goes on to everyone who reads it, but the giver. */
  readonly spread: (id: EnvelopeId, channel: string, except: NodeId | undefined, now: Instant) => void;
};

/**
 * What a valid envelope becomes that was never here: a message, evidence of delivery, or something to carry.
 * `accepted` is said after the commit and not before.
 */
export class Acceptance {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes a valid envelope that was never here, as far as there is room. */
  take(offer: Offer, now: Instant): void {
    const { author, channels, custody, strangers } = this.#parts;
    // What is read is kept for ever, so who fills the disk must be somebody this user wrote to or named.
    if (this.isReadHere(offer) && !strangers.mayFill(offer.from, offer.size, now)) {
      this.#answer(offer, custody.refuse('full'), now);
    } else if (offer.to === author.id) {
      custody.trails.came(offer, now);
      this.#takeLetter(offer, now);
    } else if (offer.envelope.signed.kind === ENVELOPE_KINDS.channel)
      this.#takePost(offer, channels.byId(offer.to), now);
    else this.#carry(offer, now);
  }

  /** A post that this node has carried, now that it reads the channel. `otherwise` runs when the disk does not take it. */
  readLate(channel: ChannelRecord, post: Post, now: Instant, otherwise: (now: Instant) => void): void {
    const { author } = this.#parts;
    const content = isUnderstood(post.envelope.signed)
      ? readFromChannel(author.suite, channel, post.envelope)
      : undefined;
    if (content?.type === 'seen') this.#parts.attendance.marked(post, channel.id, content, now);
    if (!content || !isLine(content)) return;
    const message = this.#line(post, 'channel', channel.id, content, now);
    this.#store(undefined, message, content.name, now, (at) => this.#posted(post, message, at), otherwise);
  }

  /** Refuses mail for this node that it will never take: whoever brought it is told, and its sender, by a receipt (docs/protocol.md §3.2). */
  turnAway(offer: Offer, reason: Refusal, now: Instant): void {
    const { author, custody, receipts } = this.#parts;
    const { envelope, from, giver } = offer;
    // Who brings his own mail hears it from the answer; what comes before confirmation may be a replay, which must change nothing.
    const isTold = giver.peer === from || !giver.proved;
    if (!isTold && readDirect(author, envelope)?.type !== 'receipt') receipts.refuse(from, cameOf(offer), reason, now);
    this.#answer(offer, custody.refuse(reason), now);
  }

  /** Whether this is mail for this node, or of a channel that it reads. */
  isReadHere({ to }: Offer): boolean {
    return to === this.#parts.author.id || this.#parts.channels.byId(to) !== undefined;
  }

  /** Answers when everything written so far is on disk. */
  answerAfterCommit(offer: Offer, answer: PushAnswer, now: Instant): void {
    const { custody, journal } = this.#parts;
    journal.afterCommit(
      now,
      (at) => this.#answer(offer, answer, at),
      (_why, at) => this.#answer(offer, custody.refuse('full'), at),
    );
  }

  /** Direct mail for this node. */
  #takeLetter(offer: Offer, now: Instant): void {
    const { author, conversations, mayBeBack, receipts } = this.#parts;
    const { envelope, from } = offer;
    mayBeBack(from, now);
    const content = readDirect(author, envelope);
    if (!content) {
      this.turnAway(offer, isUnderstood(envelope.signed) ? 'invalid' : 'unsupported', now);
    } else if (content.type === 'receipt') {
      this.#takeReceipt(offer, content, now);
    } else if (content.type === 'seen') {
      this.turnAway(offer, 'invalid', now);
    } else {
      const message = this.#line(offer, 'direct', from, content, now);
      // In one transaction with the message: a node that dies right after it does not leave its sender waiting.
      receipts.owe(from, cameOf(offer), now);
      this.#store(offer, message, content.name, now, (at) => conversations.arrived(message, at));
    }
  }

  /** A message of a channel: shown when this node reads it, and kept for others who do. */
  #takePost(offer: Offer, channel: ChannelRecord | undefined, now: Instant): void {
    const { author, custody, spread } = this.#parts;
    const { envelope, giver, to } = offer;
    // A later version is carried, but not read, by those who read the channel too.
    const reads = channel && isUnderstood(envelope.signed) ? channel : undefined;
    const content = reads && readFromChannel(author.suite, reads, envelope);
    if (reads && (!content || content.type === 'receipt')) {
      this.#parts.unwanted(envelope.id);
      this.#answer(offer, custody.refuse('invalid'), now);
      return;
    }
    // Whoever has a newer mark of the same member needs no older one.
    const isStale = content?.type === 'seen' && !this.#parts.attendance.marked(offer, to, content, now);
    if (content?.type === 'seen') this.#hearOf(offer.from, content.name, this.#at(now));
    const head = this.#headOf(offer, now);
    const room = isStale ? undefined : this.#parts.shelf.roomFor(head, this.#parts.sessions.size);
    if (room) {
      custody.evict(room, now);
      custody.take(
        head,
        envelope,
        now,
        (at) => spread(envelope.id, to, giver.peer, at),
        () => {},
      );
    }
    if (content && isLine(content)) {
      const message = this.#line(offer, 'channel', to, content, now);
      this.#store(offer, message, content.name, now, (at) => this.#posted(offer, message, at));
    } else if (isStale) {
      this.#passOver(offer, now);
    } else {
      this.answerAfterCommit(offer, room ? acceptedOf(offer) : custody.refuse('full'), now);
    }
  }

  /** A line of a channel is on disk. */
  #posted({ envelope }: Post, message: MessageRecord, now: Instant): void {
    this.#parts.attendance.spoke(message, envelope.hop.ageSeconds, now);
    this.#parts.conversations.arrived(message, now);
  }

  /** An old mark is not kept, but remembered, so that nobody gives it again. */
  #passOver(offer: Offer, now: Instant): void {
    const { journal, seen } = this.#parts;
    const { id, signed } = offer.envelope;
    const at = this.#at(now);
    seen.add(id, at);
    journal.keep({ put: 'seen', id, at, until: timestamp(at + 2 * signed.ttlSeconds * 1000) }, now);
    this.answerAfterCommit(offer, { type: 'accepted', copies: 1 }, now);
  }

  /** Mail for somebody else. */
  #carry(offer: Offer, now: Instant): void {
    const { custody, seen, sessions, shelf } = this.#parts;
    const head = this.#headOf(offer, now);
    const room = shelf.roomFor(head, sessions.size);
    if (!room) {
      this.#answer(offer, custody.refuse('full'), now);
      return;
    }
    custody.trails.came(offer, now);
    custody.evict(room, now);
    seen.forget(head.id);
    custody.take(
      head,
      offer.envelope,
      now,
      (at) => this.#answer(offer, acceptedOf(offer), at),
      // What could not be written was not taken.
      () => this.#answer(offer, custody.refuse('full'), now),
    );
  }

  /** Counts only from the recipient of what it names, and only for what is in this outbox (docs/protocol.md §3.2). */
  #takeReceipt(offer: Offer, content: ReceiptContent, now: Instant): void {
    const { custody, deliveries, journal, seen } = this.#parts;
    const { id: receipt, signed } = offer.envelope;
    if (journal.isBehind) {
      // What it says may be among the facts that the disk has refused, and would be claimed to be kept.
      this.#answer(offer, custody.refuse('full'), now);
      return;
    }
    const at = this.#parts.calendar.at(now);
    for (const { id, state, hops, detail } of evidenceOf(offer.from, content, (ours) => deliveries.get(ours)?.to)) {
      deliveries.evidence(id, state, at, now, detail ? { detail } : { hops });
      custody.confirmed(id, now);
      const { peer } = offer.giver;
      const bearer = peer === undefined || peer === offer.from ? undefined : this.#parts.sessions.with(peer);
      if (bearer) bearer.brought++;
    }
    seen.add(receipt, at);
    journal.write({ put: 'seen', id: receipt, at, until: timestamp(at + 2 * signed.ttlSeconds * 1000) });
    journal.afterCommit(
      now,
      (later) => this.#answer(offer, acceptedOf(offer), later),
      (_why, later) => {
        seen.forget(receipt);
        this.#answer(offer, custody.refuse('full'), later);
      },
    );
  }

  #line(
    post: Post,
    kind: MessageRecord['kind'],
    conversation: string,
    content: LineContent,
    now: Instant,
  ): MessageRecord {
    const received = this.#at(now);
    const rank = this.#parts.conversations.rankOf(conversation, content.rank, received);
    return messageOf(post, content, { kind, conversation, rank, received });
  }

  /** Writes a message that was just read, and answers its offer, if it came by one, when it is on disk. */
  #store(
    offer: Offer | undefined,
    message: MessageRecord,
    name: string,
    now: Instant,
    then: (now: Instant) => void,
    otherwise: (now: Instant) => void = NOTHING,
  ): void {
    const { custody, journal, shown } = this.#parts;
    shown.add(message.id, message.received);
    this.#hearOf(message.from, name, message.received);
    journal.write({ put: 'message', message });
    journal.afterCommit(
      now,
      (at) => {
        if (offer) this.#answer(offer, acceptedOf(offer), at);
        then(at);
      },
      (_why, at) => {
        shown.forget(message.id);
        if (offer) this.#answer(offer, custody.refuse('full'), at);
        otherwise(at);
      },
    );
  }

  /** An author several hops away has said no hello: what it calls itself stands in its lines. */
  #hearOf(author: NodeId, name: string, at: Timestamp): void {
    const { journal, peers, sessions } = this.#parts;
    if (name === '' || sessions.with(author)) return;
    const source = peers.get(author)?.source ?? 'route';
    const peer = peers.learn(author, { name, source }, at);
    if (peer) journal.write({ put: 'peer', peer });
  }

  #headOf(offer: Offer, now: Instant): EnvelopeHead {
    const { envelope, from, to, giver, size, copies } = offer;
    const how = { lane: this.#lane(from, to), silent: false, copies, size, ...(giver.peer && { via: giver.peer }) };
    return headOf(envelope, { from, to }, how, this.#at(now));
  }

  /**
   * Whose room it takes: its author's. Whoever writes to a contact is none by that, or one of them could fill the room of all. A channel
   * that this node reads counts as a contact.
   */
  #lane(from: NodeId, to: string): Lane {
    const { contact, channels, sessions } = this.#parts;
    if (contact(from) || channels.byId(to)) return 'contact';
    return sessions.with(from) || sessions.with(to as NodeId) ? 'neighbour' : 'stranger';
  }

  #answer({ giver }: Offer, answer: PushAnswer, now: Instant): void {
    giver.answer(answer, now);
  }

  #at(now: Instant): Timestamp {
    return this.#parts.calendar.at(now);
  }
}

const acceptedOf = ({ copies }: Offer): PushAnswer => ({ type: 'accepted', copies });

const NOTHING = (): void => {};
