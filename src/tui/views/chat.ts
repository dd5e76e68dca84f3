import { type DeliveryState, sign } from '../../commands/show.ts';
import { cut, fill, padEnd, ruled, width } from '../cells.ts';
import { type Block, block, columns } from '../chat-rows.ts';
import { type Conversation, mentionOf } from '../conversations.ts';
import { clock } from '../format.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import { type Pane, visible } from '../scroll.ts';
import type { Style, Theme } from '../theme.ts';
import { wrap } from '../wrap.ts';
import { shortName } from './name.ts';
import { welcome } from './welcome.ts';

/** The open conversation, newest line at the bottom: exactly `rows` lines of at most `cols` cells. */
export function chat(state: ViewState, pane: Pane, theme: Theme): string[] {
  const conversation = openConversation(state);
  if (!conversation) return welcome(state, pane, theme);
  const sight = visible(conversation, state.anchor, pane);
  if (!sight) return nothingYet(conversation, pane, theme);
  const rows: string[] = [];
  for (let index = sight.from; index <= sight.to; index++) {
    rows.push(...drawn(block(conversation, index, pane.cols), state, pane.cols, theme));
  }
  const shown = rows.slice(sight.above, rows.length - sight.below);
  const all = [...fill([], pane.rows - shown.length), ...shown];
  // So narrow that not even the columns fit.
  return pane.cols < 20 ? all.map((row) => cut(row, pane.cols)) : all;
}

function drawn(of: Block, state: ViewState, cols: number, theme: Theme): string[] {
  const { message } = of;
  const at = columns(cols);
  const wall = `${theme.dim(theme.signs.wall)} `;
  const tick =
    message.state === undefined
      ? crossed(message.hops, theme)
      : tickStyle(message.state, theme)(sign(message.state, { ascii: theme.signs.name === 'ascii' }));
  const indent = ' '.repeat(1 + at.time + at.name + 1) + wall;
  const time = at.time > 0 ? theme.dim(padEnd(clock(message.received), at.time)) : '';
  const rows: string[] = [];
  if (of.day !== undefined) rows.push(theme.dim(ruled(dayLabel(of.day, state.now), cols, theme.signs.rule)));
  if (of.fresh) rows.push(theme.warn(ruled('new', cols, theme.signs.rule)));
  for (const line of of.gap) rows.push(indent + theme.warn(cut(line, at.text)));
  for (const [row, line] of of.lines.entries()) {
    const left = row === 0 ? ` ${time}${sender(of, state, at.name, theme)} ${wall}` : indent;
    const text = emphasized(line, state, theme);
    const last = row === of.lines.length - 1 && tick !== '';
    rows.push(last ? `${left}${padEnd(text, at.text)} ${tick}` : left + text);
  }
  for (const line of of.reason) rows.push(indent + theme.bad(line));
  return rows;
}

function sender({ message, named }: Block, { me }: ViewState, cells: number, theme: Theme): string {
  if (!named) return ' '.repeat(cells);
  const own = message.from === me.id;
  const name = shortName(own && me.name !== '' ? me.name : message.fromName, cells, theme.signs.more);
  const look = theme.person(message.from)(name);
  return ' '.repeat(Math.max(0, cells - width(name))) + (own ? theme.bold(look) : look);
}

/** How many links a message of somebody else's crossed, when it was more than one. */
const crossed = (hops: number, { dim, signs }: Theme): string =>
  hops > 1 ? dim(`${Math.min(hops, 9)}${signs.hops}`) : '';

const LINK = /\bhttps?:\/\/[^\s<>"]+/g;

function emphasized(line: string, { me }: ViewState, theme: Theme): string {
  const linked = line.replace(LINK, (link) => theme.link(link));
  return me.name === '' ? linked : linked.replace(mentionOf(me), (name) => theme.mention(name));
}

function tickStyle(state: DeliveryState, theme: Theme): Style {
  if (state === 'expired' || state === 'refused') return theme.bad;
  if (state === 'read') return theme.accent;
  if (state === 'delivered') return (text) => text;
  return state === 'queued' ? theme.warn : theme.dim;
}

const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

function dayLabel(day: string, now: number): string {
  if (day === DAY.format(now)) return 'Today';
  return day === DAY.format(now - 86_400_000) ? 'Yesterday' : day;
}

/** An empty conversation says what is true of what will be written there. */
function nothingYet({ kind, name, history }: Conversation, pane: Pane, theme: Theme): string[] {
  if (history === 'unread') return fill([], pane.rows);
  const who = shortName(name, 40, theme.signs.more);
  const words =
    kind === 'channel'
      ? `Nothing has been said in ${who} since you joined. What you write goes to everybody who listens there now, or comes by while it lives.`
      : `Nothing has been said with ${who} yet. What you write is sealed for ${who} alone; when ${who} is away it waits here and goes out on return.`;
  const lines = wrap(words, Math.max(8, Math.min(60, pane.cols - 6))).map((line) =>
    theme.dim(cut(`   ${line}`, pane.cols)),
  );
  return [
    ...fill([], Math.max(0, (pane.rows - lines.length) >> 1)),
    ...fill(lines, pane.rows - ((pane.rows - lines.length) >> 1)),
  ];
}
