import { plural } from '../../commands/show.ts';
import { cut, fill } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import { keyFor } from '../keys/key-map.ts';
import { presence } from '../presence.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { shortName } from './name.ts';

/** The first thing a person sees: who they are, who is near, and what to do next. */
export function welcome(state: ViewState, { cols, rows }: Area, theme: Theme): string[] {
  // Before the node has answered nothing is known, and nothing is claimed.
  if (!state.status) return fill(['', '', theme.dim('   asking the node…')], rows);
  const room = Math.max(10, Math.min(72, cols - 6));
  const say = (words: string): string[] => wrap(words, room);
  const dim = (words: string): string[] => say(words).map(theme.dim);
  const full = [
    theme.bold('Welcome to qpc'),
    '',
    ...say(
      'Messages go from node to node, sealed so that only the reader can open them. There is no account and no server.',
    ),
    '',
    ...identity(state, theme, room),
    '',
    ...news(state, theme, say),
    ...people(state, theme, say),
    '',
    ...steps(state, theme, room),
    '',
    ...dim('To try everything alone: leave with /quit and run  qpc demo'),
  ];
  const short = [
    theme.bold('Welcome to qpc'),
    ...news(state, theme, say),
    ...people(state, theme, say),
    ...dim('/help shows what you can do here'),
  ];
  const lines = (full.length <= rows ? full : short).map((line) => cut(`   ${line}`, cols));
  const above = Math.max(0, Math.min(2, rows - lines.length));
  return fill([...fill([], above), ...lines], rows);
}

function identity({ me, status }: ViewState, theme: Theme, room: number): string[] {
  const network = status?.network === undefined || status.network === 'main' ? '' : `, network ${status.network}`;
  return [
    `You are ${theme.bold(shortName(me.name, 40, theme.signs.more))}${theme.dim(network)}`,
    ...wrap(me.id, room).map(theme.dim),
  ];
}

/** Somebody has written before anything was opened. */
function news({ conversations, keys }: ViewState, theme: Theme, say: (words: string) => string[]): string[] {
  const at = conversations.findIndex(({ unread }) => unread > 0);
  const first = conversations[at];
  if (!first) return [];
  const key = keyFor(keys, at < 9 ? `chat-${at + 1}` : 'next-news') ?? `/chat ${guard.line(first.name)}`;
  const name = shortName(first.name, 24, theme.signs.more);
  return say(`${plural(first.unread, 'new message')} in ${name}: ${key} opens it.`).map(theme.accent);
}

function people({ peers, status, keys }: ViewState, theme: Theme, say: (words: string) => string[]): string[] {
  const near = peers.filter((peer) => presence(peer) !== 'away');
  if (near.length > 0) {
    const names = near.slice(0, 3).map((peer) => shortName(peer.name, 24, theme.signs.more));
    return say(
      `${plural(near.length, 'node')} within reach: ${names.join(', ')}${near.length > 3 ? ` and ${near.length - 3} more` : ''}. ${keyFor(keys, 'peers') ?? '/mesh peers'} shows them, Enter there begins a chat.`,
    );
  }
  const looking =
    status?.mdns === 'on'
      ? 'Looking on this network.'
      : status
        ? `Not looking on this network: mDNS is ${status.mdns === 'off' ? 'off' : 'on, but multicast does not work here'}.`
        : '';
  return say(`Nobody is near yet. ${looking}`.trim());
}

function steps({ keys }: ViewState, theme: Theme, room: number): string[] {
  const list: readonly (readonly [string, string])[] = [
    ['/mesh subscribe lobby', 'join a channel, or make it'],
    ['/add URI', 'add a friend by what they sent you'],
    ['/mesh connect ID@HOST:PORT', 'reach a node by its address'],
    [keyFor(keys, 'identity') ?? '/mesh identity', 'show your own code, for others to scan'],
    ['/nick NAME', 'the name others see'],
    ['/setup', 'the first steps, one after the other'],
  ];
  return list.map(([asked, does]) =>
    room >= 60 ? `${theme.accent(asked.padEnd(28))}${does}` : `${theme.accent(asked)}  ${theme.dim(does)}`,
  );
}
