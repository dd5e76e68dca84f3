import { keptFor, lifetime, TEXT, TOPIC } from './arguments.ts';
import { command } from './command.ts';
import { plural, shortId } from './show.ts';

export const meshBroadcast = command({
  name: 'mesh broadcast',
  summary: 'publish to a channel; subscribes first if needed, and says so',
  args: { topic: TOPIC, text: TEXT },
  options: { ttl: lifetime },
  examples: ['/mesh broadcast general the relay is up'],
  akin: ['publish', 'pub', 'notice'],
  run: (api, { topic, text, ttl }) => api.call('broadcast', { topic, text, ...keptFor(ttl) }),
  render: ({ id, channel, neighbours, subscribed }) => [
    ...(subscribed ? [`you now read #${channel}`] : []),
    `${shortId(id)} for #${channel}, ${plural(neighbours, 'neighbour')}`,
  ],
});
