import { HANDED_TO_MAX, RESUME_MS } from '../base/limits.ts';
import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import type { Encounters } from '../mesh/encounters.ts';
import type { Routes } from '../mesh/routes.ts';
import type { EnvelopeHead } from '../store/head.ts';
import { Seen } from '../store/seen.ts';
import { ageSeconds, type Held, type Shelf } from '../store/shelf.ts';
import { ENVELOPE_KINDS, type Envelope, type EnvelopeId, encodeEnvelope } from '../wire/envelope.ts';
import type { PushAnswer, Refusal } from '../wire/mesh-message.ts';
import { type Attempts, carriers, lastTry } from './attempts.ts';
import type { Calendar } from './calendar.ts';
import type { Deliveries } from './deliveries.ts';
import type { NodeEvent } from './event.ts';
import { Forwarder, type ForwarderOwner } from './forwarder.ts';
import type { Journal } from './journal.ts';
import { isRecipient } from './new-head.ts';
import { NextHops, type Not } from './next-hops.ts';
import { FINAL_REFUSALS, NOT_TAKEN, PASSED_ON, RECEIPT_OVERDUE } from './plan.ts';
import { ReceiptTakers } from './receipt-takers.ts';
import type { Sessions } from './sessions.ts';
import { type GiftOutcome, Spray } from './spray.ts';
import { TrackRecord } from './track-record.ts';
import { Trails } from './trails.ts';

/** What is counted about envelopes that did not reach their end here, for `/mesh store`. */
export type CustodyCounts = { expired: number; evicted: number; readonly refused: Map<string, number> };

type Parts = {
  readonly suite: Suite;
  readonly shelf: Shelf;
  readonly seen: Seen;
  readonly journal: Journal;
  readonly deliveries: Deliveries;
  readonly attempts: Attempts;
  readonly sessions: Sessions;
  readonly calendar: Calendar;
  readonly routes: Routes;
  readonly encounters: Encounters;
  readonly tell: (event: NodeEvent) => void;
};

/**
 * The duty to get an envelope on: from the moment it is on this node's disk until somebody else has taken it over,
 * its recipient has confirmed it, or it expires (docs/protocol.md §2.2).
 */
export class Custody implements ForwarderOwner {
  readonly forwarder: Forwarder;
  readonly spray: Spray;
  readonly trackRecord: TrackRecord;
  readonly trails: Trails;
  readonly receiptTakers = new ReceiptTakers();
  readonly counts: CustodyCounts = { expired: 0, evicted: 0, refused: new Map() };
  readonly #parts: Parts;
  readonly #nextHops: NextHops;
  /** What left here because its recipient has it. */
  readonly #delivered = new Seen([]);

  constructor(parts: Parts, now: Instant) {
    this.#parts = parts;
    // What a suspect says of ways is believed, here and by those who are told, only where there is no other.
    this.trackRecord = new TrackRecord((peer, isLast, at) => parts.routes.neighbourSuspect(peer, isLast, at));
    this.trails = new Trails(this.trackRecord);
    this.#nextHops = new NextHops({ ...parts, trackRecord: this.trackRecord, trails: this.trails });
    this.forwarder = new Forwarder({ ...parts, owner: this });
    this.spray = new Spray({ ...parts, nextHops: this.#nextHops, forwarder: this.forwarder });
    for (const held of parts.shelf.all()) this.#resume(held, now);
  }

  /** Puts a fitting envelope on the shelf and writes it; `then` runs when it is on disk, and custody has begun. */
  take(
    head: EnvelopeHead,
    envelope: Envelope,
    now: Instant,
    then: (now: Instant) => void,
    otherwise: () => void,
  ): void {
    const { journal, shelf } = this.#parts;
    shelf.add(head, now);
    const bytes = encodeEnvelope(envelope);
    journal.write({ put: 'envelope', head, bytes });
    journal.afterCommit(
      now,
      (at) => {
        const held = shelf.kept(head.id);
        if (held && head.lane === 'own') this.forwarder.fresh(head.id, bytes);
        then(at);
        if (held) this.forwarder.consider(held, at);
      },
      () => {
        shelf.remove(head.id);
        otherwise();
      },
    );
  }

  /** Gives up copies that others have taken over. */
  evict(heads: readonly EnvelopeHead[], now: Instant): void {
    for (const { id } of heads) this.#finish(id, now);
    this.counts.evicted += heads.length;
  }

  /** The recipient has it, by its receipt, or has said that it will never take it. */
  confirmed(id: EnvelopeId, now: Instant): void {
    this.trackRecord.confirmed(id, now);
    this.#finish(id, now);
  }

  /** A newer mark of its author says all that this one said (docs/protocol.md §4.4). */
  superseded(id: EnvelopeId, now: Instant): void {
    this.#finish(id, now);
  }

  /** Whether this left here because its recipient has it, as far as this life remembers. */
  isDelivered(id: EnvelopeId): boolean {
    return this.#delivered.at(id) !== undefined;
  }

  /** Takes one of ours out of the outbox unsent. */
  discard(id: EnvelopeId, now: Instant): void {
    this.#finish(id, now);
    this.#parts.deliveries.evidence(id, 'refused', this.#at(now), now, { detail: 'discarded' });
  }

  /** Counts a push that was not taken. */
  refuse(reason: Refusal): { readonly type: 'refused'; readonly reason: Refusal } {
    this.counts.refused.set(reason, (this.counts.refused.get(reason) ?? 0) + 1);
    return { type: 'refused', reason };
  }

  /** The way to a destination changed, appeared or is lost. */
  wayChanged(to: NodeId, now: Instant): void {
    const { encounters, routes, sessions } = this.#parts;
    const via = sessions.with(to) ? to : routes.nextHop(to);
    encounters.leads(to, via, now);
    if (via === undefined) this.trackRecord.unreachable(to, now);
    this.forwarder.trigger(to, now);
  }

  /** A neighbour is here: it gets what waits for it, and may carry what waits for others. */
  arrived(peer: NodeId, now: Instant): void {
    this.#parts.encounters.leads(peer, peer, now);
    this.forwarder.pump(peer);
    // What waits for it need not wait for its turn.
    for (const { head } of this.#parts.shelf.waitingFor(peer)) this.forwarder.refresh(head.id);
    this.forwarder.trigger(peer, now);
    this.spray.arrived(peer, now);
  }

  left(peer: NodeId, now: Instant): void {
    this.#parts.encounters.leads(peer, this.#parts.routes.nextHop(peer), now);
    this.forwarder.gone(peer, now);
    this.spray.left(peer);
  }

  /** The calendar was wrong, or is now: a restart would take that for time that has passed, unless each age is written with the new one. */
  calendarMoved(now: Instant): void {
    const { shelf, journal } = this.#parts;
    for (const held of [...shelf.all()]) {
      const head = { ...held.head, ageSeconds: ageSeconds(held, now), storedAt: this.#at(now) };
      shelf.update(head);
      journal.keep({ put: 'head', head }, now);
    }
  }

  deadline(): readonly (Instant | undefined)[] {
    const parts = [this.forwarder, this.spray, this.trackRecord];
    return [this.#parts.shelf.nextExpiry(), ...parts.map((part) => part.deadline())];
  }

  elapse(now: Instant): void {
    for (const { head } of this.#parts.shelf.expired(now)) {
      this.#finish(head.id, now);
      if (!head.silent) this.counts.expired += 1;
      if (head.lane !== 'own') continue;
      if (head.kind === ENVELOPE_KINDS.channel && head.handedTo.length > 0) {
        // Nobody acknowledges a post: that others took it over is as much as there is to know.
        this.#parts.deliveries.end(head.id);
        continue;
      }
      const detail = `nobody confirmed it in time; ${lastTry(head, this.#parts.attempts.of(head.id))}`;
      this.#parts.deliveries.evidence(head.id, 'expired', this.#at(now), now, { detail });
    }
    this.trackRecord.elapse(now);
    this.forwarder.elapse(now);
    this.spray.elapse(now);
  }

  wayTo({ head }: Held, not: Not, now: Instant): NodeId | undefined {
    return this.#nextHops.to(head, not, now);
  }

  noWay({ head }: Held, now: Instant): void {
    if (!this.#nextHops.exist(head)) this.spray.noWay(head, now);
  }

  isStranded({ head }: Held, now: Instant): boolean {
    return !this.#nextHops.isHeldOnTheWay(head, now);
  }

  looked({ head }: Held, now: Instant): void {
    if (head.lane === 'own') this.trackRecord.look(head.id, now);
  }

  began({ head }: Held, to: NodeId, now: Instant): void {
    if (head.lane === 'own' && !head.silent) this.#parts.attempts.began(head.id, to, now);
  }

  answered(held: Held, by: NodeId, answer: PushAnswer | 'aborted', now: Instant): void {
    if (held.head.lane === 'own' && !held.head.silent) this.#parts.attempts.answered(held.head.id, by, answer, now);
    if (answer === 'aborted') this.#aborted(held, by, now);
    else if (answer.type === 'refused') this.#refused(held, by, answer.reason, now);
    else if (isRecipient(by, held.head)) this.#arrived(held, now);
    else if (answer.type === 'done' && this.#isBelieved(held, by)) this.#delivery(held.head.id, now);
    else this.#handed(held, by, answer.type, now);
  }

  carried(id: EnvelopeId, by: NodeId, outcome: GiftOutcome, now: Instant): void {
    const copies = this.spray.settled(id, by, outcome, now);
    const held = this.#parts.shelf.get(id);
    if (!held || typeof outcome !== 'object') return;
    const { head } = held;
    if (head.lane === 'own' && !head.silent) this.#parts.attempts.answered(id, by, outcome, now);
    if (outcome.type === 'refused') return;
    // The last copy of a carrier has moved on.
    if (copies > 0 && head.copies === 0 && head.lane !== 'own') this.#finish(id, now);
    else this.#note(held, by, now);
  }

  damaged({ head }: Held, now: Instant): void {
    // It was not passed on: whoever still has it may give it again.
    this.#finish(head.id, now, { remember: false });
    const message = `a stored message (${head.id.slice(0, 8)}) is damaged on disk and cannot be sent`;
    this.#parts.tell({ type: 'notice', level: 'error', code: 'DAMAGED', message });
    if (head.lane === 'own') {
      this.#parts.deliveries.evidence(head.id, 'refused', this.#at(now), now, { detail: 'damaged on disk' });
    }
  }

  /** The recipient's own node has it. Ours wait on for the receipt; what we carried is done. */
  #arrived({ head }: Held, now: Instant): void {
    if (head.lane !== 'own' || head.silent) {
      this.#delivery(head.id, now);
      return;
    }
    this.trackRecord.forget(head.id);
    this.#parts.deliveries.evidence(head.id, 'sent', this.#at(now), now);
    this.forwarder.rest(head.id, RECEIPT_OVERDUE, now);
  }

  /** Another node holds it too. A relay's own duty rests until its giver asks again; a sender's until the receipt is overdue. */
  #handed(held: Held, by: NodeId, answer: PushAnswer['type'], now: Instant): void {
    const { head } = held;
    const to = head.to as NodeId;
    const over = { peer: by, expectedMs: this.#nextHops.expectedMs(to, by) };
    // A receipt has done its work; a mark waits for those who come later, like every post.
    if (head.silent && head.kind !== ENVELOPE_KINDS.channel) {
      // Whoever asks again for one of the messages lacks this; one of them stands for all.
      const [named] = this.receiptTakers.taken(head.id, by);
      if (named) this.trackRecord.relayed(named, { from: head.from, to }, over, now);
      this.#finish(head.id, now);
      return;
    }
    this.#note(held, by, now);
    if (head.kind === ENVELOPE_KINDS.channel) return;
    if (head.lane !== 'own') {
      this.trackRecord.relayed(head.id, { from: head.from, to }, over, now);
      // Who gave it on may be asked to take it anew; who has it still need not be.
      this.forwarder.rest(head.id, { ...PASSED_ON, again: answer === 'passed' }, now);
      return;
    }
    const lateMs = this.trackRecord.entrusted(head.id, to, over, now);
    this.forwarder.rest(head.id, { ...RECEIPT_OVERDUE, lateMs }, now);
  }

  /** Another node holds it too: that is written, and told of ours. */
  #note({ head }: Held, by: NodeId, now: Instant): void {
    const handedTo = head.handedTo.includes(by) ? head.handedTo : [...head.handedTo, by].slice(-HANDED_TO_MAX);
    const changed = { ...head, handedTo };
    this.#parts.shelf.update(changed);
    this.#parts.journal.keep({ put: 'head', head: changed }, now);
    if (head.lane !== 'own' || head.silent) return;
    const detail = carriers(handedTo.length);
    this.#parts.deliveries.evidence(head.id, 'carried', this.#at(now), now, { detail });
  }

  /** Who took mail that we carry may say later that it was delivered; to a first offer anybody could. */
  #isBelieved({ head }: Held, by: NodeId): boolean {
    return head.lane !== 'own' && head.handedTo.includes(by);
  }

  /** It is delivered, and remembered as that. */
  #delivery(id: EnvelopeId, now: Instant): void {
    this.#finish(id, now);
    this.#delivered.add(id, this.#at(now));
  }

  /** What a restart knows: who has been given what, and not when. */
  #resume(held: Held, now: Instant): void {
    const { id, kind, lane, handedTo } = held.head;
    if (kind === ENVELOPE_KINDS.channel) return;
    const state = this.#parts.deliveries.get(id)?.state ?? 'queued';
    if (handedTo.length > 0 || state !== 'queued') {
      this.forwarder.resume(held, lane === 'own' ? RESUME_MS.own : RESUME_MS.carried, now);
    }
    this.noWay(held, now);
  }

  #refused(held: Held, by: NodeId, reason: Refusal, now: Instant): void {
    const { head } = held;
    if (head.kind === ENVELOPE_KINDS.channel) {
      // No room may change by itself; a neighbour that leads to no reader any more says so by its interest.
      if (reason === 'full') this.forwarder.offerLater(head.id, by, now);
    } else if (!isRecipient(by, head)) this.forwarder.notTaken(held, by, now);
    else if (!FINAL_REFUSALS.has(reason)) this.forwarder.rest(head.id, NOT_TAKEN, now);
    else {
      this.#finish(head.id, now);
      if (head.lane !== 'own') return;
      this.#parts.deliveries.evidence(head.id, 'refused', this.#at(now), now, { detail: reason });
    }
  }

  /** Whoever is here and gave it up is not asked again at once. */
  #aborted(held: Held, by: NodeId, now: Instant): void {
    const { head } = held;
    if (head.kind === ENVELOPE_KINDS.channel) this.forwarder.offerLater(head.id, by, now);
    else this.forwarder.notTaken(held, by, now);
  }

  /** It leaves the shelf, and is remembered so that no copy of it is taken again. */
  #finish(id: EnvelopeId, now: Instant, { remember = true } = {}): void {
    const { shelf, seen, journal } = this.#parts;
    const head = shelf.remove(id);
    this.forwarder.forget(id);
    this.spray.forget(id);
    this.trackRecord.forget(id);
    if (!head) return;
    const at = this.#at(now);
    journal.keep({ delete: 'envelope', id }, now);
    if (head.lane === 'own' || !remember) return;
    seen.add(id, at);
    journal.keep({ put: 'seen', id, at, until: timestamp(at + 2 * head.ttlSeconds * 1000) }, now);
  }

  #at(now: Instant): Timestamp {
    return this.#parts.calendar.at(now);
  }
}
