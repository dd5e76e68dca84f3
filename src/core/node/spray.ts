import {
  ANSWER_MS_MAX,
  CARRIER_ASIDE_MS,
  COPIES_TAKEN_MAX,
  GIFTS_TO_ONE_MAX,
  GIFTS_UNDER_WAY_MAX,
  HANDED_TO_MAX,
  SPRAY_AFTER_MS,
} from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Encounters } from '../mesh/encounters.ts';
import type { EnvelopeHead } from '../store/head.ts';
import type { Shelf } from '../store/shelf.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
import { FEATURES } from '../wire/mesh-message.ts';
import type { Forwarder } from './forwarder.ts';
import type { Journal } from './journal.ts';
import type { NextHops } from './next-hops.ts';
import type { PushOutcome, Session } from './session.ts';
import type { Sessions } from './sessions.ts';

type Parts = {
  readonly shelf: Shelf;
  readonly journal: Journal;
  readonly sessions: Sessions;
  readonly encounters: Encounters;
  readonly nextHops: NextHops;
  readonly forwarder: Forwarder;
};

/** Copies that were given to somebody, and whether they may have arrived although nothing said so. */
type Gift = { readonly copies: number; readonly mayBeThere: boolean };

/** What became of copies that were to be given; `unsent` when they never left. */
export type GiftOutcome = PushOutcome | 'unsent';

/**
 * Copies for recipients that nobody can reach now: binary spray and wait (Spyropoulos et al., WDTN 2005; docs/protocol.md §2.2).
 * Who holds n copies gives ⌊n/2⌋ to a carrier, chosen by who was in contact with the recipient lately, and has written that it keeps the
 * rest before they leave. With one copy it waits for the recipient or a way; a carrier also for somebody who met him later.
 *
 * Copies whose giving was cut off may have arrived: they are never counted as kept again, and are offered to nobody else.
 */
export class Spray {
  readonly #parts: Parts;
  /** Mail without a way, and from when on copies of it may go. */
  readonly #waiting = new Map<EnvelopeId, Instant>();
  readonly #due = new Set<EnvelopeId>();
  readonly #timers = new Timers<EnvelopeId>();
  /** To whom copies are on their way, one at a time for each envelope. */
  readonly #underWay = new Map<EnvelopeId, NodeId>();
  /** Copies that were given, as long as it is not known whether they arrived. */
  readonly #gifts = new Map<EnvelopeId, Map<NodeId, Gift>>();
  /** Neighbours that are not to be offered this envelope. */
  readonly #declined = new Map<EnvelopeId, Set<NodeId>>();
  /** Neighbours that take no copies for now. */
  readonly #aside = new Map<NodeId, Instant>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** There is no way for this envelope now. */
  noWay({ id, kind, copies }: EnvelopeHead, now: Instant): void {
    if (kind === ENVELOPE_KINDS.channel || copies === 0 || this.#waiting.has(id)) return;
    this.#waiting.set(id, after(now, SPRAY_AFTER_MS));
    this.#timers.schedule(id, after(now, SPRAY_AFTER_MS));
  }

  /** It has left the shelf. */
  forget(id: EnvelopeId): void {
    for (const memory of [this.#waiting, this.#due, this.#underWay, this.#gifts, this.#declined]) memory.delete(id);
    this.#timers.schedule(id, undefined);
  }

  /** A neighbour is here that may carry something. */
  arrived(peer: NodeId, now: Instant): void {
    this.#aside.delete(peer);
    for (const id of this.#waiting.keys()) this.#due.add(id);
    this.#next(now);
  }

  left(peer: NodeId): void {
    this.#aside.delete(peer);
  }

  /** What became of copies that were given; it may come late. Says how many of them that neighbour holds now. */
  settled(id: EnvelopeId, peer: NodeId, outcome: GiftOutcome, now: Instant): number {
    const gift = this.#gifts.get(id)?.get(peer);
    if (this.#underWay.get(id) === peer) this.#underWay.delete(id);
    if (!gift) return 0;
    const taken = this.#taken(id, peer, gift, outcome, now);
    if (taken === undefined) this.#gifts.get(id)!.set(peer, { ...gift, mayBeThere: true });
    else {
      this.#gifts.get(id)!.delete(peer);
      if (taken < gift.copies) this.#keep(id, gift.copies - taken, now);
    }
    this.#due.add(id);
    this.#next(now);
    return taken ?? 0;
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }

  elapse(now: Instant): void {
    for (let id = this.#timers.take(now); id !== undefined; id = this.#timers.take(now)) {
      // Whoever has not answered for so long may have them; the others need not wait for that, nor what else there is for it.
      const peer = this.#underWay.get(id);
      if (peer !== undefined) {
        this.#decline(id, peer);
        this.#aside.set(peer, after(now, CARRIER_ASIDE_MS));
      }
      this.#underWay.delete(id);
      this.#due.add(id);
    }
    this.#next(now);
  }

  /** How many copies arrived; `undefined` when nobody can know. */
  #taken(id: EnvelopeId, peer: NodeId, gift: Gift, outcome: GiftOutcome, now: Instant): number | undefined {
    if (outcome === 'gone') return undefined;
    if (outcome === 'unsent') {
      // The disk would not write or read it, or the neighbour has just gone.
      this.#waiting.set(id, after(now, SPRAY_AFTER_MS));
      this.#timers.schedule(id, after(now, SPRAY_AFTER_MS));
      return gift.mayBeThere ? undefined : 0;
    }
    if (outcome === 'aborted') {
      this.#decline(id, peer);
      return undefined;
    }
    const isForNow = outcome.type === 'refused' && (outcome.reason === 'full' || outcome.reason === 'no-route');
    if (isForNow) this.#aside.set(peer, after(now, CARRIER_ASIDE_MS));
    else this.#decline(id, peer);
    if (outcome.type === 'accepted') return Math.min(gift.copies, outcome.copies);
    if (!gift.mayBeThere) return 0;
    // Who has it now, and may have it from this node, has taken it from this node. Who refuses it may be too busy to look whether he has.
    return outcome.type === 'refused' ? undefined : gift.copies;
  }

  #next(now: Instant): void {
    for (const id of this.#due) {
      if (this.#underWay.size >= GIFTS_UNDER_WAY_MAX) return;
      this.#due.delete(id);
      this.#give(id, now);
    }
  }

  /** Gives copies to one carrier, if it is time and there is one. */
  #give(id: EnvelopeId, now: Instant): void {
    const from = this.#waiting.get(id);
    const held = this.#parts.shelf.get(id);
    if (!held?.kept || from === undefined || from > now || this.#underWay.has(id)) return;
    const { head } = held;
    if (this.#parts.nextHops.exist(head)) {
      this.#waiting.delete(id);
      return;
    }
    const interrupted = [...(this.#gifts.get(id) ?? [])].find(([peer]) => this.#mayCarry(head, peer, now));
    if (interrupted) this.#offer(id, interrupted[0], interrupted[1].copies, now);
    else this.#giveNew(head, now);
  }

  #giveNew(head: EnvelopeHead, now: Instant): void {
    const { shelf, journal } = this.#parts;
    const { id } = head;
    // The sender always keeps one; of a carrier the last one moves on.
    if (head.copies === 0 || (head.copies === 1 && head.lane === 'own')) return;
    const peer = this.#carrierFor(head, now);
    if (peer === undefined) return;
    const copies = Math.max(1, Math.floor(Math.min(head.copies, 2 * COPIES_TAKEN_MAX) / 2));
    const kept = { ...head, copies: head.copies - copies };
    shelf.update(kept);
    this.#underWay.set(id, peer);
    const gifts = this.#gifts.get(id) ?? new Map<NodeId, Gift>();
    this.#gifts.set(id, gifts.set(peer, { copies, mayBeThere: false }));
    journal.keep({ put: 'head', head: kept }, now);
    journal.afterCommit(
      now,
      (at) => this.#offer(id, peer, copies, at),
      (_why, at) => this.settled(id, peer, 'unsent', at),
    );
  }

  #offer(id: EnvelopeId, peer: NodeId, copies: number, now: Instant): void {
    this.#underWay.set(id, peer);
    this.#timers.schedule(id, after(now, ANSWER_MS_MAX));
    if (this.#parts.forwarder.carry(id, peer, copies)) return;
    this.#decline(id, peer);
    this.settled(id, peer, 'unsent', now);
  }

  /** The neighbour that was in contact with the recipient last. One copy moves only to who met him later than this node did. */
  #carrierFor(head: EnvelopeHead, now: Instant): NodeId | undefined {
    const { encounters, sessions } = this.#parts;
    const to = head.to as NodeId;
    const metAt = (peer: NodeId): number => encounters.last(to, peer, now) ?? Number.NEGATIVE_INFINITY;
    // The one copy of a carrier goes to who met the recipient, however busy.
    const isBusy = (peer: NodeId): number => Number(head.copies > 1 && this.#givenTo(peer) >= GIFTS_TO_ONE_MAX);
    const [best] = [...sessions.all()]
      .filter((session) => offersCarriage(session) && this.#mayCarry(head, session.peer, now))
      .filter(({ peer }) => !this.#gifts.get(head.id)?.has(peer))
      .map(({ peer }) => peer)
      .toSorted((a, b) => isBusy(a) - isBusy(b) || metAt(b) - metAt(a));
    if (best === undefined || head.copies > 1) return best;
    return metAt(best) > (encounters.met(to, now) ?? Number.NEGATIVE_INFINITY) ? best : undefined;
  }

  /** How many envelopes are on their way to this carrier. */
  #givenTo(peer: NodeId): number {
    return [...this.#underWay.values()].filter((one) => one === peer).length;
  }

  #mayCarry({ id, from, via, handedTo }: EnvelopeHead, peer: NodeId, now: Instant): boolean {
    const aside = this.#aside.get(peer);
    if (aside !== undefined && aside > now) {
      this.#timers.schedule(id, aside);
      return false;
    }
    const { sessions } = this.#parts;
    const isOut = peer === via || peer === from || handedTo.includes(peer) || this.#declined.get(id)?.has(peer);
    return !isOut && sessions.with(peer) !== undefined;
  }

  #decline(id: EnvelopeId, peer: NodeId): void {
    const declined = (this.#declined.get(id) ?? new Set()).add(peer);
    if (declined.size > HANDED_TO_MAX) declined.delete(declined.values().next().value!);
    this.#declined.set(id, declined);
  }

  /** Copies that did not arrive are this node's again. */
  #keep(id: EnvelopeId, copies: number, now: Instant): void {
    const { shelf, journal } = this.#parts;
    const held = shelf.get(id);
    if (!held) return;
    const head = { ...held.head, copies: held.head.copies + copies };
    shelf.update(head);
    journal.keep({ put: 'head', head }, now);
  }
}

const offersCarriage = ({ hello }: Session): boolean => ((hello?.features ?? 0) & FEATURES.carriage) !== 0;
