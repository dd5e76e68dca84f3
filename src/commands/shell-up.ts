import { shellCommand } from './command.ts';

export const shellUp = shellCommand({
  name: 'up',
  summary: 'start the node of this profile and let it run until qpc down',
  args: {},
  options: {},
  examples: ['qpc up'],
  akin: ['start', 'daemon'],
  run: async (shell) => {
    const node = await shell.attach();
    return node.ok ? node.result.call('stay', {}) : node;
  },
  render: ({ pid }) => [`the node runs as process ${pid} · qpc down stops it`],
});
