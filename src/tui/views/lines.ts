import * as guard from '../guard.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../scroll.ts';
import type { Theme } from '../theme.ts';
import { wrap } from '../wrap.ts';
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
