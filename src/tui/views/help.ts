import { padEnd } from '../cells.ts';
import { BINDINGS, type HelpGroup } from '../keys.ts';
import type { PaneOf } from '../pane.ts';
import type { Pane } from '../scroll.ts';
import type { Theme } from '../theme.ts';
import { frame, scrolledBody } from './frame.ts';

/** What a command is called and does, for the list under the keys. */
export type CommandLine = { readonly usage: string; readonly summary: string };

/** Keys and commands, made from the tables that work them. */
export function help(shown: PaneOf<'help'>, commands: readonly CommandLine[], pane: Pane, theme: Theme): string[] {
  const body = [
    '',
    ...keys(pane.cols, theme),
    `   ${theme.bold('Commands')}   ${theme.dim('/help NAME tells more')}`,
    ...listed(commands, pane.cols, theme),
  ];
  return frame('Help', scrolledBody(body, shown.top, pane, theme), ['↑↓ PgUp PgDn scroll', 'Esc back'], pane, theme);
}

/** The groups of keys, two side by side where there is room. */
function keys(cols: number, theme: Theme): string[] {
  const room = cols >= 84 ? 2 : 1;
  const groups = (['Move', 'Write', 'See', 'Leave'] as const).map((group) => block(group, theme));
  const lines: string[] = [];
  for (let at = 0; at < groups.length; at += room) {
    const row = groups.slice(at, at + room);
    const height = Math.max(...row.map((group) => group.length));
    for (let y = 0; y < height; y++)
      lines.push(`   ${row.map((group) => padEnd(group[y] ?? '', room === 1 ? cols - 4 : 44)).join('')}`.trimEnd());
    lines.push('');
  }
  return lines;
}

const block = (group: HelpGroup, theme: Theme): string[] => [
  theme.bold(group),
  ...BINDINGS.flatMap(({ help }) => (help?.[0] === group ? [`${theme.accent(padEnd(help[1], 14))} ${help[2]}`] : [])),
];

function listed(commands: readonly CommandLine[], cols: number, theme: Theme): string[] {
  const usage = cols >= 84 ? 40 : cols >= 60 ? 30 : cols;
  return commands.flatMap((command) =>
    usage < cols
      ? [`   ${theme.accent(padEnd(command.usage, usage))} ${command.summary}`]
      : [`   ${theme.accent(command.usage)}`, theme.dim(`     ${command.summary}`)],
  );
}
