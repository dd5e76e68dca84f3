import type { Peer } from '../../api/shapes.ts';
import { fill, padEnd, width } from '../drawing/cells.ts';
import type { Theme } from '../drawing/theme.ts';
import { byNearness, presence } from '../presence.ts';
import type { Conversation } from '../reading/conversations.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { presenceSign, shortName } from './name.ts';

/** The list of chats with what is unread, and who is near: exactly `rows` lines of exactly `cols` cells, a wall at the right. */
export function sidebar(state: ViewState, { cols, rows }: Area, theme: Theme): string[] {
  const room = cols - 1;
  const near = state.peers.filter((peer) => presence(peer) !== 'away').toSorted(byNearness);
  const nearRows = near.length === 0 ? 0 : Math.min(near.length, Math.max(3, rows >> 2)) + 2;
  const chatRows = Math.max(1, rows - 1 - nearRows);
  const lines = [
    theme.bold(padEnd(' CHATS', room)),
    ...chats(state, chatRows).map(([conversation, position]) => entry(conversation, position, state, room, theme)),
  ];
  if (state.conversations.length === 0) lines.push(theme.dim(padEnd(' none yet', room)));
  if (nearRows > 0 && lines.length + 3 <= rows) {
    lines.push(padEnd('', room), theme.bold(padEnd(' NEARBY', room)));
    for (const peer of near.slice(0, rows - lines.length)) lines.push(person(peer, room, theme));
  }
  const wall = theme.dim(theme.signs.wall);
  return fill(lines, rows).map((line) => (line === '' ? ' '.repeat(room) : line) + wall);
}

/** The conversations that fit, with their positions: those round the open one when not all do. */
function chats({ conversations, open }: ViewState, rows: number): (readonly [Conversation, number])[] {
  const at = conversations.findIndex((conversation) => conversation.id === open);
  const from = Math.max(0, Math.min(at - (rows >> 1), conversations.length - rows));
  return conversations.slice(from, from + rows).map((conversation, index) => [conversation, from + index] as const);
}

function entry(conversation: Conversation, position: number, state: ViewState, room: number, theme: Theme): string {
  const { id, name, unread, mentions, muted } = conversation;
  const { signs } = theme;
  const count = unread === 0 ? '' : `${unread > 99 ? '99+' : unread}${mentions > 0 ? '!' : ''}`;
  const draft = state.drafts.has(id) ? `${signs.draft}${count === '' ? '' : ' '}` : '';
  const number = position < 10 ? String((position + 1) % 10) : ' ';
  // A count that touches a name would be read as its end.
  const taken = draft + count === '' ? 0 : width(draft + count) + 1;
  const label = padEnd(` ${number} ${shortName(name, room - 4 - taken, signs.more)}`, room - width(draft + count) - 1);
  if (id === state.open) return theme.chosen(`${label}${draft}${count} `);
  const marks = `${theme.dim(draft)}${muted ? count : (mentions > 0 ? theme.warn : theme.accent)(theme.bold(count))} `;
  // What gives no notice does not call for it here either.
  if (muted) return theme.dim(label) + theme.dim(marks);
  return (count === '' ? label : theme.bold(label)) + marks;
}

function person(peer: Peer, room: number, theme: Theme): string {
  const hops = peer.hops === undefined || peer.hops < 2 || room < 20 ? '' : ` ${peer.hops} hops `;
  const label = padEnd(shortName(peer.name, room - 3 - width(hops), theme.signs.more), room - 3 - width(hops));
  return ` ${presenceSign(peer, theme)} ${presence(peer) === 'near' ? theme.dim(label) : label}${theme.dim(hops)}`;
}
