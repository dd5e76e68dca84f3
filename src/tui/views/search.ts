import type { Message } from '../../api/shapes.ts';
import { cut, padEnd, padStart, width } from '../drawing/cells.ts';
import { clock, shortDay } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import { conversationOf } from '../reading/conversations.ts';
import type { Area } from '../reading/scroll.ts';
import type { SearchPane } from '../reading/search-pane.ts';
import { questionOf } from '../reading/searching.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame } from './frame.ts';
import { shortName } from './name.ts';

/** Lines that were found, the newest first, each in a row with what was looked for in it: exactly `rows` lines. */
export function search(state: ViewState, pane: SearchPane, area: Area, theme: Theme): string[] {
  const where = pane.where ? shortName(pane.where.name, 24, theme.signs.more) : 'all conversations';
  const asked = ` / ${cut(guard.line(pane.query), area.cols - 5, theme.signs.more)}${theme.accent('▏')}`;
  const room = bodyRows(area) - 2;
  const body = pane.hits.length > 0 ? found(state, pane, { ...area, rows: room }, theme) : nothing(pane, area, theme);
  return frame(`Search in ${where}`, [asked, theme.dim(`   ${told(pane)}`), ...body], keysOf(pane), area, theme);
}

function keysOf({ where, hits, from }: SearchPane): string[] {
  const scope = where ? 'Tab all conversations' : from.open ? `Tab only ${guard.line(from.open.name)}` : '';
  const keys = hits.length > 0 ? ['↑↓ choose', 'Enter goes there', scope, 'Esc back'] : [scope, 'Esc back'];
  return keys.filter((key) => key !== '');
}

/** What there is to know about the answer, in a line. */
function told(pane: SearchPane): string {
  const { failed, indexing, hits, more, at } = pane;
  if (failed !== undefined) return `not searched: ${guard.line(failed)}`;
  const late = indexing ? ` · the index is being made, ${indexing.done} of ${indexing.of} lines are in it` : '';
  if (pane.query.trim() === '' || questionOf(pane) !== pane.asked) return late.replace(/^ · /, '');
  if (hits.length === 0) return `nothing found${late}`;
  return `${at + 1} of ${hits.length}${more ? ' or more' : ''}, the newest first${late}`;
}

function found(state: ViewState, pane: SearchPane, { cols, rows }: Area, theme: Theme): string[] {
  const from = Math.max(0, Math.min(pane.at - (rows >> 1), pane.hits.length - rows));
  return pane.hits
    .slice(from, from + Math.max(0, rows))
    .map((hit, index) => row(hit, from + index === pane.at, pane, state, cols, theme));
}

/** When, where unless only one place is searched, who, and the words with those that were looked for. */
function row(hit: Message, chosen: boolean, pane: SearchPane, state: ViewState, cols: number, theme: Theme): string {
  const { more, pointer } = theme.signs;
  const day = shortDay(hit.received, state.now);
  // Where there is little room, the day says more than the hour.
  const full = `${day} ${clock(hit.received)}`.trim();
  const when =
    cols >= 80 ? `${padStart(full, 12)}  ` : cols >= 50 ? `${padStart(day || clock(hit.received), 6)}  ` : '';
  const wide = cols >= 80 ? 13 : 8;
  const place = pane.where || cols < 50 ? '' : padEnd(cut(placeOf(hit, state), wide, more), wide + 1);
  const called = cols >= 80 ? 11 : 7;
  const name = cut(guard.line(hit.from === state.me.id ? state.me.name : hit.fromName), called, more);
  const who = theme.person(hit.from)(name) + ' '.repeat(Math.max(1, called + 1 - width(name)));
  const left = ` ${chosen ? theme.accent(pointer) : ' '} ${theme.dim(when)}${place}${who}`;
  const room = Math.max(1, cols - width(left));
  const text = hit.deleted
    ? theme.dim(cut('a deleted line', room, more))
    : snippet(guard.line(near(hit.text, pane.words, room)), pane.words, room, theme);
  return left + (chosen ? theme.bold(text) : text);
}

const placeOf = (hit: Message, { conversations, me }: ViewState): string => {
  const id = conversationOf(hit, me);
  const known = conversations.find((conversation) => conversation.id === id);
  return guard.line(known?.name ?? (hit.channel === undefined ? hit.fromName : `#${hit.channel}`));
};

/** What is around the first of the words, more than has room: a line may have 60 kB, and forty of them are drawn at each key. */
function near(text: string, words: readonly string[], cells: number): string {
  const first = Math.max(0, text.search(wanted(words, 'iu') ?? /$^/u));
  const from = Math.max(0, first - cells * 4);
  return text.slice(from, first + cells * 8).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}

/** Finds any of the words; none when there are none. */
function wanted(words: readonly string[], flags: string): RegExp | undefined {
  const each = words.filter((word) => word !== '').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return each.length === 0 ? undefined : new RegExp(each.join('|'), flags);
}

/** As much of a line as has room, with the words that were looked for; it begins later when the first of them would not be seen. */
function snippet(line: string, words: readonly string[], cells: number, theme: Theme): string {
  const marked = wanted(words, 'giu');
  if (!marked) return cut(line, cells, theme.signs.more);
  const first = line.search(marked);
  const before = first < 0 ? '' : line.slice(0, first);
  const late = width(before) > cells / 2;
  const begins = late ? Math.max(0, first - (cells >> 2)) : 0;
  const part = late ? theme.signs.more + line.slice(begins).replace(/^\p{M}+/u, '') : line;
  return cut(part, cells, theme.signs.more).replace(marked, (word) => theme.mention(word));
}

/** Before there is anything to show: what can be typed. */
function nothing({ query }: SearchPane, { cols }: Area, theme: Theme): string[] {
  if (query.trim() !== '') return [];
  const ways = [
    ['relay school', 'lines with both, in any order'],
    ['"to the hill"', 'just so'],
    ['from:bob', 'what bob wrote'],
    ['after:2026-11-01', 'not older (before: not newer)'],
  ] as const;
  const words = 'Type a part of what was written. All of the past is looked through, not only what the screen holds.';
  return [
    '',
    ...wrap(words, Math.max(10, cols - 6)).map((line) => `   ${line}`),
    '',
    ...ways.map(([typed, does]) => `   ${theme.accent(padEnd(typed, 18))} ${theme.dim(does)}`),
  ];
}
