import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import { base32 } from '../bytes/base32.ts';
import type { Channels } from '../chat/channels.ts';
import type { Conversations } from '../chat/conversations.ts';
import { type Author, isUnderstood, readDirect, readFromChannel, verifyEnvelope } from '../chat/letter.ts';
import { evidenceOf, type Receipts } from '../chat/receipts.ts';
import type { ChannelRecord, ContactRecord, MessageRecord } from '../chat/record.ts';
import { type NodeId, nodeIdOf, parseNodeKey } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import type { Routes } from '../mesh/routes.ts';
import type { EnvelopeHead, Lane } from '../store/head.ts';
import type { Seen } from '../store/seen.ts';
import type { Shelf } from '../store/shelf.ts';
import type { StreamId } from '../transport/event.ts';
import type { ReceiptContent } from '../wire/content.ts';
import { decodeEnvelope, ENVELOPE_KINDS, type EnvelopeId, type Signed } from '../wire/envelope.ts';
import type { Push, PushAnswer } from '../wire/mesh-message.ts';
import type { Calendar } from './calendar.ts';
import { type Custody, headOf } from './custody.ts';
import type { Deliveries } from './deliveries.ts';
import type { Journal } from './journal.ts';
import type { Known } from './machine.ts';
import { cameOf, messageOf, type Offer } from './offer.ts';
import type { PeerBook } from './peer-book.ts';
import type { Recognition } from './recognition.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Strangers } from './strangers.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  readonly seen: Seen;
  /** Ids of messages shown; `shownMore` when older ones were only on disk at the start. */
  readonly shown: Seen;
  readonly shownMore: boolean;
  readonly recognition: Recognition;
  readonly journal: Journal;
  readonly deliveries: Deliveries;
  readonly custody: Custody;
  readonly conversations: Conversations;
  readonly channels: Channels;
  readonly receipts: Receipts;
  readonly sessions: Sessions;
  readonly interest: Interest;
  readonly calendar: Calendar;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly routes: Routes;
  readonly peers: PeerBook;
  readonly strangers: Strangers;
  /** A channel envelope was taken: it goes on to everyone who reads it, but the giver. */
  readonly spread: (id: EnvelopeId, channel: string, except: NodeId) => void;
};

/**
 * What happens to an envelope that a neighbour offers (docs/protocol.md §2, §3): known or new, valid or not, for us or to be carried.
 * Nothing is stored, shown or passed on before its signatures hold; `accepted` is said after the commit and not before.
 */
export class Intake {
  readonly #parts: Parts;
  /** Offers that wait for the disk to say whether their id was ever shown. */
  readonly #asking = new Map<EnvelopeId, Offer[]>();
  readonly #reads: EnvelopeId[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws PeerError when the bytes are no envelope */
  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void {
    const { suite } = this.#parts.author;
    // The envelope outlives the buffer that it came in.
    const envelope = decodeEnvelope(suite, push.envelope.slice());
    // Until the caller has proved itself nothing else is even looked at (docs/protocol.md §1.1).
    if (!session.connection.confirmed && !this.#isFromContact(envelope.signed)) {
      session.hold(push, stream);
      return;
    }
    const reply = (answer: PushAnswer): void => this.#parts.sessions.answer(session, stream, answer, now);
    if (!this.#parts.strangers.mayCheck(nodeIdOf(envelope.signed.from), session, now)) {
      reply(this.#parts.custody.refuse('full'));
      return;
    }
    const from = parseNodeKey(suite, envelope.signed.from);
    if (!from) {
      reply(this.#parts.custody.refuse('invalid'));
      return;
    }
    const offer: Offer = {
      session,
      stream,
      envelope,
      from,
      to: base32(envelope.signed.to),
      size: push.envelope.length,
      again: push.again,
    };
    const known = this.#parts.recognition.answer(offer, now);
    const refusal = known ? undefined : this.#refusal(offer);
    // What is known may still be on its way to the disk, and is not claimed before it is there.
    if (known) this.#answerAfterCommit(offer, known, now);
    else if (refusal) reply(refusal);
    else if (this.#onlyDiskKnows() && this.#isReadHere(offer)) this.#ask(offer);
    else this.#takeIn(offer, now);
  }

  /** Mail for this node that says it is from a contact. */
  #isFromContact({ from, to }: Signed): boolean {
    return base32(to) === this.#parts.author.id && this.#parts.contact(nodeIdOf(from)) !== undefined;
  }

  pollRead(): EnvelopeId | undefined {
    return this.#reads.shift();
  }

  known(id: EnvelopeId, shown: Known, now: Instant): void {
    const { custody, recognition } = this.#parts;
    const offers = this.#asking.get(id) ?? [];
    this.#asking.delete(id);
    if (shown === true) this.#parts.shown.add(id, this.#parts.calendar.at(now));
    for (const offer of offers) {
      const answer = shown === 'unreadable' ? custody.refuse('full') : recognition.answer(offer, now);
      if (answer) this.#answerAfterCommit(offer, answer, now);
      else this.#takeIn(offer, now);
    }
  }

  /** Why a new envelope is not taken, as far as its outside and its signatures tell. */
  #refusal({ envelope, from, to, session }: Offer): PushAnswer | undefined {
    const { author, custody, contact, channels, interest, routes, sessions } = this.#parts;
    const { signed, hop } = envelope;
    const forMe = to === author.id;
    if (hop.ageSeconds >= signed.ttlSeconds) return custody.refuse('expired');
    if (hop.count > signed.hopsMax || (hop.count === signed.hopsMax && !forMe)) return custody.refuse('hops');
    if (verifyEnvelope(author.suite, author.network, envelope) === 'invalid') return custody.refuse('invalid');
    if (contact(from)?.blocked) return custody.refuse('blocked');
    // The id of a channel is no author: what it writes would stand between the posts.
    if (channels.byId(from)) return custody.refuse('invalid');
    if (forMe) return undefined;
    if (signed.kind === ENVELOPE_KINDS.channel) {
      const reads = channels.byId(to) !== undefined || interest.readers(to, session.peer).length > 0;
      return reads ? undefined : custody.refuse('no-route');
    }
    // Only mail that can go on is taken; spreading copies to carriers without a route comes later.
    const way = sessions.with(to as NodeId) ?? routes.nextHop(to as NodeId, new Set([session.peer]));
    return way ? undefined : custody.refuse('no-route');
  }

  #takeIn(offer: Offer, now: Instant): void {
    const { author, channels, custody, strangers } = this.#parts;
    // What is read is kept for ever, so who fills the disk must be somebody this user wrote to or named.
    if (this.#isReadHere(offer) && !strangers.mayFill(offer.from, offer.size, now)) {
      this.#answer(offer, custody.refuse('full'), now);
    } else if (offer.to === author.id) this.#takeLetter(offer, now);
    else if (offer.envelope.signed.kind === ENVELOPE_KINDS.channel) this.#takePost(offer, channels.byId(offer.to), now);
    else this.#carry(offer, now);
  }

  /** Direct mail for this node. */
  #takeLetter(offer: Offer, now: Instant): void {
    const { author, conversations, custody, receipts } = this.#parts;
    const { envelope, from } = offer;
    const content = readDirect(author, envelope);
    if (!content) {
      this.#answer(offer, custody.refuse(isUnderstood(envelope.signed) ? 'invalid' : 'unsupported'), now);
    } else if (content.type === 'receipt') {
      this.#takeReceipt(offer, content, now);
    } else {
      const message = messageOf(offer, 'direct', from, content, this.#at(now));
      this.#store(offer, message, content.name, now, (at) => {
        receipts.owe(from, cameOf(offer), at);
        conversations.arrived(message, at);
      });
    }
  }

  /** A message of a channel: shown when this node reads it, and kept for others who do. */
  #takePost(offer: Offer, channel: ChannelRecord | undefined, now: Instant): void {
    const { author, conversations, custody, spread } = this.#parts;
    const { envelope, session, to } = offer;
    // A later version is carried, but not read, by those who read the channel too.
    const reads = channel && isUnderstood(envelope.signed) ? channel : undefined;
    const content = reads && readFromChannel(author.suite, reads, envelope);
    if (reads && (!content || content.type === 'receipt')) {
      this.#answer(offer, custody.refuse('invalid'), now);
      return;
    }
    const head = this.#headOf(offer, now);
    const room = this.#parts.shelf.roomFor(head, this.#parts.sessions.size);
    if (room) {
      custody.evict(room, now);
      custody.take(
        head,
        envelope,
        now,
        () => spread(envelope.id, to, session.peer),
        () => {},
      );
    }
    if (content && content.type !== 'receipt') {
      const message = messageOf(offer, 'channel', to, content, this.#at(now));
      this.#store(offer, message, content.name, now, (at) => conversations.arrived(message, at));
    } else {
      this.#answerAfterCommit(offer, room ? { type: 'accepted', copies: 1 } : custody.refuse('full'), now);
    }
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
    custody.evict(room, now);
    seen.forget(head.id);
    custody.take(
      head,
      offer.envelope,
      now,
      (at) => this.#answer(offer, { type: 'accepted', copies: 1 }, at),
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
    for (const { id, state, hops } of evidenceOf(offer.from, content, (ours) => deliveries.get(ours)?.to)) {
      deliveries.evidence(id, state, at, now, { hops });
      custody.confirmed(id, now);
    }
    seen.add(receipt, at);
    journal.write({ put: 'seen', id: receipt, at, until: timestamp(at + 2 * signed.ttlSeconds * 1000) });
    journal.afterCommit(
      now,
      (later) => this.#answer(offer, { type: 'accepted', copies: 1 }, later),
      (_why, later) => {
        seen.forget(receipt);
        this.#answer(offer, custody.refuse('full'), later);
      },
    );
  }

  /** Writes a message that was just read, and answers when it is on disk. */
  #store(offer: Offer, message: MessageRecord, name: string, now: Instant, then: (now: Instant) => void): void {
    const { custody, journal, shown } = this.#parts;
    shown.add(message.id, message.received);
    this.#hearOf(offer.from, name, message.received);
    journal.write({ put: 'message', message });
    journal.afterCommit(
      now,
      (at) => {
        this.#answer(offer, { type: 'accepted', copies: 1 }, at);
        then(at);
      },
      () => {
        shown.forget(message.id);
        this.#answer(offer, custody.refuse('full'), now);
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
    const { envelope, from, to, session, size } = offer;
    const how = { lane: this.#lane(from, to), silent: false, copies: 1, via: session.peer, size };
    return headOf(envelope, { from, to }, how, this.#at(now));
  }

  /** Whose room it takes: a channel that this node reads counts as a contact. */
  #lane(from: NodeId, to: string): Lane {
    const { contact, channels, sessions } = this.#parts;
    if (contact(from) || contact(to as NodeId) || channels.byId(to)) return 'contact';
    return sessions.with(from) || sessions.with(to as NodeId) ? 'neighbour' : 'stranger';
  }

  /** Whether ids were shown of which memory does not tell. */
  #onlyDiskKnows(): boolean {
    return this.#parts.shownMore || this.#parts.shown.hasForgotten;
  }

  #isReadHere({ to }: Offer): boolean {
    return to === this.#parts.author.id || this.#parts.channels.byId(to) !== undefined;
  }

  #ask(offer: Offer): void {
    const { id } = offer.envelope;
    const asking = this.#asking.get(id);
    if (asking) asking.push(offer);
    else {
      this.#asking.set(id, [offer]);
      this.#reads.push(id);
    }
  }

  #answerAfterCommit(offer: Offer, answer: PushAnswer, now: Instant): void {
    const { custody, journal } = this.#parts;
    journal.afterCommit(
      now,
      (at) => this.#answer(offer, answer, at),
      (_why, at) => this.#answer(offer, custody.refuse('full'), at),
    );
  }

  #answer({ session, stream }: Offer, answer: PushAnswer, now: Instant): void {
    this.#parts.sessions.answer(session, stream, answer, now);
  }

  #at(now: Instant): Timestamp {
    return this.#parts.calendar.at(now);
  }
}
