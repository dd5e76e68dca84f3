import { shellCommand } from './command.ts';

export const shellIdentityBackup = shellCommand({
  name: 'identity backup',
  summary: 'print the 24 words that this identity can be made from again',
  args: {},
  options: {},
  examples: ['qpc identity backup'],
  akin: ['export'],
  run: async (shell) => {
    const kept = await shell.identity.backup();
    if (kept.ok) shell.warn('whoever has these words is you: write them down, show them to nobody');
    return kept;
  },
  render: ({ words }) => [words],
});
