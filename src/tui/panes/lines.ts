import type { PaneOf } from '../pane.ts';
import { lines } from '../views/lines.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

const draw: View<PaneOf<'lines'>>['draw'] = (_state, pane, area, theme) => lines(pane, area, theme);

/** What a command answered, when it has no view of its own. */
export const LINES: View<PaneOf<'lines'>> = {
  draw,
  act: (...key) => scrolling(draw, ...key),
  type: (_state, _pane, letter) => (letter === 'q' ? [{ do: 'back' }] : undefined),
  subject: ({ title }) => title,
};
