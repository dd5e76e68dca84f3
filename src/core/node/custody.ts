import { AGAIN_MS_MAX, AGAIN_MS_MIN } from '../base/limits.ts';
import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import type { Routes } from '../mesh/routes.ts';
import type { EnvelopeHead } from '../store/head.ts';
import type { Seen } from '../store/seen.ts';
import { ageSeconds, type Held, type Shelf } from '../store/shelf.ts';
import { ENVELOPE_KINDS, type Envelope, type EnvelopeId, encodeEnvelope } from '../wire/envelope.ts';
import type { PushAnswer, Refusal } from '../wire/mesh-message.ts';
import type { Attempts } from './attempts.ts';
import type { Calendar } from './calendar.ts';
import type { Deliveries } from './deliveries.ts';
import type { NodeEvent } from './event.ts';
import { Forwarder, type ForwarderOwner, NOT_TAKEN, type Rest } from './forwarder.ts';
import type { Journal } from './journal.ts';
import type { Sessions } from './sessions.ts';

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
  readonly tell: (event: NodeEvent) => void;
};

/**
 * The duty to get an envelope on: from the moment it is on this node's disk until somebody else has taken it over,
 * its recipient has confirmed it, or it expires (docs/protocol.md §2.2).
 */
export class Custody implements ForwarderOwner {
  readonly forwarder: Forwarder;
  readonly counts: CustodyCounts = { expired: 0, evicted: 0, refused: new Map() };
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.forwarder = new Forwarder({ ...parts, owner: this });
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

  /** The recipient has it, by its receipt. */
  confirmed(id: EnvelopeId, now: Instant): void {
    this.#finish(id, now);
  }

  /** A newer mark of its author says all that this one said (docs/protocol.md §4.4). */
  superseded(id: EnvelopeId, now: Instant): void {
    this.#finish(id, now);
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

  /** A recipient is here: whatever waits for it need not wait for its turn. */
  retry(to: NodeId, now: Instant): void {
    for (const { head } of this.#parts.shelf.waitingFor(to)) this.forwarder.refresh(head.id);
    this.forwarder.trigger(to, now);
  }

  /** The calendar was wrong, or is now: a restart would take that for time that has passed, unless each age is written with the new one. */
  calendarMoved(now: Instant): void {
    const { shelf, journal } = this.#parts;
    for (const held of [...shelf.all()]) {
      if (!held.kept) continue;
      const head = { ...held.head, ageSeconds: ageSeconds(held, now), storedAt: this.#at(now) };
      shelf.update(head);
      journal.keep({ put: 'head', head }, now);
    }
  }

  deadline(): readonly (Instant | undefined)[] {
    return [this.#parts.shelf.nextExpiry(), this.forwarder.deadline()];
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
      this.#parts.deliveries.evidence(head.id, 'expired', this.#at(now), now, {
        detail: 'nobody confirmed it in time',
      });
    }
    this.forwarder.elapse(now);
  }

  wayTo({ head }: Held, failed: readonly NodeId[]): NodeId | undefined {
    const { routes, sessions } = this.#parts;
    const to = head.to as NodeId;
    const straight = sessions.with(to) && !failed.includes(to) ? to : undefined;
    if (straight && sessions.isHere(to)) return to;
    const avoid = head.via ? [head.via, ...failed] : failed;
    // Whoever had it and brought no receipt comes last.
    const around = routes.nextHop(to, new Set([...avoid, ...head.handedTo])) ?? routes.nextHop(to, new Set(avoid));
    // A recipient that has fallen silent may come back, and has what is on its way to it then.
    return around ?? straight;
  }

  began({ head }: Held, to: NodeId, now: Instant): void {
    if (head.lane === 'own' && !head.silent) this.#parts.attempts.began(head.id, to, now);
  }

  answered(held: Held, by: NodeId, answer: PushAnswer | 'aborted', now: Instant): void {
    if (held.head.lane === 'own' && !held.head.silent) this.#parts.attempts.answered(held.head.id, by, answer, now);
    if (answer === 'aborted') this.#aborted(held, by, now);
    else if (answer.type === 'refused') this.#refused(held, by, answer.reason, now);
    else if (isRecipient(by, held.head)) this.#arrived(held, now);
    else this.#handed(held, by, now);
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
      this.#finish(head.id, now);
      return;
    }
    this.#parts.deliveries.evidence(head.id, 'sent', this.#at(now), now);
    this.forwarder.rest(head.id, RECEIPT_OVERDUE, now);
  }

  /** Another node holds it too. A relay's own duty rests until its giver asks again; a sender's until the receipt is overdue. */
  #handed({ head }: Held, by: NodeId, now: Instant): void {
    // A receipt has done its work; a mark waits for those who come later, like every post.
    if (head.silent && head.kind !== ENVELOPE_KINDS.channel) {
      this.#finish(head.id, now);
      return;
    }
    const handedTo = head.handedTo.includes(by) ? head.handedTo : [...head.handedTo, by];
    const changed = { ...head, handedTo };
    this.#parts.shelf.update(changed);
    this.#parts.journal.keep({ put: 'head', head: changed }, now);
    const own = head.lane === 'own';
    if (own) {
      const detail = carriers(handedTo.length);
      this.#parts.deliveries.evidence(head.id, 'carried', this.#at(now), now, { detail });
    }
    if (head.kind !== ENVELOPE_KINDS.channel) this.forwarder.rest(head.id, own ? RECEIPT_OVERDUE : PASSED_ON, now);
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

/** Whether this is for whom it is. A channel is nobody: whoever knows the topic of an open one can bear its id. */
const isRecipient = (peer: NodeId, { kind, to }: EnvelopeHead): boolean =>
  peer === to && kind !== ENVELOPE_KINDS.channel;

/** What a recipient says that it will say again: trying on would only cost both. */
const FINAL_REFUSALS: ReadonlySet<Refusal> = new Set(['invalid', 'unsupported', 'blocked', 'expired']);

/** A sender asks again when no receipt came; a relay leaves that to the sender, and asks by itself only in the end. */
const RECEIPT_OVERDUE: Rest = { waitMs: AGAIN_MS_MIN, taken: true };
const PASSED_ON: Rest = { waitMs: AGAIN_MS_MAX, taken: true };

const carriers = (count: number): string => `${count} ${count === 1 ? 'node carries' : 'nodes carry'} it`;

/** The head of an envelope that begins its stay here. */
export function headOf(
  envelope: Envelope,
  ids: { readonly from: NodeId; readonly to: string },
  how: Pick<EnvelopeHead, 'lane' | 'silent' | 'copies'> & { readonly via?: NodeId; readonly size: number },
  at: Timestamp,
): EnvelopeHead {
  const { signed, hop } = envelope;
  return {
    id: envelope.id,
    kind: signed.kind,
    created: signed.created,
    ...ids,
    ...how,
    hopCount: hop.count,
    hopsMax: signed.hopsMax,
    ttlSeconds: signed.ttlSeconds,
    ageSeconds: hop.ageSeconds,
    storedAt: at,
    handedTo: [],
  };
}
