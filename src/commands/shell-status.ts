import type { MetricView, Status } from '../api/shapes.ts';
import type { Answer } from './command.ts';
import { shellCommand } from './command.ts';
import { statusLines } from './status-lines.ts';

export const shellStatus = shellCommand({
  name: 'status',
  summary: 'show how the node of this profile is; starts none',
  args: {},
  options: {},
  examples: ['qpc status', 'qpc status --json'],
  run: async (
    shell,
  ): Promise<Answer<({ running: true } & Status & { metrics: readonly MetricView[] }) | { running: false }>> => {
    const api = await shell.running();
    if (!api) {
      const error = {
        code: 'E_NODE_GONE',
        message: 'no node runs for this profile',
        hint: 'qpc up starts one',
      } as const;
      return { ok: false, error, result: { running: false } };
    }
    const status = await api.call('status', {});
    if (!status.ok) return status;
    const figures = await api.call('metrics', {});
    return figures.ok ? { ok: true, result: { running: true, ...status.result, ...figures.result } } : figures;
  },
  render: (result, shell) => (result.running ? statusLines(result, shell) : []),
});
