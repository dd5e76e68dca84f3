import type { Message } from '../api/shapes.ts';
import { optional } from './arguments.ts';
import { type Answer, command } from './command.ts';
import { LINE, messageMeant } from './message-meant.ts';
import { plural } from './show.ts';

/** What was copied; nothing where nothing was meant. */
type Copied = { readonly message?: Message };

export const copy = command({
  name: 'copy',
  summary: 'copy the text of a message, else of the newest one of others here',
  args: { message: optional(LINE) },
  options: {},
  examples: ['/copy', '/copy 81b04c'],
  akin: ['yank', 'clipboard'],
  chatOnly: true,
  run: async (api, { message }, context): Promise<Answer<Copied>> => {
    if (message === undefined && !context.conversation()) return { ok: true, result: {} };
    const meant = await messageMeant(api, message ?? '^', 'of others', context);
    if (!meant.ok) return meant;
    const { text, deleted } = meant.result;
    if (deleted) return { ok: false, error: { code: 'E_UNKNOWN_MESSAGE', message: 'that message was taken back' } };
    context.copy?.(text, plural([...text].length, 'character'));
    return { ok: true, result: { message: meant.result } };
  },
  render: ({ message }, context) => {
    if (!message) return ['nothing is copied: no conversation is open · /copy MESSAGE needs none'];
    // A screen that copies has said so; elsewhere the text is there to be taken.
    return context.copy ? [] : [message.text];
  },
});
