import { AGAIN_MS_MIN, ANSWER_MS_MAX, EARLY_BYTES_MAX, EARLY_PUSHES_MAX, FRESH_MAX } from '../base/limits.ts';
import { after, earliest, type Instant, instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import { ageSeconds, type Held, type Shelf } from '../store/shelf.ts';
import { decodeEnvelope, ENVELOPE_KINDS, type EnvelopeId, encodeEnvelope } from '../wire/envelope.ts';
import { encodePush, type Push, type PushAnswer } from '../wire/mesh-message.ts';
import { Copies } from './copies.ts';
import { Lanes, type LanesOwner, type Want } from './lanes.ts';
import type { Loaded } from './machine.ts';
import type { Not } from './next-hops.ts';
import { NEW, NOT_TAKEN, type Plan, type Rest, rested, resumed } from './plan.ts';
import type { EarlyPush, PushOutcome } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { GiftOutcome } from './spray.ts';
import { Ungiven } from './ungiven.ts';

/** Who decides where an envelope goes, and what an answer means. */
export interface ForwarderOwner {
  /** The neighbour that should get this envelope next; `undefined` when there is none for now. */
  wayTo(held: Held, not: Not, now: Instant): NodeId | undefined;
  /** It was not tried, for there is no way at all. */
  noWay(held: Held, now: Instant): void;
  /** Whether those who took it have lost their way to its recipient. */
  isStranded(held: Held, now: Instant): boolean;
  /** It is looked at again, after somebody took it and was to bring a receipt. */
  looked(held: Held, now: Instant): void;
  /** An envelope goes out to a neighbour. */
  began(held: Held, to: NodeId, now: Instant): void;
  /** What a neighbour answered; `aborted` when it gave up before it did. The owner says what follows. */
  answered(held: Held, by: NodeId, answer: PushAnswer | 'aborted', now: Instant): void;
  /** What became of copies that were to be given to a carrier. */
  carried(id: EnvelopeId, by: NodeId, outcome: GiftOutcome, now: Instant): void;
  /** The bytes on disk are gone or changed. */
  damaged(held: Held, now: Instant): void;
}

/**
 * Gets envelopes from the shelf to neighbours. What there is one way for, direct mail, has a plan; of a channel's message each
 * reader gets a copy. What to do with the answer is the owner's business.
 */
export class Forwarder implements LanesOwner {
  readonly #suite: Suite;
  readonly #shelf: Shelf;
  readonly #sessions: Sessions;
  readonly #owner: ForwarderOwner;
  readonly #lanes: Lanes;
  readonly #copies = new Copies();
  readonly #plans = new Map<EnvelopeId, Plan>();
  /** When each plan is to be looked at: its rest is over, or its answer overdue. */
  readonly #timers = new Timers<EnvelopeId>();
  /** Bytes of mail that was just written, for the first packet of a dial; the oldest are let go. */
  readonly #fresh = new Map<EnvelopeId, Uint8Array>();
  readonly ungiven = new Ungiven();
  /** Until then what was taken before a restart waits for its turn, whatever happens on the way. */
  #resumingUntil = instant(0);

  constructor(parts: { suite: Suite; shelf: Shelf; sessions: Sessions; owner: ForwarderOwner }) {
    this.#suite = parts.suite;
    this.#shelf = parts.shelf;
    this.#sessions = parts.sessions;
    this.#owner = parts.owner;
    this.#lanes = new Lanes(parts.sessions, this);
  }

  /** After a restart: others have taken this before, and are asked about it at some time within `withinMs`. */
  resume({ head }: Held, withinMs: number, now: Instant): void {
    const plan = resumed(head.id, withinMs, now);
    this.#plan(head.id, plan, plan.nextAt);
    this.#resumingUntil = after(now, AGAIN_MS_MIN);
  }

  /** Something changed on the way to this recipient: what nobody has taken, or nobody on the way has, need not wait. */
  trigger(to: string, now: Instant): void {
    for (const held of this.#shelf.waitingFor(to)) {
      if (held.head.kind === ENVELOPE_KINDS.channel || !held.kept) continue;
      const plan = this.#plans.get(held.head.id);
      if (plan?.taken && now >= this.#resumingUntil && this.#owner.isStranded(held, now))
        this.#hasten(held.head.id, plan, now);
      else this.hasten(held.head.id, now);
      this.consider(held, now);
    }
  }

  /** Tries one direct envelope, if it is on disk, it is its time and there is a way. */
  consider(held: Held, now: Instant): void {
    const { id, kind } = held.head;
    // Posts go where interest leads, even when somebody bears the id of their channel: its key is made of the topic.
    if (kind === ENVELOPE_KINDS.channel || !held.kept) return;
    const plan = this.#plans.get(id) ?? NEW;
    if (plan.inFlight !== undefined) {
      // Who acknowledges nothing will not answer in time: if there is another way now, it is taken at once.
      if (this.#sessions.isSilent(plan.inFlight)) this.#overdue(held, plan, plan.inFlight, now);
      return;
    }
    if (plan.nextAt > now) {
      this.#owner.noWay(held, now);
      return;
    }
    if (plan.taken) this.#owner.looked(held, now);
    const isEarly = plan.againAt > now;
    const peer = this.#owner.wayTo(held, { failed: plan.failed, holders: isEarly }, now);
    if (peer !== undefined) this.#send(held, plan, peer, now);
    // Those that failed it are all that is left: after a rest they are asked again.
    else if (plan.failed.length > 0) this.rest(id, NOT_TAKEN, now);
    else {
      if (isEarly) this.#timers.schedule(id, plan.againAt);
      this.#owner.noWay(held, now);
    }
  }

  /** Gives copies of an envelope to a carrier; false when that neighbour is being given it already. */
  carry(id: EnvelopeId, peer: NodeId, copies: number): boolean {
    return this.#lanes.put({ id, peer, as: 'carrier', copies });
  }

  /** Sends a copy to a neighbour that reads, or leads to readers of, a channel. */
  offer(id: EnvelopeId, peer: NodeId): void {
    if (this.#shelf.get(id)?.kept) this.#lanes.put({ id, peer, as: 'reader' });
  }

  /** A neighbour did not take its copy of a channel's message: it is offered again later, as long as it is a neighbour. */
  offerLater(id: EnvelopeId, peer: NodeId, now: Instant): void {
    if (this.#sessions.with(peer)) this.#copies.later(id, peer, now);
  }

  /** This envelope was just written here: should its recipient be dialled for it, it can ride along. */
  fresh(id: EnvelopeId, bytes: Uint8Array): void {
    this.ungiven.wrote(id);
    if (bytes.length > EARLY_BYTES_MAX) return;
    this.#fresh.set(id, bytes);
    if (this.#fresh.size > FRESH_MAX) this.#fresh.delete(this.#fresh.keys().next().value!);
  }

  /**
   * What can ride in the first packet to this peer, in order: at most 3 pushes, in the room of one Initial
   * (docs/protocol.md §1.1, early data).
   */
  early(peer: NodeId, now: Instant): EarlyPush[] {
    const pushes: EarlyPush[] = [];
    let room = EARLY_BYTES_MAX;
    for (const held of this.#shelf.waitingFor(peer)) {
      const { id, kind } = held.head;
      const bytes = kind === ENVELOPE_KINDS.channel ? undefined : this.#fresh.get(id);
      if (!bytes || this.#plans.has(id) || pushes.length === EARLY_PUSHES_MAX) break;
      const push = this.#encode(held, bytes, FORWARD, now);
      room -= push.length;
      if (room < 0) break;
      this.#plan(id, { ...NEW, inFlight: peer }, after(now, ANSWER_MS_MAX));
      const answered = (outcome: PushOutcome, at: Instant): void =>
        this.settled({ id, peer, as: 'next-hop' }, outcome, at);
      pushes.push({ push, answered });
    }
    return pushes;
  }

  /** The next try of an envelope waits. */
  rest(id: EnvelopeId, rest: Rest, now: Instant): void {
    const plan = rested(this.#plans.get(id) ?? NEW, rest, now);
    this.#plan(id, plan, plan.nextAt);
  }

  /** This neighbour did not take it: another way is tried at once. Without one it rests, and then all are tried again. */
  notTaken(held: Held, by: NodeId, now: Instant): void {
    const { id } = held.head;
    const plan = this.#plans.get(id) ?? NEW;
    const failed = [...plan.failed, by];
    const other = this.#owner.wayTo(held, { failed, holders: plan.againAt > now }, now);
    if (other === undefined) this.rest(id, NOT_TAKEN, now);
    else this.#plan(id, { ...plan, failed, nextAt: now }, now);
  }

  /** The next try may come at once, if nobody has taken it; the one after it waits as long as it would have. */
  hasten(id: EnvelopeId, now: Instant): void {
    const plan = this.#plans.get(id);
    if (plan && !plan.taken) this.#hasten(id, plan, now);
  }

  /** The next try may come at once, and counts as the first; `again` when it is to be taken anew. */
  refresh(id: EnvelopeId, again = false): void {
    const plan = this.#plans.get(id);
    if (plan ? plan.inFlight === undefined : again)
      this.#plans.set(id, { ...NEW, again: again || (plan?.again ?? false) });
  }

  forget(id: EnvelopeId): void {
    this.#plans.delete(id);
    this.#timers.schedule(id, undefined);
    this.#fresh.delete(id);
    this.ungiven.given(id);
  }

  /** When a resting envelope is due; what waits for a way waits for a `trigger`. */
  deadline(): Instant | undefined {
    return earliest(this.#timers.next, this.#copies.deadline());
  }

  elapse(now: Instant): void {
    for (let id = this.#timers.take(now); id !== undefined; id = this.#timers.take(now)) {
      const held = this.#shelf.get(id);
      const plan = this.#plans.get(id);
      if (held && plan?.inFlight !== undefined) this.#overdue(held, plan, plan.inFlight, now);
      else if (held) this.consider(held, now);
    }
    for (let copy = this.#copies.due(now); copy; copy = this.#copies.due(now)) {
      if (this.#shelf.get(copy.id)) this.offer(copy.id, copy.peer);
      else this.#copies.done(copy.id, copy.peer);
    }
  }

  pollRead(): EnvelopeId | undefined {
    return this.#lanes.pollRead();
  }

  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void {
    this.#lanes.loaded(id, bytes, now);
  }

  pump(peer: NodeId): void {
    this.#lanes.pump(peer);
  }

  /** Whether anything waits for, or is under way to, this neighbour. */
  isBusyWith(peer: NodeId): boolean {
    return this.#lanes.isBusyWith(peer);
  }

  /** A neighbour is gone: what waited for it is free to find another way. What it reads is offered anew when it comes back. */
  gone(peer: NodeId, now: Instant): void {
    this.#copies.gone(peer);
    this.#lanes.gone(peer, now);
  }

  pushOf(want: Want, bytes: Uint8Array, now: Instant): Uint8Array | undefined {
    const held = this.#shelf.get(want.id);
    if (!held) return undefined;
    if (want.as === 'carrier') return this.#encode(held, bytes, { copies: want.copies, again: false }, now);
    if (want.as === 'reader') return this.#encode(held, bytes, FORWARD, now);
    const plan = this.#plans.get(want.id);
    // Direct mail whose turn is another's by now has left this lane.
    return plan?.inFlight === want.peer ? this.#encode(held, bytes, { copies: 0, again: plan.again }, now) : undefined;
  }

  settled(want: Want, outcome: PushOutcome, now: Instant): void {
    const { id, peer } = want;
    if (want.as === 'carrier') {
      this.#owner.carried(id, peer, outcome, now);
      this.#passTurn(id, peer, now);
      return;
    }
    const isNextHop = want.as === 'next-hop';
    const taken = typeof outcome === 'object' && outcome.type !== 'refused';
    // That somebody has it is news at any time; that one did not take it, only while it is his turn.
    const counts = taken || !isNextHop || this.#plans.get(id)?.inFlight === peer;
    if (isNextHop) this.#passTurn(id, peer, now);
    else if (taken) this.#copies.done(id, peer);
    const held = this.#shelf.get(id);
    if (!held || !counts) return;
    if (outcome !== 'gone') this.#owner.answered(held, peer, outcome, now);
    // Over the connection that took this one's place it was not offered, since it was on its way.
    else if (!isNextHop) this.offerLater(id, peer, now);
  }

  released({ id, peer, as }: Want, now: Instant): void {
    if (as === 'carrier') this.#owner.carried(id, peer, 'unsent', now);
    if (as !== 'reader') this.#passTurn(id, peer, now);
  }

  unread({ id, peer, as }: Want, why: 'lost' | 'unreadable', now: Instant): void {
    const held = this.#shelf.get(id);
    if (!held) return;
    if (why === 'lost') this.#owner.damaged(held, now);
    else if (as === 'carrier') this.#owner.carried(id, peer, 'unsent', now);
    else if (as === 'next-hop') this.rest(id, NOT_TAKEN, now);
    else this.offerLater(id, peer, now);
  }

  /** It is not this neighbour's turn any more. If the owner sets no rest, it is looked at once more: the way may have changed. */
  #passTurn(id: EnvelopeId, peer: NodeId, now: Instant): void {
    const plan = this.#plans.get(id);
    if (plan?.inFlight === peer) this.#plan(id, { ...plan, inFlight: undefined, nextAt: now }, now);
  }

  #hasten(id: EnvelopeId, plan: Plan, now: Instant): void {
    if (plan.inFlight === undefined) this.#plans.set(id, { ...plan, nextAt: now });
  }

  /** A neighbour that has it does not answer: whoever else is on the way is asked, and it may still answer. */
  #overdue(held: Held, plan: Plan, by: NodeId, now: Instant): void {
    const failed = [...plan.failed, by];
    const other = this.#owner.wayTo(held, { failed, holders: plan.againAt > now }, now);
    if (other !== undefined) this.#send(held, { ...plan, failed, again: true }, other, now);
    else this.#timers.schedule(held.head.id, after(now, ANSWER_MS_MAX));
  }

  #send(held: Held, plan: Plan, peer: NodeId, now: Instant): void {
    const { head } = held;
    this.#owner.began(held, peer, now);
    this.#plan(head.id, { ...plan, inFlight: peer, nextAt: now }, after(now, ANSWER_MS_MAX));
    this.#lanes.put({ id: head.id, peer, as: 'next-hop' });
  }

  #plan(id: EnvelopeId, plan: Plan, lookAt: Instant): void {
    this.#plans.set(id, plan);
    this.#timers.schedule(id, lookAt);
  }

  /** The sender writes hop count 0; everyone after it, one more than was received (docs/protocol.md §3). */
  #encode(held: Held, bytes: Uint8Array, how: Omit<Push, 'envelope'>, now: Instant): Uint8Array {
    const { head } = held;
    this.ungiven.given(head.id);
    const count = head.lane === 'own' ? 0 : head.hopCount + 1;
    const envelope = { ...decodeEnvelope(this.#suite, bytes), hop: { count, ageSeconds: ageSeconds(held, now) } };
    return encodePush({ envelope: encodeEnvelope(envelope), ...how });
  }
}

/** To the next hop, which is to pass it on, for the first time. */
const FORWARD = { copies: 0, again: false } as const;
