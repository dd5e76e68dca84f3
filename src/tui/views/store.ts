import type { Result } from '../../api/schema.ts';
import type { StoreLane } from '../../api/shapes.ts';
import { bytes as bytesOf, plural } from '../../commands/show.ts';
import { padEnd } from '../drawing/cells.ts';
import { type Column, fitting, tableRow, titles } from '../drawing/columns.ts';
import { span } from '../drawing/format.ts';
import { bar } from '../drawing/gauge.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import { presence } from '../presence.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame, notRead } from './frame.ts';
import { shortName } from './name.ts';

type Known = Pick<ViewState, 'peers'>;
type Report = Result<'store'>;
/** Mail that is kept for one recipient. */
export type Kept = Report['perRecipient'][number];

/** What this node keeps: its own outbox, what it carries for others, for whom, and what it had to give up. */
export function store(state: Known, shown: PaneOf<'store'>, pane: Area, theme: Theme): string[] {
  const { shows } = shown;
  const title = `Store ${theme.signs.dash} messages this node keeps`;
  if (!shows) return frame(title, notRead(shown, theme), ['Esc back'], pane, theme);
  const small = bodyRows(pane) < 10;
  const top = small ? [] : ['', ...totals(shows, pane, theme), ''];
  const body = [...top, ...recipients(shows, state, shown, { ...pane, rows: bodyRows(pane) - top.length }, theme)];
  return frame(title, body, shows.perRecipient.length === 0 ? ['Esc back'] : KEYS, pane, theme);
}

const KEYS = ['↑↓ choose', 'Enter chat', 'w why', 'r route', 'e export', 'Esc back'];

/** Whose mail keys act on: the one chosen, while it is listed, else the first. */
export const chosenKept = ({ shows, chosen }: PaneOf<'store'>): Kept | undefined =>
  shows?.perRecipient.find(({ to }) => to === chosen) ?? shows?.perRecipient[0];

type Gauge = { readonly label: string; readonly share: number | undefined; readonly words: string };

function totals(report: Report, { cols }: Area, theme: Theme): string[] {
  const { outbox, carried, lanes, limits, bytes, seen, expired, evicted, refused } = report;
  const oldest = outbox.envelopes === 0 ? '' : `, oldest ${span(outbox.oldestMs)}`;
  const gauges: readonly Gauge[] = [
    {
      label: 'Our own, still kept',
      share: undefined,
      words: `${plural(outbox.envelopes, 'message')}, ${bytesOf(outbox.bytes)}${oldest}`,
    },
    {
      label: 'Carried for others',
      share: carried.bytes / Math.max(1, limits.carriedBytes),
      words: `${bytesOf(carried.bytes)} of ${bytesOf(limits.carriedBytes)}, ${plural(carried.envelopes, 'message')}`,
    },
    ...lanes.map(laneGauge),
    { label: 'On disk, all in all', share: undefined, words: `${bytesOf(bytes)}, ${plural(seen, 'id')} remembered` },
    { label: 'Given up', share: undefined, words: givenUp(expired, evicted, refused) },
  ];
  const label = cols >= 60 ? 22 : 0;
  const cells = cols >= 90 ? 24 : cols >= 76 ? 12 : 0;
  return gauges.flatMap(({ label: name, share, words }) => {
    const drawn = cells === 0 ? '' : `${share === undefined ? ' '.repeat(cells) : gaugeOf(share, cells, theme)}  `;
    const room = Math.max(8, cols - 6 - label - (cells === 0 ? 0 : cells + 2));
    const [first = '', ...rest] = wrap(words, room);
    if (label === 0) return [`   ${theme.dim(name)}`, ...[first, ...rest].map((line) => `     ${line}`)];
    const indent = ' '.repeat(3 + label + (cells === 0 ? 0 : cells + 2));
    return [`   ${theme.dim(padEnd(name, label))}${drawn}${first}`, ...rest.map((line) => indent + line)];
  });
}

/** Dots where it is empty: bars above one another stay apart. */
function gaugeOf(share: number, cells: number, theme: Theme): string {
  const { signs } = theme;
  const drawn = bar(share, cells, { ...signs, empty: signs.dot });
  const end = drawn.indexOf(signs.dot);
  return end < 0 ? theme.accent(drawn) : theme.accent(drawn.slice(0, end)) + theme.dim(drawn.slice(end));
}

const laneGauge = ({ lane, envelopes, bytes, bytesMax }: StoreLane): Gauge => ({
  label: `  ${{ contact: 'for contacts', neighbour: 'for neighbours', stranger: 'for strangers' }[lane]}`,
  share: bytes / Math.max(1, bytesMax),
  words: `${bytesOf(bytes)} of ${bytesOf(bytesMax)}, ${plural(envelopes, 'message')}`,
});

function givenUp(expired: number, evicted: number, refused: Report['refused']): string {
  const reasons = Object.entries(refused).map(([why, count]) => `${count} refused (${guard.line(why)})`);
  const all = [
    ...(expired > 0 ? [`${expired} expired`] : []),
    ...(evicted > 0 ? [`${evicted} evicted`] : []),
    ...reasons,
  ];
  return all.length === 0 ? 'nothing' : all.join(', ');
}

/** Each recipient with what is kept for it and what it waits for, those round the chosen one when not all fit. */
function recipients(
  { perRecipient }: Report,
  state: Known,
  shown: PaneOf<'store'>,
  pane: Area,
  theme: Theme,
): string[] {
  if (perRecipient.length === 0) return nothing(pane, theme);
  const known = new Map(state.peers.map((peer) => [peer.id, peer]));
  const columns = fitting(columnsFor(known, pane, theme), pane.cols - 3);
  const chosen = chosenKept(shown);
  const note = wrap('Messages for others are sealed: this node cannot read them.', Math.max(8, pane.cols - 6));
  const rows = Math.max(1, pane.rows - 1 - (pane.rows > 8 ? note.length + 1 : 0));
  const at = chosen ? perRecipient.indexOf(chosen) : 0;
  const from = Math.max(0, Math.min(at - (rows >> 1), perRecipient.length - rows));
  const lines = perRecipient.slice(from, from + rows).map((kept) => {
    const line = tableRow(columns, kept);
    return kept === chosen ? ` ${theme.accent(theme.signs.pointer)} ${theme.bold(line)}` : `   ${line}`;
  });
  const end = pane.rows > 8 ? ['', ...note.map((line) => theme.dim(`   ${line}`))] : [];
  return [theme.dim(`   ${titles(columns)}`), ...lines, ...end];
}

function columnsFor(
  known: ReadonlyMap<string, Known['peers'][number]>,
  { cols }: Area,
  theme: Theme,
): readonly Column<Kept>[] {
  const name = cols >= 76 ? 20 : 12;
  const label = ({ to, name: called }: Kept): string => theme.person(to)(shortName(called, name, theme.signs.more));
  return [
    { title: 'FOR', cells: name, rank: 9, of: label },
    { title: 'MESSAGES', cells: 8, right: true, rank: 6, of: ({ envelopes }) => String(envelopes) },
    { title: 'SIZE', cells: 7, right: true, rank: 7, of: ({ bytes }) => bytesOf(bytes) },
    { title: 'OLDEST', cells: 6, right: true, rank: 5, of: ({ oldestMs }) => span(oldestMs) },
    { title: 'EXPIRES IN', cells: 10, right: true, rank: 8, of: ({ expiresInMs }) => span(expiresInMs) },
    { title: 'STATE', cells: 14, most: 40, rank: 4, of: (kept) => waitsFor(kept, known) },
  ];
}

/** What has to happen for it to go. */
function waitsFor({ to, kind, name }: Kept, known: ReadonlyMap<string, Known['peers'][number]>): string {
  if (kind === 'channel') return 'for readers that come by';
  const peer = known.get(to);
  const is = peer ? presence(peer) : 'away';
  if (is === 'connected') return 'going out';
  if (is === 'reachable') return `going out, ${plural(peer?.hops ?? 0, 'hop')}`;
  return peer?.goodbyeAt === undefined ? `waiting to hear ${guard.line(name)}` : 'it left: waiting for its return';
}

function nothing({ cols }: Area, theme: Theme): string[] {
  const words =
    'Nothing waits for anybody. What you write to who is away stays here until it has arrived, and so does sealed mail that others gave this node to carry.';
  return ['', ...wrap(words, Math.max(8, Math.min(72, cols - 6))).map((line) => theme.dim(`   ${line}`))];
}
