import { oneWord } from './arguments.ts';
import { command } from './command.ts';
import { emojiCalled } from './emoji.ts';
import { LINE, messageMeant } from './message-meant.ts';
import { madeLine, shortId } from './show.ts';

/** The word that takes a sign back. */
const NONE = 'none';

export const react = command({
  name: 'react',
  summary: 'give a message a sign: an emoji or a short word, in place of the one it has from you',
  args: {
    message: LINE,
    sign: oneWord('SIGN', 'an emoji, its name as :thumbsup:, a short word, or none to take yours back'),
  },
  options: {},
  examples: ['/react ^ 👍', '/react 81b04c :tada:', '/react ^ none'],
  akin: ['like', 'emote'],
  run: async (api, { message, sign }, context) => {
    const meant = await messageMeant(api, message, 'of others', context);
    if (!meant.ok) return meant;
    return api.call('react', { id: meant.result.id, sign: sign === NONE ? '' : await emojiNamed(sign) });
  },
  render: ({ id, by, state }, context, { sign }) => [
    `${madeLine({ id: by, state }, context)}, ${sign === NONE ? 'takes back your sign for' : `${sign} for`} ${shortId(id)}`,
  ],
});

/** `:tada:` as the emoji of that name, where there is one; anything else as it is. */
async function emojiNamed(sign: string): Promise<string> {
  const name = /^:([^:]+):$/.exec(sign)?.[1];
  if (name === undefined) return sign;
  const found = await emojiCalled(name);
  return found.find((one) => one.name === sign)?.text ?? sign;
}
