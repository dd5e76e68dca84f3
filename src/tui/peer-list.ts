import type { Contact, Peer } from '../api/shapes.ts';
import type { PaneOf } from './pane.ts';
import { byNearness } from './presence.ts';
import type { ViewState } from './screen-state.ts';

/** By what peers are sorted. */
export type PeerOrder = (typeof PEER_ORDERS)[number];
/** In the turn in which `s` goes through them. */
export const PEER_ORDERS = ['nearness', 'name', 'round trip', 'last heard', 'unread'] as const;

type Known = Pick<ViewState, 'peers' | 'conversations'>;
type Pane = PaneOf<'peers'>;

/** The peers that pass the filter, in the order that was chosen. */
export function listedPeers(
  { peers, conversations }: Known,
  { filter = '', order }: Pick<Pane, 'filter' | 'order'>,
): readonly Peer[] {
  const key = `${order} ${filter}`;
  const known = made.get(peers);
  if (known?.key === key && known.conversations === conversations) return known.list;
  const wanted = filter.toLowerCase();
  const passing = peers.filter(({ name, id }) => wanted === '' || `${name} ${id}`.toLowerCase().includes(wanted));
  const unread = new Map(conversations.map((one) => [one.id, one.unread]));
  const list = passing.sort(ORDERS[order](unread));
  made.set(peers, { key, conversations, list });
  return list;
}

/** Ten thousand peers are not sorted again for every key. */
type Made = { readonly key: string; readonly conversations: Known['conversations']; readonly list: readonly Peer[] };
const made = new WeakMap<readonly Peer[], Made>();

/** The peer that keys act on: the one chosen, while it is listed, else the first. */
export function chosenPeer(state: Known, pane: Pane): Peer | undefined {
  const list = listedPeers(state, pane);
  return list.find(({ id }) => id === pane.chosen) ?? list[0];
}

/** What we have noted of a peer: a name, that it was verified, that it is blocked. */
export const contactOf = ({ shows }: Pane, id: string): Contact | undefined =>
  shows?.contacts.find((contact) => contact.id === id);

type Order = (a: Peer, b: Peer) => number;

const COLLATOR = new Intl.Collator();
const byName: Order = (a, b) => COLLATOR.compare(a.name, b.name);
/** What is not known comes last. */
const rising = (a: number | undefined, b: number | undefined): number =>
  a === b ? 0 : (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);

const ORDERS: Readonly<Record<PeerOrder, (unread: ReadonlyMap<string, number>) => Order>> = {
  nearness: () => byNearness,
  name: () => byName,
  'round trip': () => (a, b) => rising(a.rttMs, b.rttMs) || byNearness(a, b),
  'last heard': () => (a, b) => b.lastSeen - a.lastSeen || byNearness(a, b),
  unread: (unread) => (a, b) => (unread.get(b.id) ?? 0) - (unread.get(a.id) ?? 0) || byNearness(a, b),
};
