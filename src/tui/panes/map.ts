import { meshTree, treeLines } from '../../commands/mesh-tree.ts';
import { layout } from '../layout.ts';
import type { Spot } from '../map-layout.ts';
import type { PaneOf } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import { chosenOnMap, isList, map, mapNodes, spots } from '../views/map.ts';
import { stepOf } from './scrolling.ts';
import type { Deed, View } from './view.ts';

type Map = PaneOf<'map'>;

const BEGIN: Map = { name: 'map', chosen: undefined, list: false };

/** Who is reached over whom. */
export const MAP: View<Map> = {
  begin: BEGIN,
  draw: map,
  act: (state, pane, action) => {
    const area = layout(state).main;
    if (action.name === 'submit') return open(state, pane);
    if (isList(pane, area)) {
      const by = stepOf(action, Math.max(1, bodyRows(area) - 3));
      return by === 0 ? undefined : chooseInList(state, pane, by);
    }
    if (action.name === 'up' || action.name === 'down') return walk(state, pane, action.name);
    if (action.name === 'edit' && (action.op === 'left' || action.op === 'right')) return walk(state, pane, action.op);
    return undefined;
  },
  type: (state, pane, letter) => {
    const node = chosenNode(state, pane);
    if (letter === 'l') return [{ do: 'show', pane: { ...pane, list: !pane.list } }];
    if (letter === 'q') return [{ do: 'back' }];
    if (letter === 'y') return [{ do: 'copy', what: 'the map', text: treeLines(mapNodes(state, pane)).join('\n') }];
    if (letter === 'r' && node) return [{ do: 'show', pane: { name: 'route', peer: node.id } }];
    if (letter === 't' && node) return [{ do: 'run', line: `/mesh trace ${node.id}` }];
    return undefined;
  },
  read: (api) => api.call('route', {}),
  answers: { command: '/mesh map', pane: () => BEGIN },
};

const chosenNode = (state: ViewState, pane: Map) => {
  const nodes = mapNodes(state, pane);
  const chosen = chosenOnMap(nodes, pane, layout(state).main);
  return nodes.find(({ id }) => id === chosen);
};

/** Those that had no room are in the list. */
function open(state: ViewState, pane: Map): readonly Deed[] {
  const node = chosenNode(state, pane);
  if (node) return [{ do: 'open', conversation: { id: node.id, kind: 'direct', name: node.name } }];
  return pane.chosen?.startsWith('+') ? [{ do: 'show', pane: { ...pane, list: true, chosen: undefined } }] : [];
}

function chooseInList(state: ViewState, pane: Map, by: number): readonly Deed[] {
  const nodes = mapNodes(state, pane);
  const tree = meshTree(nodes);
  const chosen = chosenOnMap(nodes, pane, layout(state).main);
  const at = tree.findIndex(({ node }) => node.id === chosen);
  const to = tree[Math.max(0, Math.min(tree.length - 1, at + by))];
  return [{ do: 'show', pane: { ...pane, chosen: to?.node.id } }];
}

/** To the next one in a direction: up and down within the column, left to the one it hangs from, right to the middle one behind it. */
function walk(state: ViewState, pane: Map, to: 'up' | 'down' | 'left' | 'right'): readonly Deed[] {
  const nodes = mapNodes(state, pane);
  const area = layout(state).main;
  const chosen = chosenOnMap(nodes, pane, area);
  const all = spots(nodes, chosen, area);
  const from = all.find(({ id }) => id === chosen);
  const next = from && nextSpot(all, from, to);
  return next ? [{ do: 'show', pane: { ...pane, chosen: next.id } }] : [];
}

function nextSpot(all: readonly Spot[], from: Spot, to: 'up' | 'down' | 'left' | 'right'): Spot | undefined {
  if (to === 'left') return from.over;
  const there = {
    up: ({ column, row }: Spot) => column === from.column && row < from.row,
    down: ({ column, row }: Spot) => column === from.column && row > from.row,
    right: ({ over }: Spot) => over === from,
  }[to];
  const far = (spot: Spot): number => Math.abs(spot.row - from.row);
  return all.filter(there).sort((a, b) => far(a) - far(b))[0];
}
