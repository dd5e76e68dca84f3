import type { Peer } from '../../api/shapes.ts';
import { cut, graphemes, width } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { presence } from '../presence.ts';

/**
 * A name in at most `cells` cells. Of `~name.k7qd` the letters of the id stay whatever is cut, because they are what tells
 * two nodes of the same name apart.
 */
export function shortName(name: string, cells: number, mark: string): string {
  const clean = guard.line(name);
  const tail = /^~.*(\.[a-z2-7]{4,8})$/u.exec(clean)?.[1];
  if (tail === undefined || width(clean) <= cells || cells < width(tail) + 3) return cut(clean, cells, mark);
  let head = '';
  const room = cells - width(tail) - width(mark);
  for (const character of graphemes(clean)) {
    if (width(head + character) > room) break;
    head += character;
  }
  return head + mark + tail;
}

/** The sign before a node's name: full where it can be reached, a ring where it cannot now. */
export function presenceSign(peer: Peer, { signs, good, dim, warn }: Theme): string {
  const is = presence(peer);
  if (is === 'connected') return good(signs.near);
  if (is === 'reachable') return dim(signs.near);
  return is === 'near' ? warn(signs.away) : dim(signs.away);
}
