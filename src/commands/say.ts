import type { Result } from '../api/schema.ts';
import { TEXT } from './arguments.ts';
import { type Answer, command } from './command.ts';
import { type DeliveryState, plural, sentLine, shortId } from './show.ts';

/** What was made of a line: its id and state, and where it went. */
type Said =
  | Result<'send'>
  | { readonly id: string; readonly channel: string; readonly neighbours: number; readonly state: DeliveryState };

/** Text without a slash: a line for the open conversation. Not in the table, since nobody types its name. */
export const say = command({
  name: 'chat',
  summary: 'send text to the open conversation',
  args: { text: TEXT },
  options: {},
  examples: [],
  chatOnly: true,
  run: async (api, { text }, context): Promise<Answer<Said>> => {
    const to = context.conversation();
    if (!to) {
      const hint = '/chat WHERE opens one, /mesh send PEER TEXT needs none';
      return {
        ok: false,
        error: { code: 'E_NO_CONVERSATION', message: 'no conversation is open, nothing was sent', hint },
      };
    }
    if (text.trim() === '')
      return {
        ok: false,
        error: { code: 'E_USAGE', message: 'nothing was sent: the text is empty', hint: 'write it first' },
      };
    if (to.kind === 'direct') return api.call('send', { peer: to.id, text });
    const sent = await api.call('broadcast', { topic: to.name, text });
    if (!sent.ok) return sent;
    const { id, channel, neighbours } = sent.result;
    const kept = await api.call('message', { id });
    return { ok: true, result: { id, channel, neighbours, state: (kept.ok && kept.result.state) || 'queued' } };
  },
  render: (result, context) => {
    const to = 'to' in result ? (context.conversation()?.name ?? shortId(result.to)) : `#${result.channel}`;
    const reach = 'neighbours' in result ? `, ${plural(result.neighbours, 'neighbour')}` : '';
    return [`${sentLine({ ...result, to }, context)}${reach}`];
  },
});
