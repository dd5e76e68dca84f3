import { choiceWord } from './arguments.ts';
import { shellCommand } from './command.ts';
import { completionScript, SHELLS } from './completion-script.ts';

export const shellCompletion = shellCommand({
  name: 'completion',
  summary: 'print the completion script for a shell',
  args: { shell: choiceWord('SHELL', SHELLS) },
  options: {},
  examples: ['source <(qpc completion bash)', 'qpc completion fish > ~/.config/fish/completions/qpc.fish'],
  run: async (_shell, { shell }) => ({ ok: true, result: { script: completionScript(shell) } }),
  render: ({ script }) => script,
});
