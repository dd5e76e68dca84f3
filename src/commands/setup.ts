import { command } from './command.ts';

export const setup = command({
  name: 'setup',
  summary: 'the first steps again: a name, a way into a mesh, a friend',
  args: {},
  options: {},
  examples: ['/setup'],
  akin: ['welcome', 'start', 'tutorial'],
  chatOnly: true,
  local: true,
  run: async () => ({ ok: true, result: {} }),
  // Where there is no screen that asks, these are the commands to type.
  render: () => [
    '/nick NAME chooses the name that others see',
    '/mesh peers shows who is near, /mesh connect ID@HOST:PORT reaches a node by its address',
    '/mesh identity shows your address, /add URI adds a friend by theirs',
  ],
});
