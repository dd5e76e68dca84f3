import { COMMANDS } from '../../commands/table.ts';
import { usage } from '../../commands/usage.ts';
import type { PaneOf } from '../pane.ts';
import { type CommandLine, help } from '../views/help.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

const LINES: readonly CommandLine[] = COMMANDS.filter((command) => command.on === 'node').map((command) => ({
  usage: usage({ ...command, options: {} }, 'chat'),
  summary: command.summary,
}));

/** Keys and commands. */
export const HELP: View<PaneOf<'help'>> = {
  begin: { name: 'help', top: 0 },
  draw: (_state, pane, area, theme) => help(pane, LINES, area, theme),
  act: scrolling,
  // The key that opened it closes it.
  type: (_state, _pane, letter) => (letter === '?' || letter === 'q' ? [{ do: 'back' }] : undefined),
  answers: { command: '/help', pane: (words) => (words.length === 0 ? { name: 'help', top: 0 } : undefined) },
};
