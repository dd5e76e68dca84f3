import { CARRIED_BYTES_MAX, LANE_SHARES } from '../base/limits.ts';
import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Held, Shelf } from '../store/shelf.ts';
import { ageSeconds } from '../store/shelf.ts';
import { ENVELOPE_KINDS } from '../wire/envelope.ts';
import type { HeldView, PeerView, RouteView, StoreView } from './commands.ts';
import type { CustodyCounts } from './custody.ts';
import type { PeerBook } from './peer-book.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

/** Everybody this node knows of: connected, heard of by mDNS, remembered, or reachable by a route. */
export function peerViews(
  self: NodeId,
  { peers, sessions, routes }: { readonly peers: PeerBook; readonly sessions: Sessions; readonly routes: Routes },
  calendar: Timestamp,
): PeerView[] {
  const views: PeerView[] = [];
  const ways = new Map(
    routes
      .entries()
      .filter(({ selected, to }) => selected && to !== self)
      .map(({ to, hops, ageMs }) => [to, { hops, lastSeen: timestamp(Math.round(calendar - ageMs)) }]),
  );
  for (const peer of peers.all()) {
    const session = sessions.isHere(peer.id) ? sessions.with(peer.id) : undefined;
    const way = ways.get(peer.id);
    views.push({
      id: peer.id,
      selfName: peer.name,
      addresses: session ? [session.connection.address, ...peer.addresses] : peer.addresses,
      source: peer.source,
      state: session ? 'connected' : peer.nearby ? 'discovered' : 'known',
      roles: peer.roles,
      rttMs: session?.connection.rttMs,
      lossShare: session?.connection.link.lossShare,
      hops: session ? 1 : way?.hops,
      named: peer.named,
      lastSeen: session ? calendar : later(peer.lastSeen, way?.lastSeen),
      goodbyeAt: session ? undefined : peer.goodbyeAt,
    });
    ways.delete(peer.id);
  }
  for (const [id, { hops, lastSeen }] of ways) views.push(strangerByRoute(id, hops, lastSeen));
  return views;
}

/** Somebody far away was there when it last announced itself. */
const later = (a: Timestamp, b: Timestamp | undefined): Timestamp => (b !== undefined && b > a ? b : a);

const strangerByRoute = (id: NodeId, hops: number, lastSeen: Timestamp): PeerView => ({
  id,
  selfName: '',
  addresses: [],
  source: 'route',
  state: 'known',
  roles: [],
  rttMs: undefined,
  lossShare: undefined,
  hops,
  named: false,
  lastSeen,
  goodbyeAt: undefined,
});

/** The ways to one node, or to all, with the round trip to the next hop. A neighbour is its own next hop. */
export function routeViews(routes: Routes, sessions: Sessions, to: NodeId | undefined): RouteView[] {
  const views: RouteView[] = routes.entries(to).map((route) => ({
    ...route,
    ...measured(sessions.with(route.nextHop)),
  }));
  const straight = new Set(views.filter((view) => view.to === view.nextHop).map((view) => view.to));
  for (const session of sessions.all()) {
    const { peer } = session;
    if ((to !== undefined && peer !== to) || straight.has(peer)) continue;
    views.push({ to: peer, nextHop: peer, hops: 1, metric: 0, ...measured(session), ageMs: 0, selected: true });
  }
  return views;
}

/** What the link to a neighbour was measured to do. */
const measured = (session: Session | undefined): Pick<RouteView, 'rttMs' | 'lossShare'> => ({
  rttMs: session?.connection.rttMs,
  lossShare: session?.connection.link.lossShare,
});

/** What may be given on, with the hop that the next holder is told (docs/protocol.md §3). */
export function heldViews(shelf: Shelf, now: Instant): HeldView[] {
  return [...shelf.all()].flatMap((held) => {
    const { id, to, lane, hopCount, hopsMax } = held.head;
    const count = lane === 'own' ? 0 : hopCount + 1;
    return held.kept && count <= hopsMax ? [{ id, to, hop: { count, ageSeconds: ageSeconds(held, now) } }] : [];
  });
}

/** What is kept, for whom, and what was not. */
export function storeView(shelf: Shelf, seen: number, counts: CustodyCounts, now: Instant): StoreView {
  const outbox = [...shelf.all()].filter(({ head }) => head.lane === 'own' && !head.silent);
  const carried = [...shelf.all()].filter(({ head }) => head.lane !== 'own');
  return {
    outbox: { ...total(outbox), oldestMs: oldestMs(outbox, now) },
    carried: total(carried),
    lanes: LANES.map((lane) => ({
      lane,
      ...shelf.quota().lane(lane),
      bytesMax: CARRIED_BYTES_MAX * LANE_SHARES[lane],
    })),
    seen,
    perRecipient: [...shelf.recipients()].map((to) => {
      const held = [...shelf.waitingFor(to)];
      const left = held.map((one) => one.head.ttlSeconds - ageSeconds(one, now));
      const kind = held.some(({ head }) => head.kind === ENVELOPE_KINDS.channel) ? 'channel' : 'direct';
      const expiresInMs = Math.max(0, Math.min(...left)) * 1000;
      return { to, kind, ...total(held), oldestMs: oldestMs(held, now), expiresInMs };
    }),
    expired: counts.expired,
    evicted: counts.evicted,
    refused: counts.refused,
  };
}

/** Whose mail is carried; each has its own share of the room. */
const LANES = ['contact', 'neighbour', 'stranger'] as const;

const total = (held: readonly Held[]) => ({
  envelopes: held.length,
  bytes: held.reduce((sum, { head }) => sum + head.size, 0),
});

const oldestMs = (held: readonly Held[], now: Instant): number =>
  held.reduce((oldest, one) => Math.max(oldest, ageSeconds(one, now) * 1000), 0);
