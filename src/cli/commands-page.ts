import { PREFERENCES } from '../api/preferences.ts';
import type { Command } from '../commands/command.ts';
import { EXIT_CODES, EXIT_MEANINGS } from '../commands/exit-code.ts';
import type { GlobalOption } from '../commands/program.ts';
import { COMMANDS } from '../commands/table.ts';
import { helpLines, usage } from '../commands/usage.ts';
import { DROP_REASONS } from '../core/base/drop-reason.ts';

/**
 * `docs/commands.md` with its generated parts made anew: what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.
 * The rest is written by hand.
 */
export const fillCommandsPage = (page: string, tables: Tables): string =>
  page.replace(/(<!-- begin (\w+) -->\n)[\s\S]*?(<!-- end \2 -->)/g, (_all, begin: string, part: string, end: string) =>
    [begin, ...(PARTS.get(part)?.(tables) ?? []).map((line) => `${line}\n`), end].join(''),
  );

/** What the page is made from beside the commands. */
export type Tables = {
  readonly options: readonly GlobalOption[];
  /** What keys can ask for: the name of each action, and its keys. */
  readonly actions: readonly (readonly [name: string, keys: string])[];
};

const PARTS: ReadonlyMap<string, (tables: Tables) => readonly string[]> = new Map([
  ['options', ({ options }: Tables) => optionRows(options)],
  ['preferences', preferenceRows],
  ['actions', actionRows],
  ['chat', () => commandRows(COMMANDS.filter((c) => c.on === 'node'))],
  ['shell', () => commandRows(COMMANDS.filter((c) => c.on === 'shell'))],
  ['details', () => COMMANDS.flatMap(details)],
  ['exits', exitRows],
  ['drops', dropRows],
]);

function optionRows(options: readonly GlobalOption[]): readonly string[] {
  const rows = options.map((o) => {
    const flag = `--${o.negated ? 'no-' : ''}${o.name}${o.value === undefined ? '' : ` ${o.value}`}`;
    return `| ${code(flag)} | ${o.help} | ${o.default ?? ''} |`;
  });
  return ['| option | what it is | unless given |', '| --- | --- | --- |', ...rows];
}

function preferenceRows(): readonly string[] {
  const rows = Object.entries(PREFERENCES).map(
    ([name, { about, values }]) => `| ${code(name)} | ${values.map(code).join(' ')} | ${about} |`,
  );
  return ['| name | values, the usual one first | what it is |', '| --- | --- | --- |', ...rows];
}

function actionRows({ actions }: Tables): readonly string[] {
  return ['| action | keys |', '| --- | --- |', ...actions.map(([name, keys]) => `| ${code(name)} | ${keys} |`)];
}

const commandRows = (commands: readonly Command[]): readonly string[] => [
  '| command | does |',
  '| --- | --- |',
  ...commands.map((c) => `| ${code(usage(c, faceOf(c)))} | ${c.summary.replaceAll('|', '\\|')} |`),
];

function details(command: Command): readonly string[] {
  const face = faceOf(command);
  const [first = '', summary = '', ...rest] = helpLines(command, face);
  return [
    `### ${code(
      first
        .split(' ')
        .slice(0, command.name.split(' ').length + (face === 'shell' ? 1 : 0))
        .join(' '),
    )}`,
    '',
    summary.trim(),
    '',
    '```text',
    first,
    ...rest,
    '```',
    '',
  ];
}

function dropRows(): readonly string[] {
  return [
    '| counted as | what was dropped |',
    '| --- | --- |',
    ...Object.entries(DROP_REASONS).map(([word, meaning]) => `| ${code(word)} | ${meaning} |`),
  ];
}

function exitRows(): readonly string[] {
  const rows = [...EXIT_MEANINGS].map(([exit, meaning]) => {
    const errors = Object.entries(EXIT_CODES).flatMap(([error, number]) => (number === exit ? [code(error)] : []));
    return `| ${exit} | ${meaning} | ${errors.join(' ')} |`;
  });
  return ['| exit code | meaning | errors |', '| --- | --- | --- |', ...rows];
}

const faceOf = (command: Command) => (command.on === 'shell' ? 'shell' : 'chat');

/** In a table a bar would end the cell, in code too. */
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
