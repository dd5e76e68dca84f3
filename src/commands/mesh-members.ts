import { TOPIC } from './arguments.ts';
import { command } from './command.ts';
import { ago, columns } from './show.ts';

export const meshMembers = command({
  name: 'mesh members',
  summary: 'show who is in a channel, and when they were heard last',
  args: { topic: TOPIC },
  options: {},
  examples: ['/mesh members general'],
  akin: ['names', 'who', 'users'],
  run: (api, { topic }) => api.call('members', { topic }),
  render: ({ channel, members }, context) =>
    members.length === 0
      ? [`nobody else has been heard in #${channel} yet`]
      : columns(members.map(({ name, lastSeen, state }) => [name, state, `seen ${ago(lastSeen, context.now())}`])),
});
