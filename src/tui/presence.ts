import type { Peer } from '../api/shapes.ts';
import { ago } from './drawing/format.ts';

/** How we stand to a node: a link to it, a way through others, heard on this network without a link, or none of these. */
export type Presence = 'connected' | 'reachable' | 'near' | 'away';

/** What is so of a peer now, as far as this node knows. */
export function presence({ state, hops }: Peer): Presence {
  if (state === 'connected') return 'connected';
  if (hops !== undefined) return 'reachable';
  return state === 'discovered' ? 'near' : 'away';
}

/** From near to far. */
export const PRESENCES: readonly Presence[] = ['connected', 'reachable', 'near', 'away'];

/** The order in which peers are listed: by how we stand to them, those we have named before strangers, by hops, by name. */
export const byNearness = (a: Peer, b: Peer): number =>
  PRESENCES.indexOf(presence(a)) - PRESENCES.indexOf(presence(b)) ||
  Number(isStranger(a)) - Number(isStranger(b)) ||
  (a.hops ?? 0) - (b.hops ?? 0) ||
  COLLATOR.compare(a.name, b.name);

/** Whether a node bears the name that it gives itself: nobody here has named it. */
const isStranger = ({ name }: Peer): boolean => name.startsWith('~');

/** Ten thousand names are compared at once. */
const COLLATOR = new Intl.Collator();

/** When a peer was heard last, in words; empty when it never was. */
export const heard = ({ lastSeen }: Pick<Peer, 'lastSeen'>, now: number): string =>
  lastSeen === 0 ? '' : ago(lastSeen, now);
