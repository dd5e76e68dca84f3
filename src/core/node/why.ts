import type { Instant } from '../base/time.ts';
import { fromBase32 } from '../bytes/base32.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Routes } from '../mesh/routes.ts';
import { ageSeconds, type Shelf } from '../store/shelf.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Deliveries } from './deliveries.ts';
import type { PeerBook } from './peer-book.ts';
import type { Sessions } from './sessions.ts';

type Parts = {
  readonly shelf: Shelf;
  readonly deliveries: Deliveries;
  readonly sessions: Sessions;
  readonly routes: Routes;
  readonly peers: PeerBook;
};

/** Why a message of ours, or a peer, is in the state it is in, in sentences that this node can stand by. */
export function whyOf(what: EnvelopeId | NodeId, parts: Parts, now: Instant): string[] {
  const isNode = fromBase32(what)?.length === 32;
  return isNode ? whyPeer(what as NodeId, parts) : whyMessage(what as EnvelopeId, parts, now);
}

/** Why a peer can or cannot be reached now. */
function whyPeer(id: NodeId, { sessions, routes, peers, shelf }: Parts): string[] {
  const waiting = [...shelf.waitingFor(id)].filter(({ head }) => !head.silent).length;
  const lines = waiting > 0 ? [`${waiting} ${waiting === 1 ? 'message is' : 'messages are'} kept here for it`] : [];
  const session = sessions.with(id);
  if (session) return [`it is connected, at ${session.connection.address}`, ...lines];
  const route = routes.entries(id).find(({ selected }) => selected);
  if (route) return [`it is not connected; there is a route of ${route.hops} hops over ${route.nextHop}`, ...lines];
  const peer = peers.get(id);
  if (!peer) return ['nothing has been heard of it: no address, no route', ...lines];
  const tried =
    peer.addresses.length === 0 ? 'no address of it is known' : `it does not answer at ${peer.addresses.join(', ')}`;
  return [`it is not connected and there is no route to it; ${tried}`, ...lines];
}

/** Why a message of ours is in the state it is in; empty when it is not on its way any more. */
function whyMessage(id: EnvelopeId, parts: Parts, now: Instant): string[] {
  const delivery = parts.deliveries.get(id);
  const held = parts.shelf.get(id);
  if (!delivery || !held) return [];
  const left = held.head.ttlSeconds - ageSeconds(held, now);
  const until = `it is tried for ${Math.ceil(left / 3600)} more hours, on everything that could help`;
  const carriers = held.head.handedTo.length;
  switch (delivery.state) {
    case 'queued':
      return ['it is on this disk, and nobody else has it yet', ...whyPeer(held.head.to as NodeId, parts), until];
    case 'carried':
      return [`${carriers} other nodes said that they keep it; no receipt has come back yet`, until];
    case 'sent':
      return ["the recipient's own node said that it has it; its receipt has not come yet", until];
    default:
      return [];
  }
}
