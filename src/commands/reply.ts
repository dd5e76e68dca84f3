import type { Result } from '../api/schema.ts';
import { TEXT } from './arguments.ts';
import { type Answer, command } from './command.ts';
import { LINE, messageMeant } from './message-meant.ts';
import { type DeliveryState, madeLine, quote } from './show.ts';

/** The answer, and what it answers. */
type Replied = { readonly id: string; readonly state: DeliveryState; readonly re: Result<'message'> };

export const reply = command({
  name: 'reply',
  summary: 'answer one message, in its conversation',
  args: { message: LINE, text: TEXT },
  options: {},
  examples: ['/reply ^ thanks', '/reply 81b04c on it'],
  akin: ['answer', 'quote', 're'],
  run: async (api, { message, text }, context): Promise<Answer<Replied>> => {
    const meant = await messageMeant(api, message, 'of others', context);
    if (!meant.ok) return meant;
    if (text.trim() === '') return { ok: false, error: { code: 'E_USAGE', message: 'there is nothing to send' } };
    const { id: re, channel, from, to, state } = meant.result;
    const sent =
      channel === undefined
        ? await api.call('send', { peer: state === undefined ? from : to, text, re })
        : await api.call('broadcast', { topic: channel, text, re });
    if (!sent.ok) return sent;
    return { ok: true, result: { id: sent.result.id, state: 'queued', re: meant.result } };
  },
  render: ({ id, state, re }, context) => [
    `${madeLine({ id, state }, context)}, answers ${re.fromName}: ${quote(re.text)}`,
  ],
});
