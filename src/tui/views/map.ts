import { linkWords, type MeshNode, meshNodes, meshTree } from '../../commands/mesh-tree.ts';
import { plural, rtt } from '../../commands/show.ts';
import { Canvas } from '../drawing/canvas.ts';
import { cut, padEnd, ruled, width } from '../drawing/cells.ts';
import type { Style, Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import { keyFor } from '../keys/key-map.ts';
import { mapLayout, type Spot } from '../map-layout.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame, notRead } from './frame.ts';
import { shortName } from './name.ts';

type Known = Pick<ViewState, 'traces' | 'status' | 'keys'>;

/** Who is reached over whom: ourselves at the left, a column for each hop, or the same as a list. */
export function map(state: Known, shown: PaneOf<'map'>, pane: Area, theme: Theme): string[] {
  if (!shown.shows) return frame('Mesh map', notRead(shown, theme), ['Esc back'], pane, theme);
  const nodes = mapNodes(state, shown);
  if (nodes.length === 0) return frame('Mesh map', nobody(state, pane, theme), ['Esc back'], pane, theme);
  const farthest = nodes.at(-1)?.hops ?? 1;
  const title = `Mesh map ${theme.signs.dash} ${plural(nodes.length, 'node')} within ${plural(farthest, 'hop')}`;
  const chosen = chosenOnMap(nodes, shown, pane);
  if (isList(shown, pane)) return frame(title, listed(nodes, chosen, pane, theme), LIST_KEYS, pane, theme);
  return frame(title, drawn(nodes, chosen, pane, theme), KEYS, pane, theme);
}

/** The nodes of the map, those nearest first. */
export function mapNodes({ traces }: Pick<Known, 'traces'>, { shows }: PaneOf<'map'>): readonly MeshNode[] {
  if (!shows) return [];
  const known = made.get(shows);
  if (known?.traces === traces) return known.nodes;
  const nodes = meshNodes(
    shows.routes,
    [...traces.values()].map(({ traced }) => traced),
  );
  made.set(shows, { traces, nodes });
  return nodes;
}

/** Ten thousand routes are not sorted again for every key. */
const made = new WeakMap<object, { readonly traces: Known['traces']; readonly nodes: readonly MeshNode[] }>();

/** The id of the node that keys act on; of a spot for those that had no room; empty for ourselves. */
export function chosenOnMap(nodes: readonly MeshNode[], shown: PaneOf<'map'>, pane: Area): string {
  const { chosen } = shown;
  if (chosen === '' || nodes.some(({ id }) => id === chosen)) return chosen ?? '';
  const isSpot =
    chosen !== undefined && !isList(shown, pane) && spots(nodes, chosen, pane).some(({ id }) => id === chosen);
  return isSpot ? chosen : (nodes[0]?.id ?? '');
}

/** Whether the list is shown: it was asked for, or there is no room for a drawing. */
export const isList = ({ list }: PaneOf<'map'>, pane: Area): boolean => list || pane.cols < 50 || bodyRows(pane) < 6;

/** Where everything stands in a pane of this size. */
export const spots = (nodes: readonly MeshNode[], chosen: string, pane: Area): readonly Spot[] =>
  mapLayout(nodes, geometry(nodes, pane), chosen);

const KEYS = ['←↑↓→ walk', 'Enter chat', 'r route', 't trace', 'l as a list', 'y copy'];
const LIST_KEYS = ['↑↓ choose', 'Enter chat', 'r route', 't trace', 'l drawn', 'y copy'];

/** Columns and their widths: a label, and before it room for the line that leads to it. */
type Geometry = {
  readonly cols: number;
  readonly columns: number;
  readonly rows: number;
  readonly lead: number;
  readonly wide: number;
};

const OURS = '( you )';
/** Cells of the line to a node: with its time and loss, with the time alone, with nothing. */
const LEADS = [14, 10, 4] as const;
const LABEL_LEAST = 13;

function geometry(nodes: readonly MeshNode[], pane: Area): Geometry {
  const hops = nodes.at(-1)?.hops ?? 1;
  const columnsFor = (lead: number): number => Math.floor((pane.cols - 2 - OURS.length) / (lead + LABEL_LEAST));
  const lead = LEADS.find((cells) => columnsFor(cells) >= Math.min(hops, 3)) ?? LEADS[2];
  const columns = Math.max(1, Math.min(hops, columnsFor(lead)));
  const wide = Math.min(34, Math.floor((pane.cols - 2 - OURS.length) / columns));
  return { cols: pane.cols, columns, lead, wide, rows: Math.max(1, bodyRows(pane) - 2 - footRows(pane)) };
}

const footRows = (pane: Area): number => (bodyRows(pane) >= 12 ? 4 : 2);

/** The cell at which the label of a column begins. */
const labelAt = (column: number, { lead, wide }: Geometry): number =>
  column === 0 ? 1 : 1 + OURS.length + (column - 1) * wide + lead;

function drawn(nodes: readonly MeshNode[], chosen: string, pane: Area, theme: Theme): string[] {
  const grid = geometry(nodes, pane);
  const placed = mapLayout(nodes, grid, chosen);
  const lowest = Math.max(...placed.map(({ row }) => row));
  // With room to spare there is a row of air between nodes.
  const gap = lowest * 2 < grid.rows ? 2 : 1;
  const canvas = new Canvas({ cols: pane.cols, rows: lowest * gap + 1 });
  for (const spot of placed) line(canvas, spot, gap, grid, theme);
  for (const spot of placed) {
    label(canvas, spot, { gap, chosen: spot.id === chosen, leads: leads(spot, placed) }, grid, theme);
  }
  const at = placed.find(({ id }) => id === chosen);
  const body = [theme.dim(heads(grid, nodes)), ...canvas.lines(theme.signs)];
  const room = bodyRows(pane) - footRows(pane);
  return [...body, ...Array.from({ length: room - body.length }, () => ''), ...foot(at, nodes, pane, theme)];
}

/** `you`, `1 hop`, `2 hops` … above the columns. */
function heads(grid: Geometry, nodes: readonly MeshNode[]): string {
  const beyond = (nodes.at(-1)?.hops ?? 0) > grid.columns;
  let line = '';
  for (let column = 0; column <= grid.columns; column++) {
    const more = beyond && column === grid.columns ? ' and more' : '';
    line = padEnd(line, labelAt(column, grid)) + (column === 0 ? '  you' : `  ${plural(column, 'hop')}${more}`);
  }
  return line;
}

/** The line from the node that one hangs from: solid where it is a link, dashed where others are between. */
function line(canvas: Canvas, { node, column, row, over }: Spot, gap: number, grid: Geometry, theme: Theme): void {
  if (!over) return;
  const dashed = (node?.unknown ?? 1) > 0;
  const stroke = { dashed, style: dashed ? theme.dim : isLossy(node) ? theme.warn : AS_IT_IS };
  const trunk = labelAt(over.column + 1, grid) - grid.lead + 1;
  canvas.across(labelAt(over.column, grid), trunk, over.row * gap, { dashed, style: stroke.style });
  canvas.down(trunk, over.row * gap, row * gap, stroke);
  canvas.across(trunk, labelAt(column, grid), row * gap, stroke);
  const figure = node && figures(node, grid.lead);
  if (figure) canvas.text(trunk + 2, row * gap, ` ${figure} `, stroke.style);
}

const AS_IT_IS: Style = (text) => text;

/** A link that loses every tenth packet is a weak one. */
const isLossy = (node: MeshNode | undefined): boolean => (node?.loss ?? 0) >= 0.1;

/** What is known of a link, as far as it fits on the line. */
function figures({ rttMs, loss, unknown }: MeshNode, lead: number): string {
  if (unknown > 0) return lead < LEADS[1] ? '' : `${unknown} ?`;
  const lost = loss === undefined || loss < 0.005 ? '' : `${Math.round(loss * 100)}%`;
  const both = [rtt(rttMs), lost].filter((part) => part !== '').join(' ');
  return [both, rtt(rttMs)].find((text) => width(text) <= lead - 6) ?? '';
}

/** Whether others are reached over it. */
const leads = (spot: Spot, all: readonly Spot[]): boolean => spot.folded > 0 || all.some(({ over }) => over === spot);

type Shown = { readonly gap: number; readonly chosen: boolean; readonly leads: boolean };

function label(canvas: Canvas, spot: Spot, { gap, chosen, leads }: Shown, grid: Geometry, theme: Theme): void {
  const { id, node, column, row, folded } = spot;
  const at = labelAt(column, grid);
  const look = chosen ? theme.chosen : node ? theme.person(id) : theme.bold;
  if (!node) {
    canvas.text(at, row * gap, id === '' ? OURS : `(+${folded})`, look);
    return;
  }
  const more = folded > 0 ? ` +${folded}` : '';
  const far = node.hops > column ? ` ${plural(node.hops, 'hop')}` : '';
  const end = column === grid.columns ? grid.cols : labelAt(column + 1, grid) - grid.lead;
  const room = end - at - 5 - width(more) - width(far);
  const name = shortName(node.name, Math.max(3, room), theme.signs.more);
  const text = leads ? `[ ${name} ]` : `( ${name} )`;
  canvas.text(at, row * gap, text, look);
  canvas.text(at + width(text), row * gap, more + far, theme.dim);
}

/** What is known of the chosen one, and what the lines mean. */
function foot(at: Spot | undefined, nodes: readonly MeshNode[], pane: Area, theme: Theme): string[] {
  const { signs } = theme;
  const name = at?.node ? shortName(at.node.name, 40, signs.more) : at?.id === '' ? 'you' : 'more';
  const head = theme.dim(ruled(name, pane.cols, signs.rule));
  const said = at?.node
    ? about(at.node, nodes, theme)
    : at?.id === ''
      ? 'this node'
      : `${plural(at?.folded ?? 0, 'node')} more than fit here: l lists all`;
  const [solid, dashed] = signs.name === 'ascii' ? ['--', '..'] : ['──', '╌╌'];
  const legend = `[ ] leads to others   ${solid} a link   ${dashed} nodes between are not known: t traces`;
  const lines = [head, cut(`   ${said}`, pane.cols, signs.more)];
  return footRows(pane) < 4 ? lines : [...lines, '', theme.dim(cut(`   ${legend}`, pane.cols, signs.more))];
}

function about(node: MeshNode, nodes: readonly MeshNode[], { signs }: Theme): string {
  const over = nodes.find(({ id }) => id === node.over);
  const by = over ? `over ${shortName(over.name, 30, signs.more)}` : 'a neighbour';
  return [by, linkWords(node)].filter((part) => part !== '').join(` ${signs.dot} `);
}

function listed(nodes: readonly MeshNode[], chosen: string, pane: Area, theme: Theme): string[] {
  const tree = meshTree(nodes);
  const rows = bodyRows(pane) - 1;
  const at = Math.max(
    0,
    tree.findIndex(({ node }) => node.id === chosen),
  );
  const from = Math.max(0, Math.min(at - (rows >> 1), tree.length - rows));
  const lines = tree.slice(from, from + rows).map(({ node, depth }) => {
    const isChosen = node.id === chosen;
    const mark = isChosen ? theme.accent(theme.signs.pointer) : ' ';
    const indent = ' '.repeat(Math.min(depth * 2, pane.cols >> 2));
    const name = shortName(node.name, Math.max(8, pane.cols >> 1), theme.signs.more);
    const look = theme.person(node.id)(name);
    return ` ${mark} ${indent}${isChosen ? theme.bold(look) : look}  ${theme.dim(linkWords(node))}`;
  });
  return [` ${theme.bold('you')}`, ...lines];
}

function nobody({ status, keys }: Known, pane: Area, theme: Theme): string[] {
  const connected = status?.connected ?? 0;
  const why =
    connected === 0
      ? 'Nobody is connected. Here stand the nodes that this one is linked with, and behind them those that they lead to.'
      : 'Neighbours have told of no ways yet. A moment after they are connected they do.';
  return [
    '',
    ...wrap(why, Math.max(10, Math.min(72, pane.cols - 6))).map((row) => `   ${row}`),
    '',
    `   ${theme.accent(keyFor(keys, 'peers') ?? '/mesh peers')} shows who is near, and how to reach somebody`,
  ];
}
