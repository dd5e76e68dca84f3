import { command } from './command.ts';

export const quit = command({
  name: 'quit',
  summary: 'leave; what is queued goes out the next time',
  args: {},
  options: {},
  examples: ['/quit'],
  akin: ['exit', 'bye', 'q'],
  chatOnly: true,
  local: true,
  run: async (_api, _input, context) => {
    context.quit();
    return { ok: true, result: {} };
  },
  render: () => [],
});
