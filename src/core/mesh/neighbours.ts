import { LINK_COST_MAX, LINK_COST_MIN } from '../base/limits.ts';
import { earliest, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { ControlMessage } from '../wire/mesh-message.ts';
import { Damping } from './damping.ts';
import { Retelling } from './retelling.ts';
import type { Candidate, Terrain } from './selection.ts';
import type { Sources } from './sources.ts';
import { Updates } from './updates.ts';

/** Somebody whom this node exchanges routes with. */
export type Neighbour = {
  /** Of the link to it, as last taken over. */
  cost: number;
  /** It acknowledges nothing, and may be gone: what it brought stays, and is not used. */
  isSilent: boolean;
  readonly updates: Updates;
};

/** The neighbours, what the links to them cost, and which of them come and go too often. */
export class Neighbours implements Terrain {
  readonly #byId = new Map<NodeId, Neighbour>();
  /** Those to whom something is to be said, and when. A node has something else to do at most moments, and up to 128 of them. */
  readonly #talks = new Timers<NodeId>();
  /** Those whose connection replaced another one, and the destinations that they had a way to. */
  readonly #retellings = new Map<NodeId, Retelling<NodeId>>();
  readonly #flaps = new Damping();
  /** Whoever is told of as one that brings no receipts, a neighbour or not; few, since custody remembers few. */
  readonly #suspects = new Set<NodeId>();
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  get(peer: NodeId): Neighbour | undefined {
    return this.#byId.get(peer);
  }

  [Symbol.iterator](): IterableIterator<[NodeId, Neighbour]> {
    return this.#byId.entries();
  }

  /** It is here, over this connection or another one, on which nothing has been said. */
  begin(peer: NodeId, cost: number, now: Instant): Neighbour {
    if (!this.#byId.has(peer)) this.#flaps.came(peer, now);
    const updates: Updates = new Updates(now, (at) => this.#talks.schedule(peer, updates.deadline(at)));
    const neighbour = { cost, isSilent: false, updates };
    this.#byId.set(peer, neighbour);
    return neighbour;
  }

  /** It had a way to these, and has to say so again. */
  retell(peer: NodeId, destinations: Iterable<NodeId>, now: Instant): void {
    this.#retellings.set(peer, new Retelling(destinations, now));
  }

  /** It has said something of this destination. */
  said(peer: NodeId, destination: NodeId): void {
    this.#retellings.get(peer)?.said(destination);
  }

  /** What it has not said again in time, once. */
  *takeUnsaid(now: Instant): Iterable<{ readonly peer: NodeId; readonly destination: NodeId }> {
    for (const [peer, retelling] of this.#retellings) {
      for (const destination of retelling.take(now)) yield { peer, destination };
      if (retelling.deadline() === undefined) this.#retellings.delete(peer);
    }
  }

  /** It is gone. False when it was not here. */
  delete(peer: NodeId, now: Instant): boolean {
    if (!this.#byId.delete(peer)) return false;
    this.#talks.schedule(peer, undefined);
    this.#retellings.delete(peer);
    this.#flaps.went(peer, now);
    return true;
  }

  /** The next message to one of them, if one is due; `next` asks its updates for it. */
  poll(
    now: Instant,
    next: (updates: Updates, to: NodeId) => ControlMessage | undefined,
  ): { readonly to: NodeId; readonly message: ControlMessage } | undefined {
    for (let to = this.#talks.take(now); to !== undefined; to = this.#talks.take(now)) {
      const { updates } = this.#byId.get(to)!;
      const message = next(updates, to);
      this.#talks.schedule(to, updates.deadline(now));
      if (message) return { to, message };
    }
    return undefined;
  }

  cost(via: NodeId): number {
    const { cost = LINK_COST_MAX, isSilent = false } = this.#byId.get(via) ?? {};
    if (isSilent) return Number.POSITIVE_INFINITY;
    return this.#suspects.has(via) ? LINK_COST_MAX : cost;
  }

  /** It brings no receipts for mail that it takes, or does again. */
  suspect(peer: NodeId, isSuspect: boolean): void {
    if (isSuspect) this.#suspects.add(peer);
    else this.#suspects.delete(peer);
  }

  feasible({ via, announcement: { origin, seqno }, floor }: Candidate): boolean {
    return !this.#byId.get(via)?.isSilent && this.#sources.feasible(origin, seqno, floor);
  }

  isHeld(via: NodeId): boolean {
    return this.#flaps.isHeld(via);
  }

  /** Those that came and went too often, and have been here long enough by now, once. */
  takeSteady(now: Instant): readonly NodeId[] {
    return this.#flaps.take(now);
  }

  /** When one has been here long enough, something may be said to one, or what one has not said again is over. */
  deadline(): Instant | undefined {
    let next = earliest(this.#flaps.deadline(), this.#talks.next);
    for (const retelling of this.#retellings.values()) next = earliest(next, retelling.deadline());
    return next;
  }
}

/** A cost that a link can have. */
export const clampCost = (units: number): number => Math.min(Math.max(Math.round(units), LINK_COST_MIN), LINK_COST_MAX);
