import type { Action } from '../keys.ts';
import { layout } from '../layout.ts';
import type { Pane } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import type { Deed } from './view.ts';

/** Keys that scroll a view of lines: a line, or a page less two lines. `undefined` for all others. */
export function scrolling(
  state: ViewState,
  pane: Extract<Pane, { readonly top?: number }>,
  action: Action,
): readonly Deed[] | undefined {
  const page = Math.max(1, bodyRows(layout(state).main) - 2);
  const by = stepOf(action, page);
  return by === 0 ? undefined : [{ do: 'show', pane: { ...pane, top: Math.max(0, (pane.top ?? 0) + by) } }];
}

/** How far a key moves in a list of which `page` rows are in sight: 0 when it does not. */
export function stepOf(action: Action, page: number): number {
  if (action.name === 'up') return -1;
  if (action.name === 'down') return 1;
  return action.name === 'scroll' ? action.pages * page : 0;
}
