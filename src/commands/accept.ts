import { PEER } from './arguments.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';

export const accept = command({
  name: 'accept',
  summary: 'let a stranger write to you: what waited is shown, and what comes',
  args: { peer: PEER },
  options: {},
  examples: ['/accept ~carol.k7qd'],
  run: (api, { peer }) => api.call('accept', { peer }),
  render: ({ name }, { face }) => [
    `${name} may write to you · ${face === 'chat' ? `/chat ${name}` : `qpc history ${name}`} shows what waited · ${commandsIn('/rename', face)} gives a name`,
  ],
});
