import { PEER } from './arguments.ts';
import { command } from './command.ts';
import { routeRows } from './route-rows.ts';
import { columns } from './show.ts';
import { pingLine, tryPing } from './try-ping.ts';

export const meshTrace = command({
  name: 'mesh trace',
  summary: 'show the ways to a peer as this node knows them, and try one',
  args: { peer: PEER },
  options: {},
  examples: ['/mesh trace bob'],
  akin: ['traceroute'],
  run: async (api, { peer }) => {
    const found = await api.call('route', { peer });
    if (!found.ok) return found;
    return { ok: true, result: { routes: found.result.routes, ping: await tryPing(api, peer) } };
  },
  render: ({ routes, ping }, _context, { peer }) => [
    ...(routes.length === 0 ? [`no route to ${peer} now`] : columns(routeRows(routes))),
    pingLine(ping),
  ],
});
