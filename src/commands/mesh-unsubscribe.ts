import { TOPIC } from './arguments.ts';
import { command } from './command.ts';

export const meshUnsubscribe = command({
  name: 'mesh unsubscribe',
  summary: 'leave a channel; its lines stay',
  args: { topic: TOPIC },
  options: {},
  examples: ['/mesh unsubscribe general'],
  akin: ['part', 'leave'],
  run: (api, { topic }) => api.call('unsubscribe', { topic }),
  render: ({ channel }) => [`you no longer read #${channel}`],
});
