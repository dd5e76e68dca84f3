import type { PaneOf } from '../pane.ts';
import { identity } from '../views/identity.ts';
import type { View } from './view.ts';

/** Who we are. */
export const IDENTITY: View<PaneOf<'identity'>> = {
  begin: { name: 'identity' },
  draw: identity,
  read: (api) => api.call('identity', {}),
  answers: { command: '/mesh identity', pane: () => ({ name: 'identity' }) },
};
