import { fuzzyFind } from '../core/base/fuzzy.ts';
import { helpRows } from './keys/key-map.ts';
import type { PaneName, PaneOf } from './pane.ts';
import { listedPeers } from './peer-list.ts';
import type { ViewState } from './screen-state.ts';

/** Somewhere to go. */
export type Place =
  | {
      readonly kind: 'chat';
      readonly id: string;
      readonly of: 'direct' | 'channel';
      readonly name: string;
      readonly unread: number;
    }
  | { readonly kind: 'person'; readonly id: string; readonly name: string }
  | { readonly kind: 'view'; readonly name: string; readonly pane: PaneName; readonly keys: string }
  | { readonly kind: 'command'; readonly name: string; readonly about: string };

type Known = Pick<ViewState, 'conversations' | 'peers' | 'keys' | 'open'>;
type Commands = readonly { readonly name: string; readonly summary: string }[];

/**
 * Where one can go, those that match best first: chats, the one with the latest line first, then people without one, views, and
 * commands. The chat that is open comes last of the chats: whoever is there wants to go elsewhere.
 */
export function places(state: Known, shown: PaneOf<'goto'>, commands: Commands): readonly Place[] {
  const all = [...chats(state), ...people(state, shown), ...views(state), ...commands.map(commandPlace)];
  return shown.query === '' ? all : fuzzyFind(shown.query, all, ({ name }) => name);
}

function chats({ conversations, open }: Known): Place[] {
  const at = (id: string, latest: number | undefined): number => (id === open ? -1 : (latest ?? 0));
  return conversations
    .map((one) => ({ one, at: at(one.id, one.messages.at(-1)?.received) }))
    .sort((a, b) => b.at - a.at)
    .map(({ one: { id, kind, name, unread } }): Place => ({ kind: 'chat', id, of: kind, name, unread }));
}

/** Contacts first, then others by how near they are. */
function people({ conversations, peers }: Known, { shows }: PaneOf<'goto'>): Place[] {
  const known = new Set(conversations.map(({ id }) => id));
  const found: Place[] = [];
  const add = (id: string, name: string): void => {
    if (known.has(id)) return;
    known.add(id);
    found.push({ kind: 'person', id, name });
  };
  for (const { id, name, blocked } of shows?.contacts ?? []) if (!blocked) add(id, name);
  for (const { id, name } of listedPeers({ peers, conversations }, NEAREST_FIRST)) add(id, name);
  return found;
}

const NEAREST_FIRST = { filter: undefined, order: 'nearness' } as const;

/** The views that a key opens, as the help calls them. */
const views = ({ keys }: Known): Place[] =>
  helpRows(keys).flatMap(({ action, does, keys }): Place[] =>
    action.name === 'pane' && action.pane !== 'goto' ? [{ kind: 'view', name: does, pane: action.pane, keys }] : [],
  );

const commandPlace = ({ name, summary }: Commands[number]): Place => ({
  kind: 'command',
  name: `/${name}`,
  about: summary,
});
