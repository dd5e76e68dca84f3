import { shellCommand } from './command.ts';

export const shellMan = shellCommand({
  name: 'man',
  summary: 'print the manual page, for man: qpc man | man -l -',
  args: {},
  options: {},
  examples: ['qpc man > ~/.local/share/man/man1/qpc.1'],
  run: async (shell) => ({ ok: true, result: { page: shell.manual() } }),
  render: ({ page }) => page,
});
