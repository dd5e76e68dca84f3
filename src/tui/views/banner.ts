import type { ViewState } from '../screen-state.ts';
import type { Theme } from '../theme.ts';

/** What there is to say, above the status bar: the rows that the layout made of it, with a sign before the first. */
export function banner({ banner }: ViewState, rows: readonly string[], theme: Theme): string[] {
  if (!banner) return [];
  const [sign, style] = {
    error: [theme.signs.wrong, theme.bad] as const,
    warning: ['!', theme.warn] as const,
    done: [theme.signs.done, theme.good] as const,
  }[banner.kind];
  return rows.map((row, index) => `${style(index === 0 ? sign : ' ')} ${banner.kind === 'done' ? row : style(row)}`);
}
