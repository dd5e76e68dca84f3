import { shellCommand } from './command.ts';
import { endedWith } from './ended-with.ts';

export const shellDemo = shellCommand({
  name: 'demo',
  summary: 'try everything alone: five nodes in one process, and you at one end',
  args: {},
  options: {},
  examples: ['qpc demo'],
  raw: true,
  run: async (shell, { words }) => endedWith(await shell.runProgram('demo', words)),
  render: () => [],
});
