import { PEER } from './arguments.ts';
import { command } from './command.ts';

export const block = command({
  name: 'block',
  summary: 'block somebody: nothing is shown or accepted from them; again to undo',
  args: { peer: PEER },
  options: {},
  examples: ['/block ~carol.k7qd'],
  akin: ['ignore', 'ban', 'unblock'],
  run: (api, { peer }) => api.call('block', { peer }),
  render: ({ name, blocked }) => [blocked ? `${name} is blocked` : `${name} is no longer blocked`],
});
