import { command } from './command.ts';
import { statusLines } from './status-lines.ts';

export const meshStatus = command({
  name: 'mesh status',
  summary: 'show how this node is: addresses, connections, what waits, what is wrong',
  args: {},
  options: {},
  examples: ['/mesh status'],
  run: (api) => api.call('status', {}),
  render: statusLines,
});
