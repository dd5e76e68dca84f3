import { TEXT, TOPIC } from './arguments.ts';
import { command } from './command.ts';
import { plural, shortId } from './show.ts';

export const meshBroadcast = command({
  name: 'mesh broadcast',
  summary: 'publish to a channel; subscribes first if needed, and says so',
  args: { topic: TOPIC, text: TEXT },
  options: {},
  examples: ['/mesh broadcast general the relay is up'],
  akin: ['publish', 'pub', 'notice'],
  run: (api, { topic, text }) => api.call('broadcast', { topic, text }),
  render: ({ id, channel, neighbours, subscribed }) => [
    ...(subscribed ? [`you now read #${channel}`] : []),
    `${shortId(id)} for #${channel}, ${plural(neighbours, 'neighbour')}`,
  ],
});
