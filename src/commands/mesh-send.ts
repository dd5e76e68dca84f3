import { keptFor, lifetime, PEER, TEXT } from './arguments.ts';
import { command } from './command.ts';
import { sentLine } from './show.ts';

export const meshSend = command({
  name: 'mesh send',
  summary: 'send a message to one peer: now, by hops, or when it returns',
  args: { peer: PEER, text: TEXT },
  options: { ttl: lifetime },
  examples: ['/mesh send bob the hill node is back', '/send ~carol.k7qd hello'],
  akin: ['msg', 'tell', 'dm', 'whisper'],
  run: (api, { peer, text, ttl }) => api.call('send', { peer, text, ...keptFor(ttl) }),
  render: ({ id, state }, context, { peer }) => [sentLine({ id, state, to: peer }, context)],
});
