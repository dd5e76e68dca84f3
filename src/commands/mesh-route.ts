import type { Route, Traced } from '../api/shapes.ts';
import { flag, optional, PEER } from './arguments.ts';
import { type Answer, command } from './command.ts';
import { routeRows } from './route-rows.ts';
import { columns } from './show.ts';
import { traceLines } from './trace-lines.ts';

type Ways = { readonly routes: readonly Route[]; readonly traced?: Traced };

export const meshRoute = command({
  name: 'mesh route',
  summary: 'show the routing table, or the ways to one peer',
  args: { peer: optional(PEER) },
  options: { trace: flag('also send a packet there and back, as /mesh trace does') },
  examples: ['/mesh route', '/mesh route bob --trace'],
  run: async (api, { peer, trace }): Promise<Answer<Ways>> => {
    if (trace && peer === undefined) {
      return {
        ok: false,
        error: {
          code: 'E_USAGE',
          message: 'nothing was sent: --trace needs a PEER to go to',
          hint: '/mesh trace PEER',
        },
      };
    }
    const found = await api.call('route', peer === undefined ? {} : { peer });
    if (!found.ok || peer === undefined || !trace) return found;
    const traced = await api.call('trace', { peer });
    return traced.ok ? { ok: true, result: { ...found.result, traced: traced.result } } : traced;
  },
  render: (result, _context, { peer }) => {
    const { routes } = result;
    const none = peer === undefined ? 'no routes: nobody is connected' : `no route to ${peer} now`;
    return [
      ...(routes.length === 0 ? [none] : columns(routeRows(routes))),
      ...(result.traced ? traceLines(result.traced) : []),
    ];
  },
});
