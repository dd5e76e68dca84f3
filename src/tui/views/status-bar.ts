import { plural, rtt } from '../../commands/show.ts';
import { TYPING_SHOWN_MS } from '../../core/base/limits.ts';
import { cut, padEnd, spread, width } from '../drawing/cells.ts';
import { clock } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { keyFor } from '../keys/key-map.ts';
import { layout } from '../layout.ts';
import { heard, presence } from '../presence.ts';
import type { Conversation } from '../reading/conversations.ts';
import { visible } from '../reading/scroll.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import { shortName } from './name.ts';

/** What is so at the moment, in one line of exactly `cols` cells. What is wrong comes before what is well. */
export function statusBar(state: ViewState, cols: number, theme: Theme): string {
  if (state.gone !== undefined) return theme.alarm(padEnd(nodeGone(state.gone, state, cols), cols));
  const parts = rightParts(state, theme);
  const conversation = openConversation(state);
  const left = conversation
    ? about(conversation, state, theme)
    : ` ${shortName(state.me.name || 'qpc', 30, theme.signs.more)}`;
  // The name of the chat keeps this much; parts go, least important first, before it is cut further.
  const keep = Math.min(width(left), 16);
  const shown = [...parts];
  const taken = () => shown.reduce((sum, part) => sum + width(part.text) + 2, 0);
  while (shown.length > 1 && taken() + keep > cols) shown.splice(least(shown), 1);
  const right = shown.map((part) => `  ${part.text}`).join('');
  return theme.bar(spread(cut(left, Math.max(0, cols - width(right)), theme.signs.more), right, cols));
}

type Part = { readonly rank: number; readonly text: string };

function rightParts(state: ViewState, theme: Theme): Part[] {
  const { status, signs } = { status: state.status, signs: theme.signs };
  const parts: Part[] = [];
  const open = openConversation(state);
  const writers = writing(state);
  const others = state.conversations.reduce(
    (sum, { id, unread, muted }) => sum + (id === state.open || muted ? 0 : unread),
    0,
  );
  const trouble = status?.troubles[0];
  if (state.anchor !== undefined || open?.newer)
    parts.push({ rank: 8, text: theme.warn(`${signs.down} ${newer(open)}: Esc`) });
  const above = newsAbove(state);
  if (above > 0)
    parts.push({ rank: 7, text: theme.warn(`${signs.up} ${above} new${explains(': ', state, 'first-unread')}`) });
  if (state.silent) parts.push({ rank: 8, text: theme.warn('! the node does not answer') });
  else if (trouble !== undefined)
    parts.push({
      rank: 7,
      text: theme.warn(`! ${cut(guard.line(trouble), 40, signs.more)}${explains(` ${signs.dot} `, state, 'doctor')}`),
    });
  if (writers !== '') parts.push({ rank: 3, text: theme.dim(writers) });
  if (others > 0) parts.push({ rank: 5, text: `${others} unread` });
  if (status) {
    const near = plural(status.connected, 'peer');
    parts.push({
      rank: 6,
      text: status.connected > 0 ? `${signs.near} ${near}` : theme.warn(`${signs.away} no peers`),
    });
    if (status.queued > 0) parts.push({ rank: 4, text: `${signs.waiting} ${status.queued} waiting` });
  } else parts.push({ rank: 6, text: 'asking the node' });
  parts.push({ rank: 1, text: clock(state.now) }, { rank: 9, text: `${theme.bold('?')} help ` });
  return parts;
}

/** What is below what is read. */
const newer = (open: Conversation | undefined): string =>
  open !== undefined && open.unread > 0 ? `${open.unread} new below` : 'newer lines';

/** How many new lines there are, when the first of them is above what is in sight. */
function newsAbove(state: ViewState): number {
  const open = openConversation(state);
  if (open?.fresh === undefined || state.pane.name !== 'chat') return 0;
  const index = open.messages.findLastIndex(({ id }) => id === open.fresh);
  const sight = visible(open, state.anchor, layout(state).main);
  return index < 0 || !sight || index < sight.from || (index === sight.from && sight.above > 0) ? open.news : 0;
}

/** Who is writing in the open conversation: `bob is writing`. */
function writing({ typing, open, now }: ViewState): string {
  const here = typing.filter(({ where, at }) => where === open && now - at < TYPING_SHOWN_MS);
  const names = here.map(({ fromName }) => shortName(fromName, 16, ''));
  if (names.length > 2) return `${names.length} are writing`;
  return names.length === 0 ? '' : `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} writing`;
}

function least(parts: readonly Part[]): number {
  let at = 0;
  for (const [index, part] of parts.entries()) if (part.rank < parts[at]!.rank) at = index;
  return at;
}

function about(conversation: Conversation, { peers, channels, now }: ViewState, theme: Theme): string {
  const name = ` ${theme.bold(shortName(conversation.name, 40, theme.signs.more))}`;
  if (conversation.kind === 'channel') {
    const channel = channels.find(({ id }) => id === conversation.id);
    const others = channel?.members;
    const kind = channel?.open === false ? 'private channel' : 'channel';
    const known = others === undefined ? '' : others === 0 ? ', nobody else known yet' : `, ${plural(others, 'other')}`;
    return `${name} ${theme.signs.dot} ${kind}${known}`;
  }
  const peer = peers.find(({ id }) => id === conversation.id);
  if (!peer) return `${name} ${theme.signs.dot} not heard of`;
  const words = {
    connected: ['connected', rtt(peer.rttMs)],
    reachable: [`reachable, ${plural(peer.hops ?? 0, 'hop')}`],
    near: ['near, not connected'],
    away: ['away', heard(peer, now) === '' ? '' : `heard ${heard(peer, now)} ago`.replace('now ago', 'just now')],
  }[presence(peer)];
  return `${name} ${theme.signs.dot} ${words.filter((word) => word !== '').join(', ')}`;
}

/** The key that explains or mends what is said before it; nothing where none does. */
function explains(between: string, { keys }: ViewState, action: string): string {
  const key = keyFor(keys, action);
  return key === undefined ? '' : between + key;
}

function nodeGone(why: string, { keys }: ViewState, cols: number): string {
  const reason = ` the node is gone: ${guard.line(why)}`;
  const key = keyFor(keys, 'reconnect');
  const offer = ` · ${key} brings it back, your text stays · Ctrl+D quits `;
  if (key !== undefined && width(reason + offer) <= cols) return reason + offer;
  const brief = cols < 60 ? ` · ${key}: again` : ` · ${key} brings it back`;
  const short = key === undefined ? ' · start qpc again' : brief;
  return cut(reason, Math.max(8, cols - width(short))) + short;
}
