import { Command as Commander, CommanderError, Option as CommanderOption } from 'commander';
import type { ApiError } from '../api/schema.ts';
import { nearest } from '../core/base/nearest.ts';
import type { Command } from './command.ts';
import { didYouMean, type Face } from './find.ts';
import { usage } from './usage.ts';

/** An option that every command of the shell takes beside its own, such as `--home DIR`. */
export type GlobalOption = {
  /** As after `--`; with `negated` as after `--no-`. */
  readonly name: string;
  /** What follows it, as help shows it; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  readonly default?: string;
  /** The values there are, when they can be listed. */
  readonly choices?: readonly string[];
  readonly many?: true;
  readonly negated?: true;
};

/** Options as commander leaves them: by name in camel case; text, a list, `true` for a switch, `false` for `--no-…`. */
export type Flags = Readonly<Record<string, unknown>>;

/** A command's words as values, or what is wrong with them. */
export type Parsed =
  | { readonly ok: true; readonly input: Readonly<Record<string, unknown>>; readonly flags: Flags }
  | { readonly ok: false; readonly error: ApiError };

/** What every command takes on every face. */
const EVERYWHERE: readonly GlobalOption[] = [
  { name: 'json', help: 'the result as one line of JSON' },
  { name: 'help', help: 'what this command does' },
];

/**
 * Reads the words behind a command's name, with a commander program made for this one time: a commander keeps what it parsed.
 *
 * @returns a value for every argument and option of the command, none when `flags.help` is set; or what is wrong, in a sentence.
 */
export function parseWords(
  command: Command,
  words: readonly string[],
  face: Face,
  globals: readonly GlobalOption[] = [],
): Parsed {
  const program = quiet();
  // All may be absent here, so that `--help` needs none; what is missing is said when the value is read.
  for (const [name, { rest }] of Object.entries(command.args)) program.argument(rest ? `[${name}...]` : `[${name}]`);
  const own = Object.entries(command.options).map(([name, { label, about }]) => ({
    name,
    help: about,
    ...(label === undefined ? {} : { value: label }),
  }));
  const all = distinct([...own, ...EVERYWHERE, ...globals]);
  const flags = parse(program, all, words);
  if (flags instanceof CommanderError) return { ok: false, error: explain(flags, command, all, face) };
  if (flags.help) return { ok: true, input: {}, flags };

  const input: Record<string, unknown> = {};
  const given = [
    ...Object.entries(command.args).map(([name, { label, schema }], at) => {
      return { name, label, schema, raw: joined(program.processedArgs[at]) };
    }),
    ...Object.entries(command.options).map(([name, { schema }]) => {
      return { name, label: `--${name}`, schema, raw: flags[name] };
    }),
  ];
  for (const { name, label, schema, raw } of given) {
    const value = schema.safeParse(raw);
    if (!value.success) {
      const issue = value.error.issues[0]?.message ?? 'is not understood';
      return { ok: false, error: wrongValue(command, face, { label, raw, issue }) };
    }
    input[name] = value.data;
  }
  return { ok: true, input, flags };
}

/** The options before a command's name; `words` is what follows, from the name on, untouched. */
export function parseGlobals(
  argv: readonly string[],
  globals: readonly GlobalOption[],
):
  | { readonly ok: true; readonly flags: Flags; readonly words: readonly string[] }
  | { readonly ok: false; readonly error: ApiError } {
  const program = quiet().enablePositionalOptions().passThroughOptions().argument('[words...]');
  const all = distinct([...EVERYWHERE, { name: 'version', help: 'the version of qpc' }, ...globals]);
  const flags = parse(program, all, argv);
  if (flags instanceof CommanderError) return { ok: false, error: explain(flags, undefined, all, 'shell') };
  return { ok: true, flags, words: program.args };
}

/** The answer to a secret among the arguments, where other users of the machine could read it. */
export const secretRefused = (what: string, hint: string): ApiError => ({
  code: 'E_USAGE',
  message: `${what} must not stand on the command line, where others can see it`,
  hint,
});

/** A commander that neither prints nor exits, and leaves help to us. */
const quiet = (): Commander =>
  new Commander('qpc')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} })
    .helpOption(false)
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .allowExcessArguments(false);

function parse(program: Commander, options: readonly GlobalOption[], words: readonly string[]): Flags | CommanderError {
  for (const { name, value, many, negated } of options) {
    const short = name === 'help' ? '-h, ' : name === 'version' ? '-V, ' : '';
    const option = new CommanderOption(
      `${short}--${negated ? 'no-' : ''}${name}${value === undefined ? '' : ' <value>'}`,
    );
    if (many) option.argParser((one: string, before: readonly string[] | undefined) => [...(before ?? []), one]);
    program.addOption(option);
  }
  try {
    program.parse(words, { from: 'user' });
    // Commander has an opinion on every `--no-…`; only what was typed counts.
    return Object.fromEntries(
      Object.entries(program.opts()).filter(([name]) => program.getOptionValueSource(name) === 'cli'),
    );
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown;
    throw thrown;
  }
}

/** Own options come first and hide a global one of the same name. */
const distinct = (options: readonly GlobalOption[]): readonly GlobalOption[] =>
  options.filter(({ name }, at) => options.findIndex((o) => o.name === name) === at);

/** What an argument was given as: its word, the words of a rest with a blank between, or nothing. */
const joined = (given: unknown): string | undefined => {
  if (!Array.isArray(given)) return given as string | undefined;
  return given.length === 0 ? undefined : given.join(' ');
};

/** Who complains; in a shell every complaint begins with `qpc:` already. */
const placeOf = ({ name }: Command, face: Face): string => (face === 'chat' ? `/${name}` : name);

function wrongValue(
  command: Command,
  face: Face,
  { label, raw, issue }: { readonly label: string; readonly raw: unknown; readonly issue: string },
): ApiError {
  const place = placeOf(command, face);
  const hint = usage(command, face);
  if (raw === undefined) return { code: 'E_USAGE', message: `${place}: ${label} is missing`, hint };
  const value = String(raw);
  const not = value === '' ? '' : `, not ${value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value}`;
  return { code: 'E_USAGE', message: `${place}: ${label} ${issue}${not}`, hint };
}

/** How many characters of a wrong value are shown again. */
const SHOWN_MAX = 60;

/** Commander's complaint in our words. What it is about stands in quotes in its message. */
function explain(
  error: CommanderError,
  command: Command | undefined,
  options: readonly GlobalOption[],
  face: Face,
): ApiError {
  const about = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const place = command ? `${placeOf(command, face)}: ` : '';
  const hint = command ? usage(command, face) : 'qpc --help lists the options';
  if (error.code === 'commander.unknownOption') {
    const typed = about.replace(/=.*/s, '').slice(0, SHOWN_MAX);
    if (SECRET_OPTION.test(typed))
      return secretRefused(`a ${typed.slice(2)}`, 'you are asked for it on the terminal, or: --passphrase-file FILE');
    const names = options.map(({ name, negated }) => `--${negated ? 'no-' : ''}${name}`);
    if (names.includes(typed)) return { code: 'E_USAGE', message: `${place}${typed} takes no value`, hint };
    return {
      code: 'E_USAGE',
      message: `${place}there is no option ${typed}`,
      hint: didYouMean(nearest(typed, names)) ?? hint,
    };
  }
  if (error.code === 'commander.optionMissingArgument') {
    return { code: 'E_USAGE', message: `${place}${/--[a-z-]+/.exec(about)?.[0] ?? about} needs a value`, hint };
  }
  return { code: 'E_USAGE', message: `${place}there are too many words`, hint };
}

const SECRET_OPTION = /^--(passphrase|password|secret|seed|words)$/;
