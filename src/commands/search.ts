import { lineFor } from './aloud.ts';
import { TEXT, valued } from './arguments.ts';
import { command } from './command.ts';

export const search = command({
  name: 'search',
  summary: 'find lines that contain a text',
  args: { text: TEXT },
  options: { in: valued('WHERE', 'only this conversation', 'where') },
  examples: ['/search relay', '/search --in #general relay'],
  akin: ['find', 'grep'],
  run: (api, input) =>
    api.call('search', { text: input.text.trim(), ...(input.in === undefined ? {} : { where: input.in }) }),
  render: ({ messages }, context) =>
    messages.length === 0 ? ['nothing found'] : messages.map((m) => lineFor(m, context)),
});
