import type { Peer } from '../../api/shapes.ts';
import { plural, rtt } from '../../commands/show.ts';
import { padEnd } from '../drawing/cells.ts';
import { type Column, fitting, tableRow, titles } from '../drawing/columns.ts';
import { sparkline } from '../drawing/gauge.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import { chosenPeer, contactOf, listedPeers } from '../peer-list.ts';
import { heard, PRESENCES, presence } from '../presence.ts';
import type { Area } from '../reading/scroll.ts';
import { rttsInCells } from '../rtts.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame } from './frame.ts';
import { presenceSign, shortName } from './name.ts';
import { peerFacts } from './peer-facts.ts';

/** Nodes near, connected and remembered, and everything known about the chosen one. */
export function peers(state: ViewState, shown: PaneOf<'peers'>, pane: Area, theme: Theme): string[] {
  const { signs } = theme;
  const title = `Peers ${signs.dash} ${counted(state.peers)}`;
  if (state.peers.length === 0)
    return frame(title, nobody(state, pane, theme), ['n look again', 'Esc back'], pane, theme);
  const list = listedPeers(state, shown);
  const chosen = chosenPeer(state, shown);
  const columns = fitting(columnsFor(state, shown, theme), pane.cols - INDENT);
  const typed = shown.filter === undefined ? '' : ` / ${guard.line(shown.filter)}${theme.accent('▏')}`;
  const head = [typed, theme.dim(' '.repeat(INDENT) + titles(columns))];
  const facts = chosen && bodyRows(pane) >= 12 ? peerFacts(chosen, state, shown, pane, theme) : [];
  const rows = bodyRows(pane) - head.length - facts.length;
  const at = chosen ? list.indexOf(chosen) : 0;
  const from = Math.max(0, Math.min(at - (rows >> 1), list.length - rows));
  const lines = list.slice(from, from + rows).map((peer) => {
    const isChosen = peer === chosen;
    const text = tableRow(columns, peer);
    const look = presence(peer) === 'away' ? theme.dim(text) : text;
    return ` ${isChosen ? theme.accent(signs.pointer) : ' '}${presenceSign(peer, theme)} ${isChosen ? theme.bold(look) : look}`;
  });
  if (list.length === 0) lines.push(theme.dim(`    none of ${plural(state.peers.length, 'node')} is called so`));
  while (lines.length < rows) lines.push('');
  return frame(title, [...head, ...lines, ...facts], keysFor(shown), pane, theme);
}

const INDENT = 4;

const keysFor = ({ filter, order }: PaneOf<'peers'>): readonly string[] =>
  filter === undefined
    ? [
        '↑↓ choose',
        'Enter chat',
        'r route',
        'p ping',
        'w why',
        'v verify',
        `s sort: ${order}`,
        '/ filter',
        'n look again',
        'm map',
      ]
    : ['type to filter', 'Enter chooses', 'Esc ends it'];

function counted(all: readonly Peer[]): string {
  const counts = new Map<string, number>();
  for (const peer of all) counts.set(presence(peer), (counts.get(presence(peer)) ?? 0) + 1);
  return PRESENCES.flatMap((is) => (counts.has(is) ? [`${counts.get(is)} ${is}`] : [])).join(', ') || 'none yet';
}

/** The most telling columns stay longest. */
function columnsFor(state: ViewState, shown: PaneOf<'peers'>, theme: Theme): readonly Column<Peer>[] {
  const { signs } = theme;
  const unread = new Map(state.conversations.map((one) => [one.id, one.unread]));
  const cells = state.size.cols >= 110 ? 26 : state.size.cols >= 70 ? 18 : 14;
  return [
    { title: 'NODE', cells, rank: 9, of: ({ name }) => shortName(name, cells, signs.more) },
    { title: 'NEW', cells: 3, right: true, rank: 6, of: ({ id }) => few(unread.get(id)) },
    { title: 'STATE', cells: 9, rank: 8, of: presence },
    { title: 'KNOWN', cells: 8, rank: 3, of: ({ id }) => standing(shown, id) },
    {
      title: 'HOPS',
      cells: 4,
      right: true,
      rank: 5,
      of: ({ hops }) => (hops === undefined ? signs.dash : String(hops)),
    },
    { title: 'LAST 8 MIN', cells: 12, rank: 4, of: ({ id }) => trend(id, state, theme) },
    { title: 'RTT', cells: 7, right: true, rank: 7, of: ({ rttMs }) => rtt(rttMs) || signs.dash },
    { title: 'SEEN', cells: 9, right: true, rank: 5, of: (peer) => seen(peer, state.now) },
    { title: 'ADDRESS', cells: 15, most: 30, rank: 1, of: ({ address = '' }) => guard.line(address) },
  ];
}

const few = (count = 0): string => (count === 0 ? '' : count > 99 ? '99+' : String(count));

/** The round trips of the last minutes, the newest at the right. */
function trend(id: string, { rtts, now }: ViewState, { signs, accent }: Theme): string {
  const samples = rtts.get(id);
  return samples ? accent(sparkline(rttsInCells(samples, 12, now), signs)) : '';
}

function standing(shown: PaneOf<'peers'>, id: string): string {
  const contact = contactOf(shown, id);
  if (!contact) return '';
  return contact.blocked ? 'blocked' : contact.verified ? 'verified' : 'contact';
}

/** When a peer was heard last, short; of one that said goodbye when that was. */
function seen(peer: Peer, now: number): string {
  if (presence(peer) === 'connected') return 'now';
  if (peer.goodbyeAt !== undefined) return `left ${heard({ ...peer, lastSeen: peer.goodbyeAt }, now)}`;
  return heard(peer, now) || 'never';
}

function nobody({ status }: ViewState, { cols }: Area, theme: Theme): string[] {
  const mdns = {
    on: 'Looking on this network by mDNS; nodes of other networks do not show.',
    off: 'Not looking on this network: mDNS is off.',
    'no multicast': 'mDNS is on, but multicast does not work on this network.',
  }[status?.mdns ?? 'on'];
  const steps = [
    ['/mesh connect ID@HOST:PORT', 'reach a node by its address'],
    ['/add URI', 'what a friend sent you or you scanned'],
    ['/mesh doctor', 'what stands in the way, if something does'],
    ['qpc demo', 'in another terminal: five nodes to try things with'],
  ] as const;
  return [
    '',
    `   ${theme.bold('Nobody heard yet.')}`,
    ...wrap(mdns, Math.max(10, cols - 6)).map((part) => `   ${part}`),
    '',
    ...steps.flatMap(([step, does]) =>
      cols >= 80
        ? [`   ${theme.accent(padEnd(step, 28))} ${theme.dim(does)}`]
        : [`   ${theme.accent(step)}`, theme.dim(`     ${does}`)],
    ),
  ];
}
