import { LINK_COST_MAX, LINK_COST_MIN } from '../base/limits.ts';
import { earliest, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { Damping } from './damping.ts';
import type { Retelling } from './retelling.ts';
import type { Candidate, Terrain } from './route-table.ts';
import type { Sources } from './sources.ts';
import type { Updates } from './updates.ts';

/** Somebody whom this node exchanges routes with. */
export type Neighbour = {
  /** Of the link to it, as last taken over. */
  cost: number;
  /** It acknowledges nothing, and may be gone: what it brought stays, and is not used. */
  isSilent: boolean;
  readonly updates: Updates;
  /** The destinations that it had a way to, when this connection replaced another one. */
  readonly retelling: Retelling<NodeId> | undefined;
};

/** The neighbours, what the links to them cost, and which of them come and go too often. */
export class Neighbours implements Terrain {
  readonly #byId = new Map<NodeId, Neighbour>();
  readonly #flaps = new Damping();
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

  /** It is here, over this connection or another one. */
  set(peer: NodeId, neighbour: Neighbour, now: Instant): void {
    if (!this.#byId.has(peer)) this.#flaps.came(peer, now);
    this.#byId.set(peer, neighbour);
  }

  /** It is gone. False when it was not here. */
  delete(peer: NodeId, now: Instant): boolean {
    if (!this.#byId.delete(peer)) return false;
    this.#flaps.went(peer, now);
    return true;
  }

  cost(via: NodeId): number {
    const { cost = LINK_COST_MAX, isSilent = false } = this.#byId.get(via) ?? {};
    return isSilent ? Number.POSITIVE_INFINITY : cost;
  }

  feasible({ via, announcement: { origin, seqno }, floor }: Candidate): boolean {
    return !this.#byId.get(via)?.isSilent && this.#sources.feasible(origin, { seqno, metric: floor });
  }

  isHeld(via: NodeId): boolean {
    return this.#flaps.isHeld(via);
  }

  /** Those that came and went too often, and have been here long enough by now, once. */
  takeSteady(now: Instant): readonly NodeId[] {
    return this.#flaps.take(now);
  }

  /** When one has been here long enough, something may be said to one, or what one has not said again is over. */
  deadline(now: Instant): Instant | undefined {
    let next = this.#flaps.deadline();
    for (const { updates, retelling } of this.#byId.values()) {
      next = earliest(next, updates.deadline(now), retelling?.deadline());
    }
    return next;
  }
}

/** A cost that a link can have. */
export const clampCost = (units: number): number => Math.min(Math.max(Math.round(units), LINK_COST_MIN), LINK_COST_MAX);
