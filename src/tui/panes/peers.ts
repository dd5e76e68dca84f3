import { layout } from '../layout.ts';
import type { PaneOf } from '../pane.ts';
import { chosenPeer, listedPeers, PEER_ORDERS } from '../peer-list.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import { peers } from '../views/peers.ts';
import { stepOf } from './scrolling.ts';
import { inOneLine, shortened } from './typing.ts';
import type { Deed, View } from './view.ts';

type Peers = PaneOf<'peers'>;

const BEGIN: Peers = { name: 'peers', chosen: undefined, filter: undefined, order: 'nearness' };

/** Nodes near, connected and remembered. */
export const PEERS: View<Peers> & { readonly begin: Peers } = {
  begin: BEGIN,
  draw: peers,
  act: (state, pane, action) => {
    const by = stepOf(action, Math.max(1, (bodyRows(layout(state).main) >> 1) - 2));
    if (by !== 0) return choose(state, pane, by);
    switch (action.name) {
      case 'back':
        return pane.filter === undefined ? undefined : filtered(pane, undefined);
      case 'submit':
        return pane.filter
          ? filtered({ ...pane, chosen: chosenPeer(state, pane)?.id }, undefined)
          : openChosen(state, pane);
      case 'edit':
        if (pane.filter === undefined) return [];
        return filtered(
          pane,
          pane.filter === '' && action.op === 'erase' ? undefined : shortened(pane.filter, action.op),
        );
      case 'complete':
        return [{ do: 'back' }];
      default:
        return undefined;
    }
  },
  type: (state, pane, letter) =>
    pane.filter === undefined ? letterOf(state, pane, letter) : filtered(pane, pane.filter + letter),
  isWritten: ({ filter }) => filter !== undefined,
  paste: (_state, pane, text) =>
    pane.filter === undefined ? undefined : filtered(pane, pane.filter + inOneLine(text)),
  read: (api) => api.call('contacts', {}),
  answers: { command: '/mesh peers', pane: () => BEGIN },
};

const filtered = (pane: Peers, filter: string | undefined): readonly Deed[] => [
  { do: 'show', pane: { ...pane, filter } },
];

function choose(state: ViewState, pane: Peers, by: number): readonly Deed[] {
  const list = listedPeers(state, pane);
  const chosen = chosenPeer(state, pane);
  const at = chosen ? list.indexOf(chosen) : 0;
  const to = list[Math.max(0, Math.min(list.length - 1, at + by))];
  return [{ do: 'show', pane: { ...pane, chosen: to?.id } }];
}

function openChosen(state: ViewState, pane: Peers): readonly Deed[] {
  const chosen = chosenPeer(state, pane);
  return chosen ? [{ do: 'open', conversation: { id: chosen.id, kind: 'direct', name: chosen.name } }] : [];
}

function letterOf(state: ViewState, pane: Peers, letter: string): readonly Deed[] | undefined {
  const id = chosenPeer(state, pane)?.id;
  switch (letter) {
    case '/':
      return filtered(pane, '');
    case 's':
      return [{ do: 'show', pane: { ...pane, order: after(pane.order) } }];
    case 'n':
      return [{ do: 'run', line: '/mesh peers --scan' }];
    case 'm':
      return [{ do: 'show', pane: { name: 'map', chosen: id, list: false } }];
    case 'q':
      return [{ do: 'back' }];
    default:
      return id === undefined ? undefined : about(id, letter);
  }
}

/** What a letter does with the chosen one. That a key was compared only a person can say: that line is left to be sent. */
function about(id: string, letter: string): readonly Deed[] | undefined {
  if (letter === 'r') return [{ do: 'show', pane: { name: 'route', peer: id } }];
  if (letter === 'v') return [{ do: 'write', text: `/verify ${id}` }];
  const command = { p: '/mesh ping', w: '/mesh why' }[letter];
  return command === undefined ? undefined : [{ do: 'run', line: `${command} ${id}` }];
}

const after = (order: Peers['order']): Peers['order'] =>
  PEER_ORDERS[(PEER_ORDERS.indexOf(order) + 1) % PEER_ORDERS.length]!;
