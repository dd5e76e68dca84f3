import {
  AGAIN_MS_MAX,
  ANSWER_MS_MAX,
  EARLY_BYTES_MAX,
  EARLY_PUSHES_MAX,
  FRESH_MAX,
  REFUSED_WAIT_MS_MIN,
} from '../base/limits.ts';
import { after, earliest, type Instant, instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import { ageSeconds, type Held, type Shelf } from '../store/shelf.ts';
import { decodeEnvelope, ENVELOPE_KINDS, type EnvelopeId, encodeEnvelope } from '../wire/envelope.ts';
import { encodePush, type PushAnswer } from '../wire/mesh-message.ts';
import { Copies } from './copies.ts';
import { Lanes, type LanesOwner, type Want } from './lanes.ts';
import type { Loaded } from './machine.ts';
import type { EarlyPush, PushOutcome } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Who decides where an envelope goes, and what an answer means. */
export interface ForwarderOwner {
  /** The neighbour that should get this envelope next, but none of `failed`; `undefined` when there is no way for now. */
  wayTo(held: Held, failed: readonly NodeId[]): NodeId | undefined;
  /** An envelope goes out to a neighbour. */
  began(held: Held, to: NodeId, now: Instant): void;
  /** What a neighbour answered; `aborted` when it gave up before it did. The owner says what follows. */
  answered(held: Held, by: NodeId, answer: PushAnswer | 'aborted', now: Instant): void;
  /** The bytes on disk are gone or changed. */
  damaged(held: Held, now: Instant): void;
}

/** The plan for one direct envelope. */
type Plan = {
  /** Whose turn it is. */
  readonly inFlight: NodeId | undefined;
  /** When the next try may come, and how long it waited for it. */
  readonly nextAt: Instant;
  readonly waitMs: number;
  /** It waits because somebody has taken it, and not because nobody would. */
  readonly taken: boolean;
  /** Whoever gets it next is asked to take it anew. */
  readonly again: boolean;
  /** Neighbours that did not take it, or did not answer, since it rested last. */
  readonly failed: readonly NodeId[];
};

/** How long to wait at first, and whether for somebody who has it. */
export type Rest = { readonly waitMs: number; readonly taken: boolean };

/** The rest of what nobody would take. */
export const NOT_TAKEN: Rest = { waitMs: REFUSED_WAIT_MS_MIN, taken: false };

const NEW: Plan = { inFlight: undefined, nextAt: instant(0), waitMs: 0, taken: false, again: false, failed: [] };

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

  constructor(parts: { suite: Suite; shelf: Shelf; sessions: Sessions; owner: ForwarderOwner }) {
    this.#suite = parts.suite;
    this.#shelf = parts.shelf;
    this.#sessions = parts.sessions;
    this.#owner = parts.owner;
    this.#lanes = new Lanes(parts.sessions, this);
  }

  /** Something changed on the way to this recipient: what nobody has taken need not wait out its last refusal. */
  trigger(to: string, now: Instant): void {
    for (const held of this.#shelf.waitingFor(to)) {
      this.hasten(held.head.id, now);
      this.consider(held, now);
    }
  }

  /** Tries one direct envelope, if it is on disk, it is its time and there is a way. */
  consider(held: Held, now: Instant): void {
    // Posts go where interest leads, even when somebody bears the id of their channel: its key is made of the topic.
    if (held.head.kind === ENVELOPE_KINDS.channel) return;
    const plan = this.#plans.get(held.head.id) ?? NEW;
    if (!held.kept) return;
    if (plan.inFlight !== undefined) {
      // Who acknowledges nothing will not answer in time: if there is another way now, it is taken at once.
      if (this.#sessions.isSilent(plan.inFlight)) this.#overdue(held, plan, plan.inFlight, now);
      return;
    }
    if (plan.nextAt > now) return;
    const peer = this.#owner.wayTo(held, plan.failed);
    if (peer !== undefined) this.#send(held, plan, peer, now);
    // Those that failed it are all that is left: after a rest they are asked again.
    else if (plan.failed.length > 0) this.rest(held.head.id, NOT_TAKEN, now);
  }

  /** Sends a copy to a neighbour that reads, or leads to readers of, a channel. */
  offer(id: EnvelopeId, peer: NodeId): void {
    if (this.#shelf.get(id)?.kept) this.#lanes.put({ id, peer, planned: false });
  }

  /** A neighbour did not take its copy of a channel's message: it is offered again later, as long as it is a neighbour. */
  offerLater(id: EnvelopeId, peer: NodeId, now: Instant): void {
    if (this.#sessions.with(peer)) this.#copies.later(id, peer, now);
  }

  /** This envelope was just written here: should its recipient be dialled for it, it can ride along. */
  fresh(id: EnvelopeId, bytes: Uint8Array): void {
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
      const push = this.#encode(held, bytes, false, now);
      room -= push.length;
      if (room < 0) break;
      this.#plan(id, { ...NEW, inFlight: peer }, after(now, ANSWER_MS_MAX));
      const answered = (outcome: PushOutcome, at: Instant): void =>
        this.settled({ id, peer, planned: true }, outcome, at);
      pushes.push({ push, answered });
    }
    return pushes;
  }

  /**
   * The next try of an envelope waits: at first `waitMs`, then twice as long, and so on. `taken`: somebody has it, and what is
   * waited for is the receipt; whoever gets it afterwards is asked again.
   */
  rest(id: EnvelopeId, { waitMs, taken }: Rest, now: Instant): void {
    const plan = this.#plans.get(id) ?? NEW;
    const doubled = plan.taken === taken ? plan.waitMs * 2 : 0;
    const next = Math.min(AGAIN_MS_MAX, Math.max(waitMs, doubled));
    const nextAt = after(now, next);
    this.#plan(id, { ...NEW, nextAt, waitMs: next, taken, again: taken || plan.again }, nextAt);
  }

  /** This neighbour did not take it: another way is tried at once. Without one it rests, and then all are tried again. */
  notTaken(held: Held, by: NodeId, now: Instant): void {
    const { id } = held.head;
    const plan = this.#plans.get(id) ?? NEW;
    const failed = [...plan.failed, by];
    if (this.#owner.wayTo(held, failed) === undefined) this.rest(id, NOT_TAKEN, now);
    else this.#plan(id, { ...plan, failed, nextAt: now }, now);
  }

  /** The next try may come at once, if nobody has taken it; the one after it waits as long as it would have. */
  hasten(id: EnvelopeId, now: Instant): void {
    const plan = this.#plans.get(id);
    if (plan && plan.inFlight === undefined && !plan.taken) this.#plans.set(id, { ...plan, nextAt: now });
  }

  /** The next try may come at once, and counts as the first. */
  refresh(id: EnvelopeId): void {
    const plan = this.#plans.get(id);
    if (plan && plan.inFlight === undefined) this.#plans.set(id, { ...NEW, again: plan.again });
  }

  forget(id: EnvelopeId): void {
    this.#plans.delete(id);
    this.#timers.schedule(id, undefined);
    this.#fresh.delete(id);
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

  pushOf({ id, peer, planned }: Want, bytes: Uint8Array, now: Instant): Uint8Array | undefined {
    const held = this.#shelf.get(id);
    const plan = this.#plans.get(id);
    // Direct mail whose turn is another's by now has left this lane.
    if (!held || (planned && plan?.inFlight !== peer)) return undefined;
    return this.#encode(held, bytes, planned && plan!.again, now);
  }

  settled(want: Want, outcome: PushOutcome, now: Instant): void {
    const { id, peer, planned } = want;
    const taken = typeof outcome === 'object' && outcome.type !== 'refused';
    // That somebody has it is news at any time; that one did not take it, only while it is his turn.
    const counts = taken || !planned || this.#plans.get(id)?.inFlight === peer;
    if (planned) this.released(want, now);
    else if (taken) this.#copies.done(id, peer);
    const held = this.#shelf.get(id);
    if (!held || !counts) return;
    if (outcome !== 'gone') this.#owner.answered(held, peer, outcome, now);
    // Over the connection that took this one's place it was not offered, since it was on its way.
    else if (!planned) this.offerLater(id, peer, now);
  }

  /** It is not this neighbour's turn any more. If the owner sets no rest, it is looked at once more: the way may have changed. */
  released({ id, peer, planned }: Want, now: Instant): void {
    const plan = this.#plans.get(id);
    if (planned && plan?.inFlight === peer) this.#plan(id, { ...plan, inFlight: undefined, nextAt: now }, now);
  }

  unread(want: Want, why: 'lost' | 'unreadable', now: Instant): void {
    const { id, peer, planned } = want;
    const held = this.#shelf.get(id);
    if (!held) return;
    if (why === 'lost') this.#owner.damaged(held, now);
    else if (planned) this.rest(id, NOT_TAKEN, now);
    else this.offerLater(id, peer, now);
  }

  /** A neighbour that has it does not answer: whoever else is on the way is asked, and it may still answer. */
  #overdue(held: Held, plan: Plan, by: NodeId, now: Instant): void {
    const failed = [...plan.failed, by];
    const other = this.#owner.wayTo(held, failed);
    if (other !== undefined) this.#send(held, { ...plan, failed, again: true }, other, now);
    else this.#timers.schedule(held.head.id, after(now, ANSWER_MS_MAX));
  }

  #send(held: Held, plan: Plan, peer: NodeId, now: Instant): void {
    const { head } = held;
    this.#owner.began(held, peer, now);
    this.#plan(head.id, { ...plan, inFlight: peer, nextAt: now }, after(now, ANSWER_MS_MAX));
    this.#lanes.put({ id: head.id, peer, planned: true });
  }

  #plan(id: EnvelopeId, plan: Plan, lookAt: Instant): void {
    this.#plans.set(id, plan);
    this.#timers.schedule(id, lookAt);
  }

  /** The sender writes hop count 0; everyone after it, one more than was received (docs/protocol.md §3). */
  #encode(held: Held, bytes: Uint8Array, again: boolean, now: Instant): Uint8Array {
    const { head } = held;
    const count = head.lane === 'own' ? 0 : head.hopCount + 1;
    const envelope = { ...decodeEnvelope(this.#suite, bytes), hop: { count, ageSeconds: ageSeconds(held, now) } };
    return encodePush({ envelope: encodeEnvelope(envelope), copies: 1, again });
  }
}
