import { plural } from '../../commands/show.ts';
import { fuzzy } from '../../core/base/fuzzy.ts';
import { padEnd } from '../drawing/cells.ts';
import { span } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import type { PaneOf } from '../pane.ts';
import type { Place } from '../places.ts';
import { presence } from '../presence.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame } from './frame.ts';
import { shortName } from './name.ts';

type Known = Pick<ViewState, 'peers' | 'conversations' | 'now'>;

/** Where one can go from here, found by a few letters. */
export function goto(state: Known, shown: PaneOf<'goto'>, found: readonly Place[], pane: Area, theme: Theme): string[] {
  const { signs } = theme;
  const typed =
    shown.query === '' ? theme.dim('a few letters of a chat, a person, a view or a command') : guard.line(shown.query);
  const head = [` ${theme.accent(signs.prompt)} ${typed}${shown.query === '' ? '' : theme.accent('▏')}`, ''];
  const rows = Math.max(0, bodyRows(pane) - head.length);
  const chosen = Math.max(0, Math.min(shown.chosen, found.length - 1));
  const from = Math.max(0, Math.min(chosen - (rows >> 1), found.length - rows));
  const cells = Math.max(10, Math.min(40, pane.cols >> 1));
  const lines = found.slice(from, from + rows).map((place, at) => {
    const isChosen = from + at === chosen;
    const name = padEnd(shortName(place.name, cells, signs.more), cells);
    const words = guard.line(about(place, state));
    if (isChosen) return theme.chosen(padEnd(` ${signs.pointer} ${name} ${words}`, pane.cols));
    return `   ${marked(name, shown.query, theme)} ${theme.dim(words)}`;
  });
  if (found.length === 0) lines.push(theme.dim('   nothing is called so · Esc empties the line'));
  return frame('Go to…', [...head, ...lines], ['type', '↑↓ choose', 'Enter go', 'Esc back'], pane, theme);
}

/** A name with the letters that match made bold. */
function marked(name: string, query: string, theme: Theme): string {
  const at = new Set(query === '' ? [] : fuzzy(query, name)?.at);
  if (at.size === 0) return name;
  let index = 0;
  return [...name]
    .map((letter) => {
      const isFound = at.has(index);
      index += letter.length;
      return isFound ? theme.bold(letter) : letter;
    })
    .join('');
}

/** What a place is. */
function about(place: Place, { peers, conversations, now }: Known): string {
  switch (place.kind) {
    case 'chat': {
      const latest = conversations.find(({ id }) => id === place.id)?.messages.at(-1);
      const unread = place.unread > 0 ? `${place.unread} unread` : '';
      const when = latest ? `last line ${span(Math.max(0, now - latest.received))} ago` : '';
      return ['chat', unread, when].filter((part) => part !== '').join(', ');
    }
    case 'person': {
      const peer = peers.find(({ id }) => id === place.id);
      const is = peer ? presence(peer) : 'not heard of';
      return `person, ${is === 'reachable' ? plural(peer?.hops ?? 0, 'hop') : is}: begins a chat`;
    }
    case 'view':
      return `view, ${place.keys}`;
    case 'command':
      return place.about;
  }
}
