import { called, NAME, PEER } from './arguments.ts';
import { command } from './command.ts';

export const rename = command({
  name: 'rename',
  summary: 'change your name for somebody',
  args: { peer: PEER, name: called('NAME', 'your name for them, which nobody else sees', NAME) },
  options: {},
  examples: ['/rename bob robert'],
  akin: ['alias'],
  run: (api, { peer, name }) => api.call('rename', { peer, name }),
  render: ({ name }, _context, { peer }) => [`${peer} is called ${name} now`],
});
