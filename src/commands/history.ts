import { lineFor } from './aloud.ts';
import { called, duration, optional, WHERE, whole } from './arguments.ts';
import { command } from './command.ts';
import { gapLine } from './show.ts';

export const history = command({
  name: 'history',
  summary: 'show the last lines of a conversation, or of all',
  args: { where: optional(called('WHERE', `${WHERE.about}; else the open one, else all, as they came`, WHERE)) },
  options: { limit: whole('how many lines, else 20', 1, 1000), since: duration('only lines of this last time') },
  examples: ['/history bob', '/history #general --since 2h'],
  akin: ['log', 'lastlog', 'scrollback'],
  run: (api, { where, limit, since }, context) => {
    const place = where ?? context.conversation()?.id;
    return api.call('history', {
      limit: limit ?? (since === undefined ? 20 : 1000),
      ...(place === undefined ? {} : { where: place }),
      ...(since === undefined ? {} : { since: context.now() - since }),
    });
  },
  render: ({ messages }, context) =>
    messages.length === 0
      ? ['nothing yet']
      : messages.flatMap((m) => [...(m.missing ? [`      ${gapLine(m)}`] : []), lineFor(m, context)]),
});
