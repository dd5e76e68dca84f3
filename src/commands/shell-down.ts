import { shellCommand } from './command.ts';

export const shellDown = shellCommand({
  name: 'down',
  summary: 'stop the node of this profile',
  args: {},
  options: {},
  examples: ['qpc down'],
  akin: ['stop'],
  run: async (shell) => {
    const api = await shell.running();
    if (!api) return { ok: true, result: { pid: undefined } };
    // The answer may be lost with the socket: it is done once the node is gone.
    const gone = new Promise<void>((resolve) => api.onClose(() => resolve()));
    const stopping = await api.call('down', {});
    if (!stopping.ok && stopping.error.code !== 'E_NODE_GONE') return stopping;
    await gone;
    return { ok: true, result: { pid: stopping.ok ? stopping.result.pid : undefined } };
  },
  render: ({ pid }) => [pid === undefined ? 'no node runs for this profile' : `process ${pid} has stopped`],
});
