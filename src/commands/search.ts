import type { Result } from '../api/schema.ts';
import { lineFor } from './aloud.ts';
import { TEXT, valued } from './arguments.ts';
import { command } from './command.ts';
import { plural } from './show.ts';

const WORDS = 'words, "several as one", from:PEER in:WHERE before:2026-11-01 after:2026-10';

export const search = command({
  name: 'search',
  summary: 'find lines that contain all of some words',
  args: { text: { ...TEXT, about: WORDS } },
  options: {
    in: valued('WHERE', 'only this conversation', 'where'),
    older: valued('ID', 'what is older than this line, as the last search said'),
  },
  examples: ['/search relay', '/search --in #general relay', '/search from:bob after:2026-11 "hill node"'],
  akin: ['find', 'grep'],
  run: (api, { text, in: where, older }) =>
    api.call('search', {
      text: text.trim(),
      ...(where === undefined ? {} : { where }),
      ...(older === undefined ? {} : { before: older }),
    }),
  render: (found, context) => [
    ...(found.messages.length === 0 ? ['nothing found'] : found.messages.map((m) => lineFor(m, context))),
    ...further(found),
  ],
});

/** What was not shown, or could not be found. */
function further({ messages, more, indexing }: Result<'search'>): string[] {
  const [oldest] = messages;
  return [
    ...(more && oldest ? [`there are older ones: --older ${oldest.id.slice(0, 12)}`] : []),
    ...(indexing
      ? [`${indexing.done} of ${plural(indexing.of, 'line')} can be found as yet, the newest: the index is being made`]
      : []),
  ];
}
