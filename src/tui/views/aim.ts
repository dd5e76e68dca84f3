import { cut } from '../drawing/cells.ts';
import type { Theme } from '../drawing/theme.ts';
import { aimOf, aimWords } from '../reading/aim.ts';
import type { ViewState } from '../screen-state.ts';

/** What the line being written is for, above it: one line of at most `cols` cells, or none. */
export function aim(state: ViewState, cols: number, theme: Theme): string[] {
  const is = aimOf(state);
  if (!is) return [];
  const keys = is.kind === 'reply' ? ` ${theme.signs.dot} Esc: no answer` : '';
  const words = aimWords(is, Math.max(1, cols - 2 - keys.length));
  return [cut(`${theme.accent(theme.signs.aims)} ${theme.dim(words + keys)}`, cols, theme.signs.more)];
}
