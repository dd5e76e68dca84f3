import { PUSHES_IN_FLIGHT_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Loaded } from './machine.ts';
import type { PushOutcome } from './session.ts';
import type { Sessions } from './sessions.ts';

/**
 * One envelope for one neighbour, as the next hop of direct mail, as a reader of a channel or on the way to one, or as a carrier
 * of so many copies of mail that has no way.
 */
export type Want = { readonly id: EnvelopeId; readonly peer: NodeId } & (
  | { readonly as: 'next-hop' | 'reader' }
  | { readonly as: 'carrier'; readonly copies: number }
);

/** Whoever puts wants into the lanes, and hears how each of them ended. */
export interface LanesOwner {
  /** The encoded push, made of the bytes just read; `undefined` when it is not wanted any more, and has ended. */
  pushOf(want: Want, bytes: Uint8Array, now: Instant): Uint8Array | undefined;
  /** What became of the push. */
  settled(want: Want, outcome: PushOutcome, now: Instant): void;
  /** It was not pushed: the neighbour is gone. */
  released(want: Want, now: Instant): void;
  /** It was not pushed: its bytes are lost, or the disk cannot say now. */
  unread(want: Want, why: 'lost' | 'unreadable', now: Instant): void;
}

type Lane = {
  readonly waiting: Want[];
  /** What waits or is under way: wanting it once more changes nothing. */
  readonly ids: Set<EnvelopeId>;
  inFlight: number;
};

/**
 * What is on its way to each neighbour: in order, a window at a time, each read from disk just before it is sent,
 * so that memory holds no more bodies than there are pushes in flight.
 */
export class Lanes {
  readonly #sessions: Sessions;
  readonly #owner: LanesOwner;
  readonly #lanes = new Map<NodeId, Lane>();
  readonly #loading = new Map<EnvelopeId, Want[]>();
  readonly #reads: EnvelopeId[] = [];

  constructor(sessions: Sessions, owner: LanesOwner) {
    this.#sessions = sessions;
    this.#owner = owner;
  }

  /** False when this envelope waits for, or is under way to, that neighbour already. */
  put(want: Want): boolean {
    const lane = this.#lanes.get(want.peer) ?? { waiting: [], ids: new Set(), inFlight: 0 };
    this.#lanes.set(want.peer, lane);
    if (lane.ids.has(want.id)) return false;
    lane.ids.add(want.id);
    lane.waiting.push(want);
    this.pump(want.peer);
    return true;
  }

  isBusyWith(peer: NodeId): boolean {
    return this.#lanes.has(peer);
  }

  /** A neighbour can take more: its session began, a push was answered, or it allows more streams. */
  pump(peer: NodeId): void {
    const lane = this.#lanes.get(peer);
    if (!lane) return;
    while (lane.inFlight < PUSHES_IN_FLIGHT_MAX && lane.waiting.length > 0 && this.#sessions.with(peer)) {
      lane.inFlight++;
      this.#load(lane.waiting.shift()!);
    }
    if (lane.inFlight === 0 && lane.waiting.length === 0) this.#lanes.delete(peer);
  }

  /** A neighbour is gone: what waited for it is free to find another way. What is under way ends with its session. */
  gone(peer: NodeId, now: Instant): void {
    const lane = this.#lanes.get(peer);
    for (const want of lane?.waiting.splice(0) ?? []) {
      lane!.ids.delete(want.id);
      this.#owner.released(want, now);
    }
    this.pump(peer);
  }

  /** The next envelope whose bytes are wanted. */
  pollRead(): EnvelopeId | undefined {
    return this.#reads.shift();
  }

  loaded(id: EnvelopeId, bytes: Loaded, now: Instant): void {
    const wants = this.#loading.get(id) ?? [];
    this.#loading.delete(id);
    for (const want of wants) {
      if (bytes instanceof Uint8Array) this.#push(want, bytes, now);
      else {
        this.#landed(want);
        this.#owner.unread(want, bytes ?? 'lost', now);
        this.pump(want.peer);
      }
    }
  }

  #load(want: Want): void {
    const wants = this.#loading.get(want.id);
    if (wants) {
      wants.push(want);
      return;
    }
    this.#loading.set(want.id, [want]);
    this.#reads.push(want.id);
  }

  #push(want: Want, bytes: Uint8Array, now: Instant): void {
    const session = this.#sessions.with(want.peer);
    const push = session && this.#owner.pushOf(want, bytes, now);
    if (!push) {
      this.#landed(want);
      if (!session) this.#owner.released(want, now);
      this.pump(want.peer);
      return;
    }
    const taken = session.push(push, (outcome, at) => {
      this.#landed(want);
      this.#owner.settled(want, outcome, at);
      this.pump(want.peer);
    });
    if (!taken) this.#putBack(want);
  }

  /** The neighbour allows no more streams for now: `pump` follows when it does, or `gone`. */
  #putBack(want: Want): void {
    const lane = this.#lanes.get(want.peer)!;
    lane.inFlight--;
    lane.waiting.unshift(want);
  }

  #landed({ id, peer }: Want): void {
    const lane = this.#lanes.get(peer);
    if (!lane) return;
    lane.inFlight--;
    lane.ids.delete(id);
  }
}
