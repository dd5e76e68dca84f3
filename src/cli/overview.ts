import { isHere } from '../commands/find.ts';
import type { GlobalOption } from '../commands/program.ts';
import { columns } from '../commands/show.ts';
import { COMMANDS } from '../commands/table.ts';

/** `qpc --help`: how it is started, its options, its commands. */
export function overview(options: readonly GlobalOption[]): readonly string[] {
  const flags = options.map((o) => [
    `  --${o.negated ? 'no-' : ''}${o.name}${o.value === undefined ? '' : ` ${o.value}`}`,
    o.help + (o.default === undefined ? '' : ` (else ${o.default})`),
  ]);
  const commands = COMMANDS.filter((c) => isHere(c, 'shell')).map((c) => [`  ${c.name}`, c.summary]);
  return [
    'qpc [options]             the chat: full screen on a terminal, line mode otherwise',
    'qpc [options] COMMAND …   one command, then exit',
    '',
    'options',
    ...columns([...flags, ['  --help', 'this, or all about a command'], ['  --version', 'the version of qpc']]),
    '',
    'commands; mesh may be left out where the name stays unique',
    ...columns(commands),
  ];
}
