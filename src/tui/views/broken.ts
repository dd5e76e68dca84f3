import { fill } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { Area } from '../reading/scroll.ts';

/** What stands where a view could not be drawn: what was wrong, and that nothing else is. Exactly `rows` lines. */
export function broken(error: unknown, { cols, rows }: Area, theme: Theme): string[] {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const room = Math.max(8, cols - 4);
  const lines = [
    ...wrap(`This cannot be shown: ${guard.line(what)}`, room).map(theme.bad),
    '',
    ...wrap(
      'It is a mistake in qpc. Everything else goes on, and it is tried again when something changes. Esc leaves it; with --verbose it is written to screen.log.',
      room,
    ).map(theme.dim),
  ];
  if (rows < 4 || cols < 12) return fill([theme.bad('!'.slice(0, cols))], rows);
  return fill(['', ...lines.map((line) => `  ${line}`)], rows);
}
