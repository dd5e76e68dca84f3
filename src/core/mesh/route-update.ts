import { HOPS_MAX, LINK_COST_MAX, LINK_COST_MIN } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { type NodeId, nodeIdOf } from '../crypto/node-id.ts';
import { METRIC_INFINITE, type Route } from '../wire/mesh-message.ts';
import type { Announcement } from './announcement.ts';

/** What one route of a neighbour's message means, checked. */
export type RouteUpdate = { readonly origin: NodeId } /** A way over this neighbour, and its distance. */ & (
  | { readonly is: 'way'; readonly announcement: Announcement; readonly metric: number; readonly hops: number }
  /** No way over this neighbour. */
  | { readonly is: 'retraction' }
  /** A number that the neighbour has seen and waits for; it says nothing about ways (docs/protocol.md §2.1). */
  | { readonly is: 'proof'; readonly announcement: Announcement }
);

/**
 * Reads a route that `from` sent.
 *
 * @param verified - gives the verified announcement of a signed route, or `undefined` when there is no room for it; throws for a forged one.
 * @throws PeerError('meshViolation') for a distance that no honest neighbour announces.
 */
export function readUpdate(
  from: NodeId,
  route: Route,
  verified: (origin: NodeId, route: Route) => Announcement | undefined,
): RouteUpdate {
  const origin = nodeIdOf(route.origin);
  const { metric, hops } = route;
  if (metric < METRIC_INFINITE) checkDistance(from, origin, route);
  const announcement = route.signature.length > 0 ? verified(origin, route) : undefined;
  if (announcement && metric === METRIC_INFINITE) return { is: 'proof', origin, announcement };
  // So far away that no link could be added: as good as nowhere.
  if (!announcement || metric > METRIC_MAX || hops >= HOPS_MAX) return { is: 'retraction', origin };
  return { is: 'way', origin, announcement, metric, hops };
}

/** The largest distance to which every link cost can be added. */
const METRIC_MAX = METRIC_INFINITE - 1 - LINK_COST_MAX;

function checkDistance(from: NodeId, origin: NodeId, { metric, hops }: Route): void {
  const isItself = from === origin;
  if (isItself !== (hops === 0) || isItself !== (metric === 0)) {
    throw new PeerError('meshViolation', 'a distance of zero to another, or of more to itself');
  }
  if (metric < hops * LINK_COST_MIN) throw new PeerError('meshViolation', 'a route shorter than its links');
}
