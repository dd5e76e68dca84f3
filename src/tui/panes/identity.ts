import type { PaneOf } from '../pane.ts';
import { identity } from '../views/identity.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

/** Who we are. */
export const IDENTITY: View<PaneOf<'identity'>> = {
  begin: { name: 'identity' },
  draw: identity,
  act: (...key) => scrolling(identity, ...key),
  type: (_state, { shows }, letter) => {
    if (letter === 'a') return [{ do: 'write', text: '/add ' }];
    // Where to is for the person to say.
    if (letter === 's') return [{ do: 'write', text: '/mesh identity --svg my-code.svg' }];
    if (letter === 'y') return shows && [{ do: 'copy', what: 'your address', text: shows.uri }];
    return letter === 'q' ? [{ do: 'back' }] : undefined;
  },
  read: (api) => api.call('identity', {}),
  answers: { command: '/mesh identity', pane: (words) => (words.includes('--svg') ? undefined : { name: 'identity' }) },
};
