import type { Command } from '../commands/command.ts';
import { EXIT_MEANINGS } from '../commands/exit-code.ts';
import { isHere } from '../commands/find.ts';
import type { GlobalOption } from '../commands/program.ts';
import { COMMANDS } from '../commands/table.ts';

/**
 * The manual page qpc(1), made from the table of commands, in the language of mdoc(7), which groff and mandoc read. ASCII only: what is not
 * stands as `\[uXXXX]`.
 */
export const manPage = (options: readonly GlobalOption[], version: string): readonly string[] => [
  '.\\" Made by npm run docs; do not edit.',
  '.Dd November 20, 2026',
  '.Dt QPC 1',
  `.Os "qpc ${version}"`,
  ...section('NAME', ['.Nm qpc', '.Nd terminal messenger that needs no server and loses no message']),
  ...section('SYNOPSIS', ['.Nm', '.Op Ar options', '.Nm', '.Op Ar options', '.Ar command ...']),
  ...section('DESCRIPTION', DESCRIPTION),
  ...section('OPTIONS', [...OPTIONS_HEAD, ...tagged(options.map(optionEntry))]),
  ...section('COMMANDS', [
    ...COMMANDS_HEAD,
    ...commandEntries('node'),
    '.Ss In a shell only',
    ...commandEntries('shell'),
  ]),
  ...section('ENVIRONMENT', tagged(ENVIRONMENT.map(([name, means]) => [`Ev ${name}`, [means]]))),
  ...section('FILES', ['In the home directory:', ...tagged(FILES.map(([name, means]) => [`Pa ${name}`, [means]]))]),
  ...section('EXIT STATUS', tagged([...EXIT_MEANINGS].map(([code, means]) => [`Er ${code}`, [plain(means)]]))),
  ...section('EXAMPLES', EXAMPLES),
];

type Entry = readonly [head: string, body: readonly string[]];

const section = (name: string, body: readonly string[]): readonly string[] => [`.Sh ${name}`, ...body];

const tagged = (entries: readonly Entry[]): readonly string[] => [
  '.Bl -tag -width Ds',
  ...entries.flatMap(([head, body]) => [`.It ${head}`, ...body]),
  '.El',
];

function optionEntry({ name, negated, value, help, default: usual }: GlobalOption): Entry {
  const words = usual === undefined ? help : `${help} (else ${usual})`;
  return [
    `${flag(`${negated ? 'no-' : ''}${name}`)}${value === undefined ? '' : ` Ar ${word(value)}`}`,
    [plain(words)],
  ];
}

const commandEntries = (on: Command['on']): readonly string[] =>
  tagged(COMMANDS.filter((command) => command.on === on).map(commandEntry));

function commandEntry(command: Command): Entry {
  const { name, summary, args, options } = command;
  const head = [
    `Ic ${name}`,
    ...Object.entries(options).map(([option, { label }]) =>
      label === undefined ? `Oo ${flag(option)} Oc` : `Oo ${flag(option)} Ar ${word(label)} Oc`,
    ),
    ...Object.values(args).map(({ label, optional, rest }) => {
      const shown = `Ar ${word(label)}${rest ? ' ...' : ''}`;
      return optional ? `Oo ${shown} Oc` : shown;
    }),
  ].join(' ');
  const details: Entry[] = [
    ...Object.values(args).map((a): Entry => [`Ar ${word(a.label)}`, [plain(a.about)]]),
    ...Object.entries(options).map(([option, o]): Entry => [flag(option), [plain(o.about)]]),
  ];
  const where = isHere(command, 'shell') ? [] : ['(in the chat only)'];
  return [head, [plain(summary), ...where, ...(details.length === 0 ? [] : tagged(details))]];
}

const flag = (name: string): string => `Fl Fl ${word(name)}`;

/** A word as an argument of a macro: in quotes where it could be a macro itself. */
const word = (text: string): string => (/^[A-Z][a-z]$|[\s"]/.test(text) ? `"${escaped(text)}"` : escaped(text));

/** A line of text: nothing in it is a request. */
const plain = (text: string): string => escaped(text.replaceAll('`', '')).replace(/^(?=[.'])/, '\\&');

const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('…', '...')
    .replaceAll('-', '\\-')
    .replace(/[^\x00-\x7f]/gu, (char) => `\\[u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);

const DESCRIPTION = [
  '.Nm',
  'is a chat for the terminal: full screen where there is one, lines otherwise.',
  'Messages go from node to node, sealed so that only who they are for can read them; they wait for whoever is away.',
  '.Pp',
  'The node of a profile is a process of its own, which',
  '.Nm',
  'starts when it needs one, and which ends when the last screen says goodbye.',
  'With a',
  '.Ar command',
  'it does that one thing and exits.',
];

const OPTIONS_HEAD = [
  'Every option can also be set in the environment',
  '.Pq Ev QPC_NAME',
  'and in',
  '.Pa config.toml',
  'in the home directory, with',
  '.Sq _',
  'for',
  '.Sq \\- .',
  'A flag beats the environment, which beats the file.',
];

const COMMANDS_HEAD = [
  'In the chat these stand behind a slash, in a shell behind',
  '.Nm ;',
  '.Ic mesh',
  'may be left out where the name stays unique.',
  'Options come before the text of a message.',
];

const ENVIRONMENT = [
  ['QPC_HOME', 'where the profile lives, as with the option home.'],
  ['QPC_CONFIG', 'the configuration file.'],
  ['ACCESSIBLE', 'set and not 0: lines instead of a screen, as sentences, for who does not see it.'],
  ['TERM', 'when it is dumb: lines instead of a screen.'],
  ['NO_COLOR', 'set: no colour.'],
  ['COLORTERM', 'how many colours the terminal has.'],
  ['LC_ALL , LC_CTYPE , LANG', 'without UTF\\-8 in the first that is set, only ASCII is drawn.'],
  ['VISUAL , EDITOR', 'what Ctrl+X E writes a message with.'],
] as const;

const FILES = [
  ['config.toml', 'what is set; set writes it, and leaves comments as they are.'],
  ['identity.json', 'the key of this node; its 24 words (identity backup) make it again.'],
  ['qpc.db', 'messages and what is carried for others.'],
  ['qpc.history', 'lines that were typed.'],
  ['node.log', 'what the node has to say.'],
] as const;

const EXAMPLES = [
  'Try everything alone, with five nodes in one process:',
  '.Dl $ qpc demo',
  'Send what a program prints, and wait until it has arrived:',
  '.Dl $ df \\-h | qpc send \\-\\-wait delivered bob \\-',
  'Say what is wrong:',
  '.Dl $ qpc doctor',
];
