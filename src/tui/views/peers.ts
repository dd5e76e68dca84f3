import type { Peer } from '../../api/shapes.ts';
import { plural, rtt } from '../../commands/show.ts';
import { padEnd, padStart, ruled } from '../cells.ts';
import { grouped } from '../format.ts';
import * as guard from '../guard.ts';
import { byNearness, heard, PRESENCES, presence } from '../presence.ts';
import type { ViewState } from '../screen-state.ts';
import type { Pane } from '../scroll.ts';
import type { Theme } from '../theme.ts';
import { wrap } from '../wrap.ts';
import { bodyRows, frame } from './frame.ts';
import { presenceSign, shortName } from './name.ts';

/** Nodes near, connected and remembered, and everything known about the chosen one. */
export function peers(state: ViewState, pane: Pane, theme: Theme): string[] {
  const shown = listedPeers(state);
  const counts = PRESENCES.map((is) => `${state.peers.filter((peer) => presence(peer) === is).length} ${is}`);
  const title = `Peers ${theme.signs.dash} ${counts.filter((part) => !part.startsWith('0 ')).join(', ') || 'none yet'}`;
  if (state.peers.length === 0) return frame(title, nobody(state, pane, theme), KEYS, pane, theme);
  const filter = filterOf(state);
  const chosen = shown.find((peer) => peer.id === chosenPeer(state));
  const detail = chosen && bodyRows(pane) >= 10 ? about(chosen, state, pane, theme) : [];
  const head = [filter === undefined ? '' : ` / ${filter}${theme.accent('▏')}`, theme.dim(row(TITLES, pane.cols))];
  const rows = bodyRows(pane) - head.length - detail.length;
  const at = Math.max(0, chosen ? shown.indexOf(chosen) : 0);
  const from = Math.max(0, Math.min(at - (rows >> 1), shown.length - rows));
  const list = shown.slice(from, from + rows).map((peer) => line(peer, peer === chosen, state, pane.cols, theme));
  if (shown.length === 0) list.push(theme.dim(`   none of ${plural(state.peers.length, 'node')} is called so`));
  while (list.length < rows) list.push('');
  return frame(
    title,
    [...head, ...list, ...detail],
    filter === undefined ? KEYS : ['type to filter', 'Enter chooses', 'Esc ends it'],
    pane,
    theme,
  );
}

/** The peers that pass the filter, in the order shown: connected, reachable by hops, near, away; then by name. */
export function listedPeers(state: ViewState): readonly Peer[] {
  const filter = filterOf(state)?.toLowerCase() ?? '';
  const passing = state.peers.filter(
    (peer) => filter === '' || `${peer.name} ${peer.id}`.toLowerCase().includes(filter),
  );
  return passing.toSorted(byNearness);
}

/** The id of the peer that keys act on: the one chosen, while it is listed, else the first. */
export function chosenPeer(state: ViewState): string | undefined {
  const shown = listedPeers(state);
  const chosen = state.pane.name === 'peers' ? state.pane.chosen : undefined;
  return shown.some((peer) => peer.id === chosen) ? chosen : shown[0]?.id;
}

const KEYS = ['↑↓ choose', 'Enter chat', 'r route', 'p ping', 'w why', '/ filter', 's scan'];

const filterOf = ({ pane }: ViewState): string | undefined => (pane.name === 'peers' ? pane.filter : undefined);

type Row = Readonly<Record<'name' | 'state' | 'hops' | 'rtt' | 'seen' | 'source' | 'address', string>>;
const TITLES: Row = {
  name: 'NODE',
  state: 'STATE',
  hops: 'HOPS',
  rtt: 'RTT',
  seen: 'SEEN',
  source: 'BY',
  address: 'ADDRESS',
};

/** The columns that fit, the most telling first. */
function row(of: Row, cols: number): string {
  const name = cols >= 60 ? 20 : 14;
  const state = cols >= 50 ? padEnd(of.state, 13) : '';
  const by = cols >= 76 ? padEnd(`  ${of.source}`, 13) : '';
  const hops = cols >= 40 ? padStart(of.hops, 5) : '';
  return `    ${padEnd(of.name, name)}${state}${hops}${padStart(of.rtt, 9)}${padStart(of.seen, 7)}${by}${cols >= 90 ? of.address : ''}`;
}

function line(peer: Peer, chosen: boolean, { now }: ViewState, cols: number, theme: Theme): string {
  const { signs } = theme;
  const is = presence(peer);
  const cells: Row = {
    name: shortName(peer.name, cols >= 60 ? 19 : 13, signs.more),
    state: is,
    hops: peer.hops === undefined ? signs.dash : String(peer.hops),
    rtt: rtt(peer.rttMs) || signs.dash,
    seen: is === 'connected' ? 'now' : heard(peer, now) || signs.dash,
    source: peer.source,
    address: guard.line(peer.address ?? ''),
  };
  const text = row(cells, cols).slice(4);
  const body = is === 'away' ? theme.dim(text) : text;
  return ` ${chosen ? theme.accent(signs.pointer) : ' '}${presenceSign(peer, theme)} ${chosen ? theme.bold(body) : body}`;
}

function about(peer: Peer, { conversations, now }: ViewState, { cols }: Pane, theme: Theme): string[] {
  const talk = conversations.find(({ id }) => id === peer.id);
  const facts: readonly (readonly [string, string])[] = [
    ['id', grouped(peer.id)],
    ['address', peer.address ?? 'none known'],
    ['found', `${FOUND[peer.source]}, ${standing(peer)}${lastHeard(peer, now)}`],
    ['roles', peer.roles.length === 0 ? 'none announced' : peer.roles.join(', ')],
    ['unread', talk ? plural(talk.unread, 'message') : 'no chat yet: Enter begins one'],
  ];
  const lines = facts.flatMap(([label, value]) =>
    wrap(guard.line(value), Math.max(8, cols - 14)).map(
      (part, index) => `   ${theme.dim(padEnd(index === 0 ? label : '', 9))} ${part}`,
    ),
  );
  return [theme.dim(ruled(shortName(peer.name, cols - 6, theme.signs.more), cols, theme.signs.rule)), ...lines];
}

/** When a node without a link to us was heard last, if it ever was. */
function lastHeard(peer: Peer, now: number): string {
  const when = presence(peer) === 'connected' ? '' : heard(peer, now);
  return when === '' ? '' : when === 'now' ? ', heard just now' : `, heard ${when} ago`;
}

/** In the order of the list. */

function standing(peer: Peer): string {
  const is = presence(peer);
  if (is === 'reachable') return `${plural(peer.hops ?? 0, 'hop')} away`;
  return { connected: 'connected', near: 'not connected', away: 'not reachable now' }[is];
}

const FOUND: Readonly<Record<Peer['source'], string>> = {
  mdns: 'on this network (mDNS)',
  manual: 'by an address that you gave',
  hub: 'through a hub',
  remembered: 'remembered from before',
  inbound: 'by its own call to us',
  route: 'through other nodes',
};

function nobody({ status }: ViewState, { cols }: Pane, theme: Theme): string[] {
  const mdns = {
    on: 'Looking on this network by mDNS; nodes of other networks do not show.',
    off: 'Not looking on this network: mDNS is off.',
    'no multicast': 'mDNS is on, but multicast does not work on this network.',
  }[status?.mdns ?? 'on'];
  const steps = [
    ['/mesh connect ID@HOST:PORT', 'reach a node by its address'],
    ['/add URI', 'what a friend sent you or you scanned'],
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
