import { failed } from '../../api/answer.ts';
import type { ErrorCode } from '../../api/schema.ts';
import type { CommandError } from '../../core/node/commands.ts';

/*
 * Refusals of the node in words for people (docs/commands.md, errors): what was not done, why, and what to do next.
 */

type Refusal = ReturnType<typeof failed>;
type Words = { readonly code: ErrorCode; readonly message: string; readonly hint?: string };

const WORDS: Readonly<Record<CommandError['why'], Words>> = {
  'too-large': { code: 'E_TOO_LARGE', message: 'the text is too long', hint: 'send it in parts' },
  blocked: { code: 'E_BLOCKED', message: 'you blocked WHO', hint: '/block WHO again to unblock' },
  'unknown-channel': { code: 'E_UNKNOWN_CHANNEL', message: 'you have not joined WHO', hint: '/mesh subscribe WHO' },
  'bad-topic': {
    code: 'E_USAGE',
    message: 'WHO is no topic',
    hint: '1 to 64 letters, digits and - _ . , the first a letter or digit',
  },
  'bad-invite': {
    code: 'E_USAGE',
    message: 'this is no invite to WHO',
    hint: 'an invite reads qpc-channel:TOPIC?v=1&key=…',
  },
  'unknown-message': { code: 'E_UNKNOWN_MESSAGE', message: 'no such message of yours' },
  'too-many': {
    code: 'E_FULL',
    message: 'too much is waiting already',
    hint: '/mesh store shows what · /discard takes one back',
  },
  self: { code: 'E_USAGE', message: 'that is this node itself' },
};

/** Says why the node did not do it. `who` is the peer, channel or message it was about, as it was typed or is shown. */
export function refusal({ why, detail }: CommandError, who: string): Refusal {
  const { code, message, hint } = WORDS[why];
  const what = message.replace('WHO', who);
  return failed(code, `${detail === undefined ? what : `${what} (${detail})`}`, hint?.replaceAll('WHO', who));
}
