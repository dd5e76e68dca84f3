import { routeRows } from '../../commands/route-rows.ts';
import { columns } from '../../commands/show.ts';
import { traceLines } from '../../commands/trace-lines.ts';
import type { PaneOf } from '../pane.ts';
import type { Trace } from '../traces.ts';
import { route, routePeer } from '../views/route.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

/** The ways to one peer. */
export const ROUTE: View<PaneOf<'route'>> = {
  draw: route,
  act: (state, pane, action) => {
    const { id, name } = routePeer(state, pane);
    if (action.name !== 'submit' || id === undefined) return scrolling(route, state, pane, action);
    return [{ do: 'open', conversation: { id, kind: 'direct', name } }];
  },
  type: (state, pane, letter) => {
    const { id = pane.peer } = routePeer(state, pane);
    switch (letter) {
      case 't':
        return [
          { do: 'show', pane: { ...pane, asked: state.now } },
          { do: 'run', line: `/mesh trace ${id}` },
        ];
      case 'w':
        return [{ do: 'run', line: `/mesh why ${id}` }];
      case 'm':
        return [{ do: 'show', pane: { name: 'map', chosen: id, list: false } }];
      case 'y':
        return [{ do: 'copy', what: 'the ways', text: wayLines(pane, state.traces.get(id)).join('\n') }];
      case 'q':
        return [{ do: 'back' }];
      default:
        return undefined;
    }
  },
  read: (api, { peer }) => api.call('route', { peer }),
  subject: ({ peer }) => peer,
  answers: {
    command: ['/mesh route', '/mesh trace'],
    pane: (words, result) => {
      const [typed] = words.filter((word) => !word.startsWith('-'));
      return typed === undefined ? undefined : { name: 'route', peer: idOf(result) ?? typed };
    },
  },
};

/** Whom an answer is about: a name that was typed may be another's tomorrow. */
function idOf(result: unknown): string | undefined {
  const { id, routes } = result as { readonly id?: string; readonly routes?: readonly { readonly to: string }[] };
  return id ?? routes?.[0]?.to;
}

/** The ways as the command prints them. */
const wayLines = ({ shows }: PaneOf<'route'>, trace: Trace | undefined): readonly string[] => [
  ...columns(routeRows(shows?.routes ?? [])),
  ...(trace ? traceLines(trace.traced) : []),
];
