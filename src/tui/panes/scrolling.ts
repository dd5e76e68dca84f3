import { chooseTheme } from '../drawing/theme.ts';
import type { Action } from '../keys/keys.ts';
import { layout } from '../layout.ts';
import type { Pane } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import type { Deed, View } from './view.ts';

type Scrolled = Extract<Pane, { readonly top?: number }>;

/**
 * Keys that scroll a view of lines: a line, or a page less two lines; not beyond the end, which is where it looks the same
 * farther down. `undefined` for all other keys.
 */
export function scrolling<P extends Scrolled>(
  draw: View<P>['draw'],
  state: ViewState,
  pane: P,
  action: Action,
): readonly Deed[] | undefined {
  const area = layout(state).main;
  const from = pane.top ?? 0;
  const by = stepOf(action, Math.max(1, bodyRows(area) - 2));
  if (by === 0) return undefined;
  const at = (top: number): string => draw(state, { ...pane, top }, area, PLAIN).join('\n');
  return [{ do: 'show', pane: { ...pane, top: by < 0 ? Math.max(0, from + by) : lowest(from, from + by, at) } }];
}

/** The first of `from` to `to` at which what is shown is what is shown at `to`. */
function lowest(from: number, to: number, at: (top: number) => string): number {
  const end = at(to);
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) === end) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Without looks: only what is there counts. */
const PLAIN = chooseTheme({ NO_COLOR: '1' }, { choice: 'mono', background: undefined });

/** How far a key moves in a list of which `page` rows are in sight: 0 when it does not. */
export function stepOf(action: Action, page: number): number {
  if (action.name === 'up') return -1;
  if (action.name === 'down') return 1;
  return action.name === 'scroll' ? action.pages * page : 0;
}
