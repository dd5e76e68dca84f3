import { layout } from '../layout.ts';
import type { PaneOf } from '../pane.ts';
import { bodyRows } from '../views/frame.ts';
import { chosenKept, type Kept, store } from '../views/store.ts';
import { stepOf } from './scrolling.ts';
import type { Deed, View } from './view.ts';

/** What this node keeps. */
export const STORE: View<PaneOf<'store'>> = {
  begin: { name: 'store', chosen: undefined },
  draw: store,
  act: (state, pane, action) => {
    const kept = chosenKept(pane);
    if (action.name === 'submit') return kept ? [{ do: 'open', conversation: conversationOf(kept) }] : [];
    const by = stepOf(action, Math.max(1, (bodyRows(layout(state).main) >> 1) - 2));
    if (by === 0) return undefined;
    const all = pane.shows?.perRecipient ?? [];
    const at = kept ? all.indexOf(kept) : 0;
    return [{ do: 'show', pane: { ...pane, chosen: all[Math.max(0, Math.min(all.length - 1, at + by))]?.to } }];
  },
  type: (_state, pane, letter) => {
    const kept = chosenKept(pane);
    if (letter === 'q') return [{ do: 'back' }];
    return kept && about(kept, letter);
  },
  read: (api) => api.call('store', {}),
  answers: { command: '/mesh store', pane: () => ({ name: 'store', chosen: undefined }) },
};

const conversationOf = ({ to, kind, name }: Kept) => ({ id: to, kind, name });

/** Where mail is exported to a person has to say: that line is left to be finished. */
function about({ to, kind }: Kept, letter: string): readonly Deed[] | undefined {
  if (letter === 'e')
    return [{ do: 'write', text: kind === 'direct' ? `/mesh store export --to ${to} ` : '/mesh store export ' }];
  if (kind === 'channel') return undefined;
  if (letter === 'w') return [{ do: 'run', line: `/mesh why ${to}` }];
  return letter === 'r' ? [{ do: 'show', pane: { name: 'route', peer: to } }] : undefined;
}
