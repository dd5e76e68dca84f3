import { layout } from '../layout.ts';
import type { PaneOf } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import { chosenPeer, listedPeers, peers } from '../views/peers.ts';
import { stepOf } from './scrolling.ts';
import type { Deed, View } from './view.ts';

type Peers = PaneOf<'peers'>;

const BEGIN: Peers = { name: 'peers', chosen: undefined, filter: undefined };

/** Nodes near, connected and remembered. */
export const PEERS: View<Peers> = {
  begin: BEGIN,
  draw: (state, _pane, area, theme) => peers(state, area, theme),
  act: (state, pane, action) => {
    const by = stepOf(action, Math.max(1, (bodyRows(layout(state).main) >> 1) - 2));
    if (by !== 0) return choose(state, pane, by);
    switch (action.name) {
      case 'back':
        return pane.filter === undefined ? undefined : filtered(pane, undefined);
      case 'submit':
        return pane.filter ? filtered({ ...pane, chosen: chosenPeer(state) }, undefined) : openChosen(state);
      case 'edit':
        if (action.op === 'erase' && pane.filter !== undefined)
          return filtered(pane, pane.filter === '' ? undefined : pane.filter.slice(0, -1));
        return [];
      case 'complete':
        return [{ do: 'back' }];
      default:
        return undefined;
    }
  },
  type: (state, pane, letter) =>
    pane.filter === undefined ? letterOf(state, pane, letter) : filtered(pane, pane.filter + letter),
  answers: { command: '/mesh peers', pane: () => BEGIN },
};

const filtered = (pane: Peers, filter: string | undefined): readonly Deed[] => [
  { do: 'show', pane: { ...pane, filter } },
];

function choose(state: ViewState, pane: Peers, by: number): readonly Deed[] {
  const shown = listedPeers(state);
  const at = shown.findIndex(({ id }) => id === chosenPeer(state));
  const to = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  return [{ do: 'show', pane: { ...pane, chosen: to?.id } }];
}

function openChosen(state: ViewState): readonly Deed[] {
  const chosen = state.peers.find(({ id }) => id === chosenPeer(state));
  return chosen ? [{ do: 'open', conversation: { id: chosen.id, kind: 'direct', name: chosen.name } }] : [];
}

function letterOf(state: ViewState, pane: Peers, letter: string): readonly Deed[] {
  const id = chosenPeer(state);
  const about = { r: '/mesh route', p: '/mesh ping', w: '/mesh why' }[letter];
  if (about !== undefined && id !== undefined) return [{ do: 'run', line: `${about} ${id}` }];
  if (letter === '/') return filtered(pane, '');
  if (letter === 's') return [{ do: 'run', line: '/mesh peers --scan' }];
  return letter === 'q' ? [{ do: 'back' }] : [];
}
