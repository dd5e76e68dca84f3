import { MESSAGE } from './arguments.ts';
import { command } from './command.ts';
import { shortId, sign } from './show.ts';

export const discard = command({
  name: 'discard',
  summary: 'give up a message that nobody has confirmed',
  args: { id: MESSAGE },
  options: {},
  examples: ['/discard 81b04c'],
  akin: ['cancel'],
  run: (api, { id }) => api.call('discard', { id }),
  render: ({ id, state }, context) => [`${sign(state, context)} ${shortId(id)} is ${state}`],
});
