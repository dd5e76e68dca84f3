import type { Peer } from '../api/shapes.ts';
import { ago } from './format.ts';

/** How we stand to a node: a link to it, a way through others, heard on this network without a link, or none of these. */
export type Presence = 'connected' | 'reachable' | 'near' | 'away';

/** What is so of a peer now, as far as this node knows. */
export function presence({ state, hops }: Peer): Presence {
  if (state === 'connected') return 'connected';
  if (hops !== undefined) return 'reachable';
  return state === 'discovered' ? 'near' : 'away';
}

/** When a peer was heard last, in words; empty when it never was. */
export const heard = ({ lastSeen }: Peer, now: number): string => (lastSeen === 0 ? '' : ago(lastSeen, now));
