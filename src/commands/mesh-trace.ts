import { PEER } from './arguments.ts';
import { command } from './command.ts';
import { traceLines } from './trace-lines.ts';

export const meshTrace = command({
  name: 'mesh trace',
  summary: 'send a packet to a peer and back; every node on the way signs that it was there',
  args: { peer: PEER },
  options: {},
  examples: ['/mesh trace bob'],
  akin: ['traceroute'],
  run: (api, { peer }) => api.call('trace', { peer }),
  render: (found) => traceLines(found),
});
