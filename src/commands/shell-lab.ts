import { shellCommand } from './command.ts';

export const shellLab = shellCommand({
  name: 'lab',
  summary: 'run the network laboratory: many nodes, a virtual clock, any weather',
  args: {},
  options: {},
  examples: ['qpc lab --help'],
  akin: ['sim'],
  raw: true,
  run: async (shell, { words }) => ({ ok: true, result: undefined, exitCode: await shell.runLab(words) }),
  render: () => [],
});
