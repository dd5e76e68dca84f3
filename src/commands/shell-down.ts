import { type Answer, shellCommand } from './command.ts';

export const shellDown = shellCommand({
  name: 'down',
  summary: 'stop the node of this profile',
  args: {},
  options: {},
  examples: ['qpc down'],
  akin: ['stop'],
  run: async (shell): Promise<Answer<{ readonly pid: number | undefined }>> =>
    (await shell.stop()) ?? { ok: true, result: { pid: undefined } },
  render: ({ pid }) => [pid === undefined ? 'no node runs for this profile' : `process ${pid} has stopped`],
});
