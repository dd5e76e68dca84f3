import { COPIES_TAKEN_MAX, PUSHES_TAKEN } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { base32 } from '../bytes/base32.ts';
import type { Channels } from '../chat/channels.ts';
import { type Author, verifyEnvelope } from '../chat/letter.ts';
import type { ContactRecord } from '../chat/record.ts';
import { type NodeId, nodeIdOf, parseNodeKey } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Seen } from '../store/seen.ts';
import type { Shelf } from '../store/shelf.ts';
import type { StreamId } from '../transport/event.ts';
import { decodeEnvelope, ENVELOPE_KINDS, type Envelope, type EnvelopeId, type Signed } from '../wire/envelope.ts';
import type { Push, PushAnswer, Refusal } from '../wire/mesh-message.ts';
import type { Acceptance } from './acceptance.ts';
import type { Calendar } from './calendar.ts';
import type { Custody } from './custody.ts';
import type { Known } from './machine.ts';
import type { Giver, Offer } from './offer.ts';
import type { Recognition } from './recognition.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { Strangers } from './strangers.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  /** Ids of messages shown; `shownMore` when older ones were only on disk at the start. */
  readonly shown: Seen;
  readonly shownMore: boolean;
  readonly recognition: Recognition;
  readonly acceptance: Acceptance;
  readonly custody: Custody;
  readonly channels: Channels;
  readonly sessions: Sessions;
  readonly interest: Interest;
  readonly calendar: Calendar;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly routes: Routes;
  readonly strangers: Strangers;
  /** An envelope came that may have been asked for. */
  readonly came: (id: EnvelopeId, from: NodeId, now: Instant) => void;
  /** It will never be taken, whoever brings it. */
  readonly unwanted: (id: EnvelopeId) => void;
  /** Whether this node keeps mail for those whom it cannot reach. */
  readonly carriage: boolean;
};

/**
 * The door for every envelope that a neighbour offers (docs/protocol.md §2, §3): known or new, valid or not.
 * Nothing is stored, shown or passed on before its signatures hold.
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
    const giver: Giver = {
      peer: session.peer,
      get proved() {
        return session.connection.confirmed;
      },
      takes: (count, rate, at) => session.takes(count, rate, at),
      answer: (answer, at) => this.#parts.sessions.answer(session, stream, answer, at),
    };
    // One neighbour that pushes as fast as it can leaves time for the others.
    if (giver.takes(1, PUSHES_TAKEN, now)) this.#consider(giver, envelope, push, now);
    else giver.answer(this.#parts.custody.refuse('full'), now);
  }

  /** A person brings an envelope in a file. @throws PeerError when the bytes are none */
  brought(giver: Giver, push: Push, now: Instant): void {
    this.#consider(giver, decodeEnvelope(this.#parts.author.suite, push.envelope.slice()), push, now);
  }

  #consider(giver: Giver, envelope: Envelope, push: Push, now: Instant): void {
    const { acceptance, came, unwanted } = this.#parts;
    const { suite } = this.#parts.author;
    const reply = (answer: PushAnswer): void => giver.answer(answer, now);
    if (!this.#parts.strangers.mayCheck(nodeIdOf(envelope.signed.from), giver, now)) {
      reply(this.#parts.custody.refuse('full'));
      return;
    }
    const from = parseNodeKey(suite, envelope.signed.from);
    if (!from) {
      reply(this.#parts.custody.refuse('invalid'));
      return;
    }
    const offer: Offer = {
      giver,
      envelope,
      from,
      to: base32(envelope.signed.to),
      size: push.envelope.length,
      via: giver.peer,
      copies: this.#parts.carriage ? Math.min(push.copies, COPIES_TAKEN_MAX) : 0,
      again: push.again,
    };
    const known = this.#parts.recognition.answer(offer, now);
    const reason = known ? undefined : this.#refusal(offer);
    // Who was asked for a post, and sends it so that it cannot be taken, has not sent it.
    if (giver.peer !== undefined && !(reason && OF_GIVER.has(reason))) came(envelope.id, giver.peer, now);
    if (reason === 'blocked') unwanted(envelope.id);
    // What is known may still be on its way to the disk, and is not claimed before it is there.
    if (known) acceptance.answerAfterCommit(offer, known, now);
    else if (reason === 'blocked' && offer.to === this.#parts.author.id) acceptance.turnAway(offer, reason, now);
    else if (reason) reply(this.#parts.custody.refuse(reason));
    else if (this.#onlyDiskKnows() && acceptance.isReadHere(offer)) this.#ask(offer);
    else acceptance.take(offer, now);
  }

  /** Mail for this node that says it is from a contact. */
  #isFromContact({ from, to }: Signed): boolean {
    return base32(to) === this.#parts.author.id && this.#parts.contact(nodeIdOf(from)) !== undefined;
  }

  pollRead(): EnvelopeId | undefined {
    return this.#reads.shift();
  }

  known(id: EnvelopeId, shown: Known, now: Instant): void {
    const { acceptance, custody, recognition } = this.#parts;
    const offers = this.#asking.get(id) ?? [];
    this.#asking.delete(id);
    if (shown === true) this.#parts.shown.add(id, this.#parts.calendar.at(now));
    for (const offer of offers) {
      const answer = shown === 'unreadable' ? custody.refuse('full') : recognition.answer(offer, now);
      if (answer) acceptance.answerAfterCommit(offer, answer, now);
      else acceptance.take(offer, now);
    }
  }

  /** Why a new envelope is not taken, as far as its outside and its signatures tell. */
  #refusal({ envelope, from, to, giver, copies }: Offer): Refusal | undefined {
    const { author, contact, channels, interest, routes, sessions, shelf } = this.#parts;
    const { signed, hop } = envelope;
    const forMe = to === author.id;
    if (hop.ageSeconds >= signed.ttlSeconds) return 'expired';
    if (hop.count > signed.hopsMax || (hop.count === signed.hopsMax && !forMe)) return 'hops';
    if (verifyEnvelope(author.suite, author.network, envelope) === 'invalid') return 'invalid';
    if (contact(from)?.blocked) return 'blocked';
    // The id of a channel is no author: what it writes would stand between the posts, or be a receipt for ours.
    if (channels.byId(from) || shelf.posts(from)) return 'invalid';
    // Who brings mail in a file wants it carried.
    if (forMe || giver.peer === undefined) return undefined;
    if (signed.kind === ENVELOPE_KINDS.channel) {
      const reads = channels.byId(to) !== undefined || interest.readers(to, giver.peer).length > 0;
      return reads ? undefined : 'no-route';
    }
    // What is not for carriage is only taken when it can go on.
    if (copies > 0 || sessions.with(to as NodeId)) return undefined;
    return routes.nextHop(to as NodeId, new Set(giver.peer ? [giver.peer] : [])) ? undefined : 'no-route';
  }

  /** Whether ids were shown of which memory does not tell. */
  #onlyDiskKnows(): boolean {
    return this.#parts.shownMore || this.#parts.shown.hasForgotten;
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
}

/** Refusals of what a giver may have made of an envelope: its signature, age and links crossed are in nobody's id. */
const OF_GIVER: ReadonlySet<Refusal> = new Set(['invalid', 'expired', 'hops']);
