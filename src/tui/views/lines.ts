import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import { frame, scrolledBody } from './frame.ts';

/** What a command answered, to be scrolled through. */
export function lines(shown: PaneOf<'lines'>, pane: Area, theme: Theme): string[] {
  const body = ['', ...wrapped(shown.lines, pane.cols)];
  return frame(
    guard.line(shown.title),
    scrolledBody(body, shown.top, pane, theme),
    ['↑↓ PgUp PgDn scroll', 'Esc back'],
    pane,
    theme,
  );
}

/** Lines longer than the pane go on below, indented as they began. */
const wrapped = (all: readonly string[], cols: number): string[] =>
  all.flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? '';
    const [first = '', ...rest] = wrap(guard.text(line), Math.max(8, cols - 4));
    return [`  ${first}`, ...rest.map((part) => `  ${indent}  ${part}`)];
  });
