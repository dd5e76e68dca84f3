import { shellCommand } from './command.ts';
import { endedWith } from './ended-with.ts';

export const shellLab = shellCommand({
  name: 'lab',
  summary: 'run the network laboratory: many nodes, a virtual clock, any weather',
  args: {},
  options: {},
  examples: ['qpc lab --help'],
  akin: ['sim'],
  raw: true,
  run: async (shell, { words }) => endedWith(await shell.runProgram('lab', words)),
  render: () => [],
});
