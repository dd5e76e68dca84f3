import { COMMANDS } from '../../commands/table.ts';
import { layout } from '../layout.ts';
import type { PaneOf } from '../pane.ts';
import { type Place, places } from '../places.ts';
import { bodyRows } from '../views/frame.ts';
import { goto } from '../views/goto.ts';
import { stepOf } from './scrolling.ts';
import { inOneLine, typedInto } from './typing.ts';
import type { Deed, View } from './view.ts';

type Goto = PaneOf<'goto'>;

const COMMANDS_HERE = COMMANDS.filter((command) => command.on === 'node');

/** To any chat, person, view or command by a few letters. */
export const GOTO: View<Goto> & { readonly begin: Goto } = {
  begin: { name: 'goto', query: '', chosen: 0 },
  draw: (state, pane, area, theme) => goto(state, pane, places(state, pane, COMMANDS_HERE), area, theme),
  act: (state, pane, action) => {
    const found = places(state, pane, COMMANDS_HERE);
    const by = stepOf(action, Math.max(1, bodyRows(layout(state).main) - 3));
    const at = Math.max(0, Math.min(pane.chosen, found.length - 1));
    if (by !== 0) return [{ do: 'show', pane: { ...pane, chosen: Math.max(0, Math.min(found.length - 1, at + by)) } }];
    if (action.name === 'submit') return goTo(found[at]);
    const query = typedInto(pane.query, action);
    return query === undefined ? undefined : [{ do: 'show', pane: { ...pane, query, chosen: 0 } }];
  },
  type: (_state, pane, letter) => [{ do: 'show', pane: { ...pane, query: pane.query + letter, chosen: 0 } }],
  isWritten: () => true,
  paste: (_state, pane, text) => [{ do: 'show', pane: { ...pane, query: pane.query + inOneLine(text), chosen: 0 } }],
  read: (api) => api.call('contacts', {}),
};

function goTo(place: Place | undefined): readonly Deed[] {
  switch (place?.kind) {
    case 'chat':
      return [{ do: 'open', conversation: { id: place.id, kind: place.of, name: place.name } }];
    case 'person':
      return [{ do: 'open', conversation: { id: place.id, kind: 'direct', name: place.name } }];
    case 'view':
      return [{ do: 'back' }, { do: 'act', action: { name: 'pane', pane: place.pane } }];
    case 'command':
      return [{ do: 'write', text: `${place.name} ` }];
    case undefined:
      return [];
  }
}
