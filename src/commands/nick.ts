import { called, TEXT } from './arguments.ts';
import { command } from './command.ts';

export const nick = command({
  name: 'nick',
  summary: 'choose the name that others see',
  args: { name: called('NAME', 'to the end of the line', TEXT) },
  options: {},
  examples: ['/nick ann'],
  akin: ['name'],
  run: (api, { name }) => api.call('nick', { name: name.trim() }),
  render: ({ name }) => [`others see you as ~${name}`],
});
