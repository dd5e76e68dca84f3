import type { Result } from '../api/schema.ts';
import { optional, WHERE } from './arguments.ts';
import { type Answer, command } from './command.ts';

/** What was muted or is no longer, or everything that is. */
type Muted = Result<'mute'> | Result<'conversations'>;

export const mute = command({
  name: 'mute',
  summary: 'give no notice of what comes in a conversation while you look elsewhere; again to undo',
  args: { where: optional(WHERE) },
  options: {},
  examples: ['/mute', '/mute #general'],
  akin: ['quiet', 'silence', 'unmute'],
  run: async (api, { where }, context): Promise<Answer<Muted>> => {
    const place = where ?? context.conversation()?.id;
    return place === undefined ? api.call('conversations', {}) : api.call('mute', { where: place });
  },
  render: (result) => {
    if ('conversations' in result) {
      const muted = result.conversations.filter((one) => one.muted).map(({ name }) => name);
      return [muted.length === 0 ? 'nothing is muted · /mute WHERE' : `muted: ${muted.join(', ')}`];
    }
    const { name, muted } = result;
    return [
      muted ? `${name} gives no notice from now on; what comes is counted as ever` : `${name} gives notice again`,
    ];
  },
});
