import { cut, fill, padEnd, spread, width } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import type { Shows } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';

/** A view that fills the pane: a title, `body`, and as many of its keys as fit. Exactly `rows` lines; Esc always goes back. */
export function frame(
  title: string,
  body: readonly string[],
  keys: readonly string[],
  { cols, rows }: Area,
  theme: Theme,
): string[] {
  const head = theme.bar(spread(cut(` ${theme.bold(title)}`, cols - 10), 'Esc back ', cols));
  const foot = theme.dim(padEnd(` ${whatFits(keys, ` ${theme.signs.dot} `, cols - 2)}`, cols));
  const fitting = body.map((line) => cut(line, cols, theme.signs.more));
  return rows < 4 ? fill([head, ...fitting], rows) : [head, ...fill(fitting, rows - 2), foot];
}

/** What a view says instead of what the node has not answered. */
export const notRead = ({ failed }: Shows<unknown>, theme: Theme): string[] => [
  '',
  failed === undefined ? '   asking the node…' : `   ${theme.bad(`${theme.signs.wrong} ${guard.line(failed)}`)}`,
];

/** Rows of the body of a frame. */
export const bodyRows = (pane: Area): number => (pane.rows < 4 ? pane.rows - 1 : pane.rows - 2);

/** `lines` from `top` on, and how many are further down, in words. */
export function scrolledBody(lines: readonly string[], top: number, pane: Area, theme: Theme): string[] {
  const rows = bodyRows(pane);
  const from = clampTop(lines.length, top, pane);
  const left = lines.length - from - rows;
  if (left <= 0) return lines.slice(from);
  return [...lines.slice(from, from + rows - 1), theme.dim(`   ${theme.signs.down} ${left + 1} more lines: PgDn`)];
}

/** `top`, within what there is to scroll. */
const clampTop = (lines: number, top: number, pane: Area): number => Math.max(0, Math.min(top, lines - bodyRows(pane)));

/** As many of `parts` as fit into `cells`, the first at least. */
export function whatFits(parts: readonly string[], between: string, cells: number): string {
  let shown = parts.length;
  while (shown > 1 && width(parts.slice(0, shown).join(between)) > cells) shown--;
  return parts.slice(0, shown).join(between);
}
