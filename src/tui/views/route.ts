import type { Route } from '../../api/shapes.ts';
import { plural, rtt } from '../../commands/show.ts';
import { traceLines } from '../../commands/trace-lines.ts';
import { Canvas } from '../drawing/canvas.ts';
import { width } from '../drawing/cells.ts';
import { type Column, fitting, tableRow, titles } from '../drawing/columns.ts';
import { ago, grouped, span } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Style, Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import type { Trace } from '../traces.ts';
import { bodyRows, frame, notRead, scrolledBody } from './frame.ts';
import { shortName } from './name.ts';

type Known = Pick<ViewState, 'peers' | 'traces' | 'now' | 'banner'>;

/** The ways to one peer: the one that is used, drawn, and all of them in a table. */
export function route(state: Known, shown: PaneOf<'route'>, pane: Area, theme: Theme): string[] {
  const { id, name } = routePeer(state, shown);
  const title = `Route to ${shortName(name, 40, theme.signs.more)}`;
  if (!shown.shows) return frame(title, notRead(shown, theme), ['Esc back'], pane, theme);
  const { routes } = shown.shows;
  const best = routes.find(({ selected }) => selected);
  const trace = id === undefined ? undefined : state.traces.get(id);
  const about = headline(id, name, best, pane, theme);
  const head = bodyRows(pane) < 12 ? about.slice(0, 1) : ['', ...about, ''];
  const way =
    best || trace
      ? drawn(stations(name, best, trace), trace ? [] : otherWays(routes, pane), pane, theme)
      : noWay(pane, theme);
  const body = [...head, ...way, '', ...tables(routes, trace, pane, theme), ...traceWords(state, shown, trace, theme)];
  return frame(title, scrolledBody(body, shown.top ?? 0, pane, theme), KEYS, pane, theme);
}

/** Whom the view is about, as far as that is known. */
export function routePeer(
  { peers }: Pick<Known, 'peers'>,
  { peer, shows }: PaneOf<'route'>,
): {
  readonly id: string | undefined;
  readonly name: string;
} {
  const first = shows?.routes[0];
  if (first) return { id: first.to, name: first.name };
  const known = peers.find(({ id, name }) => id === peer || name === peer);
  return { id: known?.id ?? (/^[a-z2-7]{52}$/.test(peer) ? peer : undefined), name: known?.name ?? peer };
}

const KEYS = ['t trace now', 'Enter chat', 'w why', 'm map', 'y copy'];

function headline(id: string | undefined, name: string, best: Route | undefined, pane: Area, theme: Theme): string[] {
  const who = shortName(name, 30, theme.signs.more);
  const look = id === undefined ? theme.bold : (text: string) => theme.bold(theme.person(id)(text));
  const facts = best ? [plural(best.hops, 'hop'), `metric ${best.metric}`, `heard ${span(best.ageMs)} ago`] : [];
  const short = id === undefined ? '' : grouped(id.slice(0, 16));
  const all = [short, ...facts].filter((part) => part !== '').join(` ${theme.signs.dot} `);
  const rest = wrap(all, Math.max(8, pane.cols - 6 - width(who)));
  return rest.map((part, at) => `   ${at === 0 ? look(who) : ' '.repeat(width(who))}  ${theme.dim(part)}`);
}

/** A node on the way, and the link that leads to it. */
type Station = { readonly id: string; readonly name: string; readonly link: Link };
type Link = { readonly words: string; readonly unknown: boolean; readonly trouble?: boolean };

/** Those on the way: all of them when a trace has met them, else the next hop and the peer. */
function stations(name: string, best: Route | undefined, trace: Trace | undefined): Station[] {
  if (trace) {
    return trace.traced.there.map((hop) => ({
      id: hop.id,
      name: hop.name,
      link: { words: rtt(hop.rttMs), unknown: false, trouble: !hop.signed },
    }));
  }
  if (!best) return [];
  const next = { id: best.nextHop, name: best.nextHopName, link: { words: linkWords(best), unknown: false } };
  if (best.nextHop === best.to) return [next];
  const between = best.hops - 2;
  const words = between <= 0 ? '' : `${between} more`;
  return [next, { id: best.to, name, link: { words, unknown: between > 0 } }];
}

function linkWords({ rttMs, loss }: Route): string {
  const lost = loss === undefined || loss < 0.005 ? '' : `${Math.round(loss * 100)} % lost`;
  return [rtt(rttMs), lost].filter((part) => part !== '').join(', ');
}

/** The next best ways, as many as there is room to draw. */
const otherWays = (routes: readonly Route[], pane: Area): readonly Route[] =>
  routes
    .filter(({ selected }) => !selected)
    .sort((a, b) => a.metric - b.metric)
    .slice(0, bodyRows(pane) >= 20 ? 2 : 0);

/** The way from left to right where it fits, with the next best under it; else from top to bottom. */
function drawn(way: readonly Station[], others: readonly Route[], pane: Area, theme: Theme): string[] {
  const room = pane.cols - 6;
  const labels = [OURS, ...way.map((station, at) => labelOf(station.name, at === way.length - 1, theme))];
  const links = way.map(({ link }) => (link.words === '' ? 6 : width(link.words) + 6));
  const taken = [...labels.map(width), ...links].reduce((sum, cells) => sum + cells, 0);
  if (taken > room) return downwards(way, pane, theme);
  const more = Math.min(10, Math.floor((room - taken) / links.length));
  const canvas = new Canvas({ cols: pane.cols, rows: 1 + 2 * others.length });
  let x = 3;
  for (const [at, text] of labels.entries()) {
    const station = way[at - 1];
    if (station) {
      const cells = links[at - 1]! + more;
      lineTo(canvas, { from: x - 1, to: x + cells, row: 0 }, station.link, linkLook(station.link, theme));
      x += cells;
    }
    canvas.text(x, 0, text, station ? theme.person(station.id) : theme.bold);
    x += width(text);
  }
  const ends = { from: 3 + (width(OURS) >> 1), to: x - (width(labels.at(-1)!) >> 1) - 1 };
  for (const [at, other] of others.entries()) otherWay(canvas, other, { ...ends, row: 2 * at + 2 }, theme);
  return canvas.lines(theme.signs);
}

const OURS = '( you )';
const labelOf = (name: string, isLast: boolean, { signs }: Theme): string => {
  const short = shortName(name, 20, signs.more);
  return isLast ? `( ${short} )` : `[ ${short} ]`;
};

type Span = { readonly from: number; readonly to: number; readonly row: number };

function lineTo(canvas: Canvas, { from, to, row }: Span, link: Link, style: Style): void {
  canvas.across(from, to, row, { dashed: link.unknown, style });
  if (link.words !== '')
    canvas.text(from + 1 + ((to - from - 3 - width(link.words)) >> 1), row, ` ${link.words} `, style);
}

/** Another way from us to the same peer, under the one that is used. */
function otherWay(canvas: Canvas, route: Route, { from, to, row }: Span, theme: Theme): void {
  const style = theme.dim;
  canvas.down(from, row - 2, row, { style });
  canvas.down(to, row - 2, row, { dashed: route.hops > 2, style });
  const text = labelOf(route.nextHopName, false, theme);
  const at = Math.max(from + 2, from + ((to - from - width(text)) >> 1));
  const isKnown = route.hops <= 2;
  if (route.nextHop === route.to || at + width(text) + 2 > to) {
    canvas.across(from, to, row, { style });
    return;
  }
  lineTo(canvas, { from, to: at, row }, { words: linkWords(route), unknown: false }, style);
  lineTo(
    canvas,
    { from: at + width(text) - 1, to, row },
    { words: isKnown ? '' : `${route.hops - 2} more`, unknown: !isKnown },
    style,
  );
  canvas.text(at, row, text, style);
}

const linkLook = ({ unknown, trouble }: Link, theme: Theme): Style =>
  trouble ? theme.warn : unknown ? theme.dim : AS_IT_IS;
const AS_IT_IS: Style = (text) => text;

function downwards(way: readonly Station[], pane: Area, theme: Theme): string[] {
  const [solid, dashed] = theme.signs.name === 'ascii' ? ['|', ':'] : ['│', '╎'];
  const lines = way.flatMap((station) => {
    const { words, unknown } = station.link;
    const said = unknown ? `${words}, not known` : words;
    const name = shortName(station.name, Math.max(4, pane.cols - 8), theme.signs.more);
    return [
      linkLook(station.link, theme)(`   ${unknown ? dashed : solid} ${said}`),
      `   ${theme.person(station.id)(name)}`,
    ];
  });
  return [`   ${theme.bold('you')}`, ...lines];
}

function noWay(pane: Area, theme: Theme): string[] {
  const words =
    'There is no way now. What is written waits here, and with nodes that come by; it goes when a way appears. w says what was tried.';
  return wrap(words, Math.max(10, Math.min(72, pane.cols - 6))).map((line) => `   ${theme.warn(line)}`);
}

const WAYS: readonly Column<Route>[] = [
  {
    title: 'OVER',
    cells: 10,
    most: 26,
    rank: 9,
    of: ({ to, nextHop, nextHopName }) => (to === nextHop ? 'direct' : guard.line(nextHopName)),
  },
  { title: 'HOPS', cells: 4, right: true, rank: 8, of: ({ hops }) => String(hops) },
  { title: 'METRIC', cells: 7, right: true, rank: 4, of: ({ metric }) => String(metric) },
  { title: 'RTT TO IT', cells: 9, right: true, rank: 6, of: ({ rttMs }) => rtt(rttMs) },
  {
    title: 'LOST',
    cells: 5,
    right: true,
    rank: 5,
    of: ({ loss }) => (loss === undefined ? '' : `${Math.round(loss * 100)} %`),
  },
  { title: 'HEARD', cells: 6, right: true, rank: 3, of: ({ ageMs }) => span(ageMs) },
  { title: '', cells: 6, rank: 7, of: ({ selected }) => (selected ? 'in use' : '') },
];

type Hop = { readonly at: number; readonly hop: Trace['traced']['there'][number] };
const HOPS: readonly Column<Hop>[] = [
  { title: 'HOP', cells: 3, right: true, rank: 7, of: ({ at }) => String(at) },
  { title: 'NODE', cells: 10, most: 26, rank: 9, of: ({ hop }) => guard.line(hop.name) },
  { title: 'LINK', cells: 9, right: true, rank: 8, of: ({ hop }) => rtt(hop.rttMs) },
  { title: '', cells: 10, rank: 6, of: ({ hop }) => (hop.signed ? 'signed' : 'NOT SIGNED') },
];

function tables(routes: readonly Route[], trace: Trace | undefined, pane: Area, theme: Theme): string[] {
  const room = pane.cols - 6;
  const ways = fitting(WAYS, room);
  const hops = fitting(HOPS, room);
  const best = [...routes].sort((a, b) => Number(b.selected) - Number(a.selected) || a.metric - b.metric);
  return [
    ...(best.length === 0 ? [] : [theme.dim(`   ${titles(ways)}`)]),
    ...best.map((one) => `   ${one.selected ? tableRow(ways, one) : theme.dim(tableRow(ways, one))}`),
    ...(trace ? ['', theme.dim(`   ${titles(hops)}`)] : []),
    ...(trace?.traced.there.map((hop, at) => {
      const row = `   ${tableRow(hops, { at: at + 1, hop })}`;
      return hop.signed ? row : theme.warn(row);
    }) ?? []),
  ];
}

/** What the last trace found, that one is under way, or what it would show. */
function traceWords(
  { now, banner }: Known,
  { asked }: PaneOf<'route'>,
  trace: Trace | undefined,
  theme: Theme,
): string[] {
  const waits = asked !== undefined && (trace?.at ?? 0) < asked && banner?.kind !== 'error';
  if (waits) return ['', `   ${theme.accent('tracing…')}`];
  if (!trace) return ['', `   ${theme.dim('t traces: each node on the way signs that it was there')}`];
  const [said = ''] = traceLines(trace.traced);
  const when = ago(trace.at, now);
  return ['', `   ${guard.line(said)}`, theme.dim(`   traced ${when === 'now' ? 'just now' : `${when} ago`}`)];
}
