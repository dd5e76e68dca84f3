import { PEER } from './arguments.ts';
import { command } from './command.ts';

export const meshDisconnect = command({
  name: 'mesh disconnect',
  summary: 'close the connection to a peer',
  args: { peer: PEER },
  options: {},
  examples: ['/mesh disconnect bob'],
  run: (api, { peer }) => api.call('disconnect', { peer }),
  render: ({ state }, _context, { peer }) => [
    state === 'disconnected' ? `${peer} is disconnected` : `${peer} was not connected`,
  ],
});
