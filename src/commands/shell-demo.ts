import { shellCommand } from './command.ts';

export const shellDemo = shellCommand({
  name: 'demo',
  summary: 'try everything alone: five nodes in one process, and you at one end',
  args: {},
  options: {},
  examples: ['qpc demo'],
  run: async (shell) => ({ ok: true, result: undefined, exitCode: await shell.playDemo() }),
  render: () => [],
});
