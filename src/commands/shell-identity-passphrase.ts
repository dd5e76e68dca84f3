import { shellCommand } from './command.ts';

export const shellIdentityPassphrase = shellCommand({
  name: 'identity passphrase',
  summary: 'protect the identity file with a passphrase, change it, or remove it with an empty one',
  args: {},
  options: {},
  examples: ['qpc identity passphrase'],
  akin: ['passwd', 'password'],
  secret: 'a passphrase',
  run: async (shell) => {
    const next = await shell.ask('new passphrase, empty for none: ', { secret: true });
    const again = shell.terminal ? await shell.ask('once more: ', { secret: true }) : next;
    if (next === undefined || next !== again) {
      const message =
        next === undefined ? 'no passphrase was given, nothing was changed' : 'the two differ, nothing was changed';
      return { ok: false, error: { code: 'E_IDENTITY', message } };
    }
    return shell.identity.passphrase(next);
  },
  render: ({ sealed }) => [
    sealed ? 'the identity file is sealed with the passphrase' : 'the identity file has no passphrase',
  ],
});
