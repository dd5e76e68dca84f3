import { PEER } from './arguments.ts';
import { command } from './command.ts';
import { pingLine } from './try-ping.ts';

export const meshPing = command({
  name: 'mesh ping',
  summary: 'measure the time to a peer and back',
  args: { peer: PEER },
  options: {},
  examples: ['/mesh ping bob'],
  run: (api, { peer }) => api.call('ping', { peer }),
  render: (result, _context, { peer }) => [`${peer} ${pingLine({ answered: true, ...result })}`],
});
