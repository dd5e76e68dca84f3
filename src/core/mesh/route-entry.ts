import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { METRIC_INFINITE } from '../wire/mesh-message.ts';
import { compareCandidates, type Destination, metricOf, type Terrain, usable } from './selection.ts';

/** A way to somebody, as a person is shown it. */
export type RouteEntry = {
  readonly to: NodeId;
  readonly nextHop: NodeId;
  /** Links to the destination: 1 when it is the next hop. */
  readonly hops: number;
  /** METRIC_INFINITE while its next hop acknowledges nothing. */
  readonly metric: number;
  /** Since its announcement came here first. */
  readonly ageMs: number;
  readonly selected: boolean;
};

/** All ways to a destination: the selected one first, then by metric. */
export const entriesOf = ({ id, candidates, selected }: Destination, terrain: Terrain, now: Instant): RouteEntry[] =>
  [...candidates.values()]
    .sort((a, b) => Number(b === selected) - Number(a === selected) || compareCandidates(a, b, terrain))
    .map((candidate) => ({
      to: id,
      nextHop: candidate.via,
      hops: candidate.hops + 1,
      metric: Math.min(metricOf(candidate, terrain), METRIC_INFINITE),
      ageMs: now - candidate.announcement.heardAt,
      selected: candidate === selected,
    }));

/** Of them those that may be used, but none over `avoid`. */
export function waysOf(destination: Destination, terrain: Terrain, now: Instant, avoid?: ReadonlySet<NodeId>) {
  const others = [...destination.candidates].filter(([via]) => !avoid?.has(via));
  const ways = usable({ ...destination, candidates: new Map(others) }, terrain);
  return entriesOf({ ...destination, candidates: new Map(ways.map((way) => [way.via, way])) }, terrain, now);
}
