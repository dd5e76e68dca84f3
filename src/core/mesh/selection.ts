import { METRIC_CHANGE_SHARE } from '../base/limits.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Announcement } from './announcement.ts';

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
  /** What others are told of it, made when the first of them is. */
  telling: Telling | undefined;
  /** What it counts among, should the table be full. */
  lot: Lot | undefined;
};

/** A distance, as it is said to neighbours. All who were told of it share one. */
export type Telling = { readonly announcement: Announcement; readonly metric: number; readonly hops: number };

/** What one neighbour brought: the destinations whose selected route goes over it (brought.ts). */
export type Lot = {
  /** The neighbour; of what nobody brings there is none. */
  readonly via: NodeId | undefined;
  readonly destinations: Set<Destination>;
  /** Found again when somebody asks. */
  farthest: Far | undefined;
};

/** A destination, and the metric of its selected route. */
export type Far = { readonly id: NodeId; readonly metric: number };

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
