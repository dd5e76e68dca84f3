import { flag, TOPIC, valued } from './arguments.ts';
import { command } from './command.ts';

export const meshSubscribe = command({
  name: 'mesh subscribe',
  summary: 'join a channel, creating it on first use',
  args: { topic: TOPIC },
  options: {
    private: flag('with a random key, for those who have the invite'),
    key: valued('INVITE', 'the invite of a private channel'),
  },
  examples: ['/mesh subscribe general', '/mesh subscribe plans --private'],
  akin: ['join', 'j', 'sub'],
  run: async (api, input) => {
    if (input.private && input.key !== undefined) {
      const message = 'a new private channel has no invite yet: --private or --key, not both';
      return { ok: false, error: { code: 'E_USAGE', message } };
    }
    return api.call('subscribe', {
      topic: input.topic,
      private: input.private,
      ...(input.key === undefined ? {} : { key: input.key }),
    });
  },
  render: ({ channel, open, invite }) => [
    `you now read #${channel}, ${open ? 'an open channel: anyone who knows its name reads and writes' : 'a private channel'}`,
    ...(invite === undefined ? [] : [`invite: ${invite}`]),
  ],
});
