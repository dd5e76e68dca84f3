import { PEER } from './arguments.ts';
import { command } from './command.ts';

export const accept = command({
  name: 'accept',
  summary: 'let a stranger write to you: what waited is shown, and what comes',
  args: { peer: PEER },
  options: {},
  examples: ['/accept ~carol.k7qd'],
  run: (api, { peer }) => api.call('accept', { peer }),
  render: ({ name }) => [`${name} may write to you · /chat ${name} shows what waited · /rename gives a name`],
});
