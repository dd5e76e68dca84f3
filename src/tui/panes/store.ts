import type { PaneOf } from '../pane.ts';
import { store } from '../views/store.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

/** What this node keeps. */
export const STORE: View<PaneOf<'store'>> = {
  begin: { name: 'store', top: 0 },
  draw: store,
  act: scrolling,
  read: (api) => api.call('store', {}),
  answers: { command: '/mesh store', pane: () => ({ name: 'store', top: 0 }) },
};
