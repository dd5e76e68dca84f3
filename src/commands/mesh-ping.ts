import { PEER } from './arguments.ts';
import { command } from './command.ts';
import { plural, rtt } from './show.ts';

export const meshPing = command({
  name: 'mesh ping',
  summary: 'measure the time to a peer and back, however many hops away',
  args: { peer: PEER },
  options: {},
  examples: ['/mesh ping bob'],
  run: (api, { peer }) => api.call('ping', { peer }),
  render: ({ rttMs, hops }, _context, { peer }) => [`${peer} answered in ${rtt(rttMs)} over ${plural(hops, 'hop')}`],
});
