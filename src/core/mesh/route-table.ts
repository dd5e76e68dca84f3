import { METRIC_CHANGE_SHARE, ROUTES_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { type Announcement, expiresAt } from './announcement.ts';

/** A way to a destination, as one neighbour announces it (RFC 8966 §3.2.6). */
export type Candidate = {
  readonly via: NodeId;
  readonly announcement: Announcement;
  /** The neighbour's own distance. */
  readonly metric: number;
  /**
   * The smallest distance that it announced with this sequence number since it is a neighbour. Its feasibility distance is no
   * larger, so this, not `metric`, decides feasibility: a neighbour that moved away stays usable.
   */
  readonly floor: number;
  /** Links from the neighbour to the destination: 0 when it is the destination. */
  readonly hops: number;
};

/** A destination with at least one candidate. */
export type Destination = {
  readonly id: NodeId;
  readonly candidates: Map<NodeId, Candidate>;
  selected: Candidate | undefined;
};

/** What selection needs to know beside the candidates themselves. */
export type Terrain = {
  /** The cost of the link to a neighbour; infinite while that acknowledges nothing. */
  cost(via: NodeId): number;
  feasible(candidate: Candidate): boolean;
  /** Whether a neighbour comes and goes too often: its ways are used last. */
  isHeld(via: NodeId): boolean;
};

/** The candidates that may be used: feasible ones, and those over neighbours that come and go only where there are no others. */
export function usable({ candidates }: Destination, terrain: Terrain): readonly Candidate[] {
  const feasible = [...candidates.values()].filter((candidate) => terrain.feasible(candidate));
  const steady = feasible.filter(({ via }) => !terrain.isHeld(via));
  return steady.length > 0 ? steady : feasible;
}

/** The metric of a route over this candidate. */
export const metricOf = (candidate: Candidate, terrain: Terrain): number =>
  candidate.metric + terrain.cost(candidate.via);

/** Smaller metric first; ties by hops, then by the smaller next hop, so that all choose alike. */
export function compareCandidates(a: Candidate, b: Candidate, terrain: Terrain): number {
  const byMetric = metricOf(a, terrain) - metricOf(b, terrain);
  if (byMetric !== 0) return byMetric;
  return a.hops - b.hops || (a.via < b.via ? -1 : 1);
}

/** The nearest of some candidates, `undefined` when there are none. */
export function nearest(candidates: Iterable<Candidate>, terrain: Terrain): Candidate | undefined {
  let best: Candidate | undefined;
  for (const candidate of candidates) if (!best || compareCandidates(candidate, best, terrain) < 0) best = candidate;
  return best;
}

/**
 * The route to take: the nearest feasible one, but the present one while none is better by METRIC_CHANGE_SHARE
 * (RFC 8966 §A.3: delays tremble, and a route that changes with each of them serves nobody).
 */
export function select({ candidates, selected }: Destination, terrain: Terrain): Candidate | undefined {
  let best: Candidate | undefined;
  let present: Candidate | undefined;
  for (const candidate of candidates.values()) {
    if (!terrain.feasible(candidate)) continue;
    if (candidate.via === selected?.via) present = candidate;
    if (!best || compareUsable(candidate, best, terrain) < 0) best = candidate;
  }
  if (!best || !present || terrain.isHeld(present.via) !== terrain.isHeld(best.via)) return best;
  const gain = metricOf(present, terrain) - metricOf(best, terrain);
  return gain > metricOf(present, terrain) * METRIC_CHANGE_SHARE ? best : present;
}

/** Those over neighbours that come and go last, then as `compareCandidates`. */
const compareUsable = (a: Candidate, b: Candidate, terrain: Terrain): number =>
  Number(terrain.isHeld(a.via)) - Number(terrain.isHeld(b.via)) || compareCandidates(a, b, terrain);

/** All destinations, at most ROUTES_MAX. */
export class RouteTable {
  readonly #destinations = new Map<NodeId, Destination>();
  #important: ReadonlySet<NodeId> = new Set();
  /** No route ends before this; the true moment may be later. */
  #expiresAt: Instant | undefined;

  get size(): number {
    return this.#destinations.size;
  }

  /** Destinations that stay when the table is full. */
  keep(important: ReadonlySet<NodeId>): void {
    this.#important = important;
  }

  isImportant(destination: NodeId): boolean {
    return this.#important.has(destination);
  }

  destination(id: NodeId): Destination | undefined {
    return this.#destinations.get(id);
  }

  [Symbol.iterator](): IterableIterator<Destination> {
    return this.#destinations.values();
  }

  /** Puts a candidate, replacing the same neighbour's. The destination must be there, or have been let in by `makeRoom`. */
  put(candidate: Candidate): Destination {
    const id = candidate.announcement.origin;
    const destination = this.#destinations.get(id) ?? { id, candidates: new Map(), selected: undefined };
    this.#destinations.set(id, destination);
    destination.candidates.set(candidate.via, candidate);
    const ends = expiresAt(candidate.announcement);
    if (this.#expiresAt === undefined || ends < this.#expiresAt) this.#expiresAt = ends;
    return destination;
  }

  /** Takes one neighbour's candidate away. The destination stays until `forgetIfEmpty`. */
  remove(id: NodeId, via: NodeId): boolean {
    return this.#destinations.get(id)?.candidates.delete(via) ?? false;
  }

  forgetIfEmpty(destination: Destination): void {
    if (destination.candidates.size === 0 && !destination.selected) this.#destinations.delete(destination.id);
  }

  /** When candidates may have to be ended. */
  deadline(): Instant | undefined {
    return this.#expiresAt;
  }

  /** Ends candidates whose announcement's lifetime passed; returns the destinations that lost one. */
  expire(now: Instant): readonly Destination[] {
    if (this.#expiresAt === undefined || now < this.#expiresAt) return [];
    this.#expiresAt = undefined;
    const changed: Destination[] = [];
    for (const destination of this.#destinations.values()) {
      let lost = false;
      for (const [via, { announcement }] of destination.candidates) {
        const ends = expiresAt(announcement);
        if (ends <= now) lost = destination.candidates.delete(via);
        else if (this.#expiresAt === undefined || ends < this.#expiresAt) this.#expiresAt = ends;
      }
      if (lost) changed.push(destination);
    }
    return changed;
  }

  /**
   * Who has to leave so that `id`, at `metric` over `via`, gets in: `undefined` when nobody has to, `id` itself when it may not.
   * The neighbour that brought the most gives way first, with its farthest destination; important ones never do.
   */
  victim(id: NodeId, via: NodeId, metric: number, terrain: Terrain): NodeId | undefined {
    if (this.#destinations.size < ROUTES_MAX || this.#destinations.has(id)) return undefined;
    const others = [...this.#destinations.values()].filter((destination) => !this.isImportant(destination.id));
    const brought = new Map<NodeId, number>([[via, 1]]);
    for (const { selected } of others) {
      if (selected) brought.set(selected.via, (brought.get(selected.via) ?? 0) + 1);
    }
    const most = Math.max(...brought.values());
    let farthest = { id, metric: this.isImportant(id) || brought.get(via) !== most ? -1 : metric };
    for (const { id: other, selected } of others) {
      const distance = selected ? metricOf(selected, terrain) : Number.POSITIVE_INFINITY;
      const gives = !selected || brought.get(selected.via) === most;
      if (gives && distance > farthest.metric) farthest = { id: other, metric: distance };
    }
    return farthest.id;
  }
}
