import { shellCommand } from './command.ts';

export const shellIdentityRestore = shellCommand({
  name: 'identity restore',
  summary: 'make the identity of this profile from its 24 words, asked for on the terminal',
  args: {},
  options: {},
  examples: ['qpc identity restore', 'qpc identity restore < words.txt'],
  akin: ['import'],
  secret: 'the words of a backup',
  run: async (shell) => {
    const typed = shell.terminal
      ? { ok: true as const, result: (await shell.ask('the 24 words: ', { secret: true })) ?? '' }
      : await shell.input();
    if (!typed.ok) return typed;
    const words = typed.result.trim().toLowerCase().split(/\s+/).join(' ');
    if (words === '')
      return {
        ok: false,
        error: {
          code: 'E_USAGE',
          message: 'nothing was changed: no words were given',
          hint: 'qpc identity backup prints them on the node that has them',
        },
      };
    return shell.identity.restore(words);
  },
  render: ({ id }) => [`this profile is ${id} again`],
});
