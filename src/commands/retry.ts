import { MESSAGE } from './arguments.ts';
import { command } from './command.ts';
import { shortId, sign } from './show.ts';

export const retry = command({
  name: 'retry',
  summary: 'try at once to send a message that is still queued',
  args: { id: MESSAGE },
  options: {},
  examples: ['/retry 81b04c'],
  akin: ['resend', 'again'],
  run: (api, { id }) => api.call('retry', { id }),
  render: ({ id, state }, context) => [`${sign(state, context)} ${shortId(id)} is ${state}`],
});
