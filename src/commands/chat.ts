import type { Result } from '../api/schema.ts';
import { optional, WHERE } from './arguments.ts';
import { type Answer, command } from './command.ts';
import { clock, columns, plural } from './show.ts';

/** The conversation that was opened, or all there are. */
type Shown = Result<'resolve'> | Result<'conversations'>;

export const chat = command({
  name: 'chat',
  summary: 'open a conversation, where text without a slash goes; alone, show all',
  args: { where: optional(WHERE) },
  options: {},
  examples: ['/chat bob', '/chat #general'],
  akin: ['query', 'open', 'go', 'switch'],
  chatOnly: true,
  run: async (api, { where }, context): Promise<Answer<Shown>> => {
    if (where === undefined) return api.call('conversations', {});
    const found = await api.call('resolve', { where });
    if (found.ok) context.open(found.result);
    return found;
  },
  render: (result, context) => {
    if (!('conversations' in result)) return [`text now goes to ${result.name}`];
    if (result.conversations.length === 0) return ['no conversations yet · /chat WHERE opens one'];
    const rows = result.conversations.map((c) => [
      c.name,
      c.unread === 0 ? '' : plural(c.unread, 'new line'),
      c.lastAt === undefined ? '' : clock(c.lastAt, context),
    ]);
    return columns(rows);
  },
});
