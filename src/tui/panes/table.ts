import type { Pane, PaneName, PaneOf } from '../pane.ts';
import { DETAILS } from './details.ts';
import { GOTO } from './goto.ts';
import { HELP } from './help.ts';
import { IDENTITY } from './identity.ts';
import { LINES } from './lines.ts';
import { MAP } from './map.ts';
import { PEERS } from './peers.ts';
import { ROUTE } from './route.ts';
import { SEARCH } from './search.ts';
import { SETUP } from './setup.ts';
import { STORE } from './store.ts';
import type { View } from './view.ts';

/** Every view beside the chat, by the name of its pane. */
export const VIEWS: { readonly [N in Exclude<PaneName, 'chat'>]: View<PaneOf<N>> } = {
  peers: PEERS,
  map: MAP,
  route: ROUTE,
  store: STORE,
  search: SEARCH,
  identity: IDENTITY,
  help: HELP,
  goto: GOTO,
  details: DETAILS,
  setup: SETUP,
  lines: LINES,
};

/** The view of a pane; `undefined` for the chat. */
// Which view belongs to which pane is what the type of VIEWS says; here it is forgotten.
export const viewOf = (pane: Pane): View<Pane> | undefined =>
  pane.name === 'chat' ? undefined : (VIEWS[pane.name] as unknown as View<Pane>);

/** Whether two panes are the same view of the same thing. */
export const isSameView = (a: Pane, b: Pane): boolean =>
  a.name === b.name && viewOf(a)?.subject?.(a) === viewOf(b)?.subject?.(b);
