import { AGAIN_MS_MAX, EARLY_BYTES_MAX, EARLY_PUSHES_MAX, FRESH_MAX, PUSHES_IN_FLIGHT_MAX } from '../base/limits.ts';
import { after, type Instant, instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import { ageSeconds, type Held, type Shelf } from '../store/shelf.ts';
import { decodeEnvelope, ENVELOPE_KINDS, type EnvelopeId, encodeEnvelope } from '../wire/envelope.ts';
import { encodePush, type Push, type PushAnswer } from '../wire/mesh-message.ts';
import type { EarlyPush } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Who decides where an envelope goes, and what an answer means. */
export interface ForwarderOwner {
  /** The neighbour that should get this envelope next; `undefined` when there is no way for now. */
  wayTo(held: Held): NodeId | undefined;
  /** What a neighbour answered; `undefined` when it went away before it did. The owner says what follows, by `rest` or `forget`. */
  answered(held: Held, by: NodeId, answer: PushAnswer | undefined, now: Instant): void;
  /** The bytes on disk are gone or changed. */
  damaged(held: Held, now: Instant): void;
}

/** The plan for one direct envelope: whose turn it is, and when the next try is due. */
type Plan = { inFlight: NodeId | undefined; nextAt: Instant; waitMs: number; again: boolean };
type Offer = { readonly id: EnvelopeId; readonly peer: NodeId; readonly nextAt: Instant; readonly waitMs: number };
type Want = { readonly id: EnvelopeId; readonly planned: boolean };
/** `copies`: what waits or is under way beside the plans, each once, however often it is wanted. */
type Lane = { readonly waiting: Want[]; readonly copies: Set<EnvelopeId>; inFlight: number };

const NEVER = instant(Number.POSITIVE_INFINITY);

/**
 * Gets envelopes from the shelf to neighbours: in the order in which they came, a window at a time for each neighbour,
 * each read from disk just before it is sent. What to do with the answer is the owner's business.
 */
export class Forwarder {
  readonly #suite: Suite;
  readonly #shelf: Shelf;
  readonly #sessions: Sessions;
  readonly #owner: ForwarderOwner;
  readonly #plans = new Map<EnvelopeId, Plan>();
  readonly #lanes = new Map<NodeId, Lane>();
  /** Copies that a neighbour had no room for, and when to offer them again. */
  readonly #offers = new Map<string, Offer>();
  readonly #loading = new Map<EnvelopeId, { readonly peer: NodeId; readonly want: Want }[]>();
  readonly #reads: EnvelopeId[] = [];
  /** Bytes of mail that was just written, for the first packet of a dial; the oldest are let go. */
  readonly #fresh = new Map<EnvelopeId, Uint8Array>();
  #nextAt: Instant | undefined;

  constructor(parts: { suite: Suite; shelf: Shelf; sessions: Sessions; owner: ForwarderOwner }) {
    this.#suite = parts.suite;
    this.#shelf = parts.shelf;
    this.#sessions = parts.sessions;
    this.#owner = parts.owner;
  }

  /** Something changed on the way to this recipient: what nobody has taken yet need not wait out its last refusal. */
  trigger(to: string, now: Instant): void {
    for (const held of this.#shelf.waitingFor(to)) {
      if (held.head.handedTo.length === 0) this.hasten(held.head.id, now);
      this.consider(held, now);
    }
  }

  /** Tries one direct envelope, if it is on disk, it is its time and there is a way. */
  consider(held: Held, now: Instant): void {
    const { id, kind } = held.head;
    // Posts go where interest leads, even when somebody bears the id of their channel: its key is made of the topic.
    if (kind === ENVELOPE_KINDS.channel) return;
    if (!held.kept) return;
    const plan = this.#plans.get(id);
    if (plan && (plan.inFlight !== undefined || plan.nextAt > now)) return;
    const peer = this.#owner.wayTo(held);
    if (peer === undefined) return;
    this.#plans.set(id, { inFlight: peer, nextAt: now, waitMs: plan?.waitMs ?? 0, again: plan?.again ?? false });
    this.#enqueue(peer, { id, planned: true });
  }

  /** Sends a copy to a neighbour that reads, or leads to readers of, a channel. */
  offer(id: EnvelopeId, peer: NodeId): void {
    if (this.#shelf.get(id)?.kept) this.#enqueue(peer, { id, planned: false });
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
      const bytes = this.#fresh.get(id);
      const plan = this.#plans.get(id);
      if (!bytes || plan || kind === ENVELOPE_KINDS.channel || pushes.length === EARLY_PUSHES_MAX) break;
      const push = encodePush(this.#pushOf(held, bytes, false, now));
      room -= push.length;
      if (room < 0) break;
      this.#plans.set(id, { inFlight: peer, nextAt: now, waitMs: 0, again: false });
      const answered = (answer: PushAnswer | undefined, at: Instant): void => this.#settle(id, peer, true, answer, at);
      pushes.push({ push, answered });
    }
    return pushes;
  }

  /** A neighbour had no room for a copy of a channel's message: it is offered again later, as long as it is a neighbour. */
  offerLater(id: EnvelopeId, peer: NodeId, waitMs: number, now: Instant): void {
    const key = `${peer} ${id}`;
    const next = Math.min(AGAIN_MS_MAX, Math.max(waitMs, (this.#offers.get(key)?.waitMs ?? 0) * 2));
    const nextAt = after(now, next);
    this.#offers.set(key, { id, peer, nextAt, waitMs: next });
    this.#expect(nextAt);
  }

  /** The next try of an envelope waits: at first `waitMs`, then twice as long, and so on. */
  rest(id: EnvelopeId, waitMs: number, now: Instant, again: boolean): void {
    const plan = this.#plans.get(id);
    const next = Math.min(AGAIN_MS_MAX, Math.max(waitMs, (plan?.waitMs ?? 0) * 2));
    const nextAt = after(now, next);
    this.#plans.set(id, { inFlight: undefined, nextAt, waitMs: next, again });
    this.#expect(nextAt);
  }

  /** The next try may come at once; the one after it waits as long as it would have. */
  hasten(id: EnvelopeId, now: Instant): void {
    const plan = this.#plans.get(id);
    if (plan && plan.inFlight === undefined && !plan.again) this.#plans.set(id, { ...plan, nextAt: now });
  }

  /** The next try may come at once, and counts as the first. */
  refresh(id: EnvelopeId): void {
    const plan = this.#plans.get(id);
    if (plan && plan.inFlight === undefined) this.#plans.set(id, { ...plan, nextAt: 0 as Instant, waitMs: 0 });
  }

  forget(id: EnvelopeId): void {
    this.#plans.delete(id);
    this.#fresh.delete(id);
  }

  /** When a resting envelope is due; what waits for a way waits for a `trigger`. */
  deadline(): Instant | undefined {
    return this.#nextAt;
  }

  elapse(now: Instant): void {
    if (this.#nextAt === undefined || this.#nextAt > now) return;
    this.#nextAt = undefined;
    for (const [id, plan] of this.#plans) {
      if (plan.inFlight !== undefined) continue;
      const held = this.#shelf.get(id);
      if (held && plan.nextAt <= now) this.consider(held, now);
      else if (plan.nextAt > now) this.#expect(plan.nextAt);
    }
    for (const [key, offer] of this.#offers) {
      if (offer.nextAt === NEVER) continue;
      if (offer.nextAt > now) {
        this.#expect(offer.nextAt);
        continue;
      }
      // The answer decides whether there is a next time; until then only the length of the wait is remembered.
      this.#offers.set(key, { ...offer, nextAt: NEVER });
      this.offer(offer.id, offer.peer);
    }
  }

  /** The next envelope whose bytes are wanted. */
  pollRead(): EnvelopeId | undefined {
    return this.#reads.shift();
  }

  loaded(id: EnvelopeId, bytes: Uint8Array | undefined, now: Instant): void {
    const wanted = this.#loading.get(id) ?? [];
    this.#loading.delete(id);
    const held = this.#shelf.get(id);
    if (held && !bytes) this.#owner.damaged(held, now);
    for (const { peer, want } of wanted) {
      if (held && bytes) this.#push(peer, want, held, bytes, now);
      else this.#landed(peer, want);
    }
  }

  /** A neighbour can take more: its session began, a push was answered, or it allows more streams. */
  pump(peer: NodeId): void {
    const lane = this.#lanes.get(peer);
    while (lane && lane.inFlight < PUSHES_IN_FLIGHT_MAX && lane.waiting.length > 0 && this.#sessions.with(peer)) {
      const want = lane.waiting.shift()!;
      if (!this.#shelf.get(want.id)) {
        lane.copies.delete(want.id);
        continue;
      }
      lane.inFlight++;
      this.#load(peer, want);
    }
    if (lane && lane.inFlight === 0 && lane.waiting.length === 0) this.#lanes.delete(peer);
  }

  /** A neighbour is gone: what waited for it is free to find another way. What it reads is offered anew when it comes back. */
  gone(peer: NodeId, now: Instant): void {
    for (const [key, offer] of this.#offers) if (offer.peer === peer) this.#offers.delete(key);
    const lane = this.#lanes.get(peer);
    if (!lane) return;
    for (const { id, planned } of lane.waiting.splice(0)) if (planned) this.#release(id, now);
    lane.copies.clear();
    if (lane.inFlight === 0) this.#lanes.delete(peer);
  }

  #enqueue(peer: NodeId, want: Want): void {
    const lane = this.#lanes.get(peer) ?? { waiting: [], copies: new Set(), inFlight: 0 };
    this.#lanes.set(peer, lane);
    if (!want.planned && lane.copies.has(want.id)) return;
    if (!want.planned) lane.copies.add(want.id);
    lane.waiting.push(want);
    this.pump(peer);
  }

  #load(peer: NodeId, want: Want): void {
    const wanted = this.#loading.get(want.id);
    if (wanted) {
      wanted.push({ peer, want });
      return;
    }
    this.#loading.set(want.id, [{ peer, want }]);
    this.#reads.push(want.id);
  }

  #push(peer: NodeId, want: Want, held: Held, bytes: Uint8Array, now: Instant): void {
    const { id } = held.head;
    const again = want.planned && (this.#plans.get(id)?.again ?? false);
    const session = this.#sessions.with(peer);
    const pushed = session?.push(encodePush(this.#pushOf(held, bytes, again, now)), (answer, at) => {
      this.#settle(id, peer, want.planned, answer, at);
      this.#landed(peer, want);
    });
    if (pushed) return;
    const lane = this.#lanes.get(peer);
    if (lane) lane.inFlight--;
    if (session) lane?.waiting.unshift(want);
    else if (want.planned) this.#release(id, now);
  }

  /** The sender writes hop count 0; everyone after it, one more than was received (docs/protocol.md §3). */
  #pushOf(held: Held, bytes: Uint8Array, again: boolean, now: Instant): Push {
    const { head } = held;
    const count = head.lane === 'own' ? 0 : head.hopCount + 1;
    const stored = decodeEnvelope(this.#suite, bytes);
    return {
      envelope: encodeEnvelope({ ...stored, hop: { count, ageSeconds: ageSeconds(held, now) } }),
      copies: 1,
      again,
    };
  }

  #settle(id: EnvelopeId, peer: NodeId, planned: boolean, answer: PushAnswer | undefined, now: Instant): void {
    if (planned) this.#release(id, now);
    else if (answer && answer.type !== 'refused') this.#offers.delete(`${peer} ${id}`);
    const held = this.#shelf.get(id);
    if (held) this.#owner.answered(held, peer, answer, now);
  }

  #landed(peer: NodeId, { id, planned }: Want): void {
    const lane = this.#lanes.get(peer);
    if (lane) lane.inFlight--;
    if (!planned) lane?.copies.delete(id);
    this.pump(peer);
  }

  #expect(at: Instant): void {
    if (this.#nextAt === undefined || at < this.#nextAt) this.#nextAt = at;
  }

  /** It is nobody's turn any more. If the owner sets no rest, it is looked at once more: the way may have changed meanwhile. */
  #release(id: EnvelopeId, now: Instant): void {
    const plan = this.#plans.get(id);
    if (!plan) return;
    this.#plans.set(id, { ...plan, inFlight: undefined, nextAt: now });
    this.#expect(now);
  }
}
