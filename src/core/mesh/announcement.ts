import { after, type Instant } from '../base/time.ts';
import { latin1, latin1Bytes } from '../bytes/latin1.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';
import { signedBytes } from '../crypto/purpose.ts';
import type { Suite } from '../crypto/suite.ts';
import { announcement, type Route } from '../wire/mesh-message.ts';

/** What an origin signed about itself (docs/protocol.md §2.1), verified. Made once per sequence number and shared by all routes that carry it. */
export type Announcement = {
  readonly origin: NodeId;
  /** Higher is newer; at most 2^53 − 1. */
  readonly seqno: number;
  readonly features: number;
  readonly lifetimeSeconds: number;
  /** Ed25519, 64 bytes, purpose `route`, as text (`latin1`). */
  readonly signature: string;
  /** When it came here first: its lifetime runs from then, however often it comes again. */
  readonly heardAt: Instant;
};

/** When routes that carry this announcement end. */
export const expiresAt = (of: Announcement): Instant => after(of.heardAt, of.lifetimeSeconds * 1000);

/** The route message that passes an announcement on, with the distance from the one that says it. */
export const routeOf = (of: Announcement, metric: number, hops: number): Route => ({
  origin: nodeIdBytes(of.origin),
  seqno: of.seqno,
  features: of.features,
  lifetimeSeconds: of.lifetimeSeconds,
  signature: latin1Bytes(of.signature),
  metric,
  hops,
});

/** An announcement of one's own. */
export function announce(
  suite: Suite,
  by: { readonly seed: Uint8Array; readonly network: Uint8Array },
  claim: Omit<Announcement, 'signature'>,
): Announcement {
  const message = announcement({ ...claim, origin: nodeIdBytes(claim.origin) });
  return { ...claim, signature: latin1(suite.sign(by.seed, signedBytes('route', by.network, message))) };
}

/** Whether the origin named in a route really signed it, in this network. The origin must be a valid key. */
export const isGenuine = (suite: Suite, network: Uint8Array, route: Route): boolean =>
  suite.verify(route.origin, signedBytes('route', network, announcement(route)), route.signature);
