import { cut, graphemes, width } from '../cells.ts';
import * as guard from '../guard.ts';

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
