import { shellCommand } from './command.ts';

export const shellLab = shellCommand({
  name: 'lab',
  summary: 'the network laboratory: many nodes on a virtual clock, in any weather, on a map of your own',
  args: {},
  options: {},
  examples: [
    'qpc lab --help',
    'qpc lab list',
    'qpc lab run swarm --seeds 20',
    'qpc lab run village.toml --report html > village.html',
  ],
  akin: ['sim'],
  raw: true,
  run: async (shell, { words }) => ({ ok: true, result: undefined, exitCode: await shell.runLab(words) }),
  render: () => [],
});
