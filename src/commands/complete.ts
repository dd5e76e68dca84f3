import type { NodeApi } from '../api/schema.ts';
import type { Setting } from '../api/setting.ts';
import { fuzzyFind } from '../core/base/fuzzy.ts';
import type { Argument, Command, Completes, Option } from './command.ts';
import { emojiCalled } from './emoji.ts';
import { files } from './files.ts';
import { type Face, findCommand, isHere, NAME_WORDS_MAX } from './find.ts';
import { leadingWords, splitWords } from './split.ts';
import { showArgument } from './usage.ts';

/** What may stand in place of `line.slice(from, caret)`, best first. */
export type Completion = {
  readonly from: number;
  readonly items: readonly CompletionItem[];
  /** The words that the command still takes, as usage names them, where none of the next has been typed: `PEER TEXT`. */
  readonly hint?: string;
};
/** What may stand there, and what it is. */
export type CompletionItem = {
  readonly text: string;
  readonly about: string;
  /** What was typed the beginning of, where that is not the text: `:thumbsup:`. */
  readonly name?: string;
};

/** What names are asked of. Without a node only names of commands, options and choices are known. */
export type Names = {
  readonly commands: readonly Command[];
  readonly api?: Pick<NodeApi, 'call'>;
  readonly settings?: readonly Setting[];
  /** What a screen can offer that puts in place of a word whatever was chosen for it; without it, all offers begin with what was typed. */
  readonly screen?: Screen;
};

/** What a screen knows of the conversation that is open. */
export type Screen = {
  /** Names of those who wrote in it, the last one first. */
  readonly speakers: readonly string[];
  /** Lines that a command may mean, the newest first. */
  readonly lines: readonly MeantLine[];
  /** Whether Tab was pressed: a bare word may then be the beginning of a name. */
  readonly asked: boolean;
};

/** A line that was said, as far as telling it from others needs. */
export type MeantLine = { readonly id: string; readonly own: boolean; readonly from: string; readonly text: string };

/**
 * What Tab offers at the caret of a chat line: names of commands and their options, choices, files, and the names that the node
 * knows; in text, `@name` and `#topic`, on a screen also `:emoji:`. Exact beginnings come first, those who wrote last before others;
 * where nothing begins with what was typed, a screen is offered what has its letters.
 */
export async function complete(line: string, caret: number, names: Names): Promise<Completion> {
  const head = line.slice(0, caret);
  const from = /[^ \t\n]*$/.exec(head)!.index;
  const typed = head.slice(from);
  const slash = /^[ \t]*\/(?!\/)/.exec(head)?.[0].length;
  if (slash === undefined) return { from, items: await inText(typed, names) };
  const before = head.slice(slash, Math.max(slash, from));
  if (from < slash) return { from: slash, items: commandNames('', typed.replace(/^\//, ''), names, 'chat') };
  const hint = typed === '' ? wordsLeft(before, names) : '';
  return { from, items: await inCommand(before, typed, names, 'chat'), ...(hint === '' ? {} : { hint }) };
}

/** A completion as it is put in: the next word comes behind a space, what is in a directory right behind it, and somebody spoken to at the start of a line (`from` 0) gets a colon. */
export const followed = (text: string, from: number): string =>
  text.endsWith('/') ? text : from === 0 && text.startsWith('@') ? `${text}: ` : `${text} `;

/** What a shell offers for the last of `words`, those behind `qpc`. */
export async function completeWords(words: readonly string[], names: Names): Promise<readonly CompletionItem[]> {
  const typed = words.at(-1) ?? '';
  if (words.length <= 1) return commandNames('', typed, names, 'shell');
  return inCommand(`${words.slice(0, -1).join(' ')} `, typed, names, 'shell');
}

/** Whether the last of `words`, those behind `qpc`, names a file: a shell knows better than we how it writes those. */
export function namesFile(words: readonly string[], commands: readonly Command[]): boolean {
  const place = placeIn(`${words.slice(0, -1).join(' ')} `, commands, 'shell');
  return place !== undefined && !place.option && place.argument?.completes === 'file';
}

async function inText(typed: string, names: Names): Promise<readonly CompletionItem[]> {
  const { screen } = names;
  if (typed.startsWith('#')) return known('topic', typed, names);
  if (typed.startsWith('@')) return mentioned(typed.slice(1), names);
  if (screen && typed.startsWith(':')) return emojiCalled(typed.slice(1));
  return screen?.asked && typed !== '' ? mentioned(typed, names) : [];
}

/** People as they are spoken to: those who wrote here, the last one first, before others whom the node knows. `~` need not be typed. */
async function mentioned(typed: string, names: Names): Promise<readonly CompletionItem[]> {
  const people = (await known('peer', typed, names)).map(({ text, about }) => ({
    text: text.replaceAll('"', ''),
    about,
  }));
  const begins = (name: string) =>
    name.toLowerCase().replace(/^~/, '').startsWith(typed.toLowerCase().replace(/^~/, ''));
  const wrote = (names.screen?.speakers ?? []).filter(begins);
  const about = (name: string) => people.find(({ text }) => text === name)?.about ?? 'wrote here';
  const all = [
    ...wrote.map((text) => ({ text, about: about(text) })),
    ...people.filter(({ text }) => !wrote.includes(text)),
  ];
  return all.map(({ text, about }) => ({ text: `@${text}`, about }));
}

async function inCommand(before: string, typed: string, names: Names, face: Face): Promise<readonly CompletionItem[]> {
  const members = commandNames(namesIn(before), typed, names, face);
  const place = placeIn(before, names.commands, face);
  if (!place) return members;
  const { command, words, option, argument } = place;
  if (option) {
    return option.choices.length > 0
      ? matching(described(option.choices), typed, names)
      : known(option.completes, typed, names);
  }
  if (typed.startsWith('-') && !words.includes('--')) {
    const options = Object.entries(command.options).map(([name, { about }]) => [`--${name}`, about] as const);
    return matching(options, typed, names);
  }
  if (argument?.choices) return matching(described(argument.choices), typed, names);
  // A shell knows better how it writes names of files.
  if (argument?.completes === 'file')
    return face === 'shell' ? [] : (await files(typed)).map((text) => ({ text, about: '' }));
  if (names.screen && typed.startsWith(':')) return emojiCalled(typed.slice(1));
  if (argument?.rest && argument.completes === 'nothing') return [...members, ...(await inText(typed, names))];
  if (argument?.completes === 'setting value')
    return matching(described(choicesOf(words.at(-1) ?? '', names)), typed, names);
  return [...members, ...(argument ? await known(argument.completes, typed, names) : [])];
}

/** Where in a command the next word stands. */
type Place = {
  readonly command: Command;
  /** The words before it, behind the name. */
  readonly words: readonly string[];
  /** The option that it is the value of. */
  readonly option: Option | undefined;
  /** The argument that it is, if it is no value and no option. */
  readonly argument: Argument | undefined;
};

function placeIn(before: string, commands: readonly Command[], face: Face): Place | undefined {
  const leading = leadingWords(before, NAME_WORDS_MAX);
  const found = findCommand(
    leading.map((w) => w.text),
    commands,
    face,
  );
  if (!found.ok) return undefined;
  const { command, used } = found;
  const words = splitWords(before.slice(leading[used - 1]?.end), command);
  const last = words.at(-1) ?? '';
  const named = last.startsWith('--') ? command.options[last.slice(2)] : undefined;
  const args = Object.values(command.args);
  const argument = args[positionOf(words, command)] ?? args.find(({ rest }) => rest);
  return { command, words, option: named?.label === undefined ? undefined : named, argument };
}

/** The words that may be the name of a command. */
const namesIn = (before: string): string =>
  leadingWords(before, NAME_WORDS_MAX)
    .map(({ text }) => text)
    .join(' ');

/** The words that the command in `before` still takes; empty for those that are only complete with another word of their name. */
function wordsLeft(before: string, names: Names): string {
  const place = placeIn(before, names.commands, 'chat');
  if (!place || place.option) return '';
  const { command, words } = place;
  const left = Object.values(command.args).slice(positionOf(words, command));
  return left.map(showArgument).join(' ');
}

/** How many arguments have been given: words that are neither options nor their values. */
function positionOf(words: readonly string[], command: Command): number {
  let position = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('--')) position++;
    else if (!word.includes('=') && command.options[word.slice(2)]?.label !== undefined) at++;
  }
  return position;
}

async function known(kind: Completes, typed: string, names: Names): Promise<readonly CompletionItem[]> {
  switch (kind) {
    case 'nothing':
    case 'file':
    case 'setting value':
      return [];
    case 'command':
      return commandNames('', typed, names, 'chat');
    case 'setting':
      return matching(
        (names.settings ?? []).map((s) => [s.name, s.about] as const),
        typed,
        names,
      );
    case 'line':
    case 'own line':
      return meant(typed, kind, names.screen?.lines ?? []);
    case 'peer or message':
      return [...(await known('peer', typed, names)), ...(await known('message', typed, names))];
    default:
      return ofNode(kind, typed, names);
  }
}

/** Names that the node knows. Where none begins with what was typed, a screen looks for the letters in all. */
async function ofNode(
  kind: 'peer' | 'topic' | 'where' | 'message',
  typed: string,
  names: Names,
): Promise<readonly CompletionItem[]> {
  const ask = async (prefix: string) => {
    const answer = await names.api?.call('complete', { kind, prefix });
    return answer?.ok ? answer.result.names : [];
  };
  const exact = await ask(typed);
  const near = exact.length === 0 && isLoose(typed, names) ? fuzzyFind(typed, await ask(''), ({ name }) => name) : [];
  return [...exact, ...near].map(({ name, about }) => ({ text: /[ \t]/.test(name) ? `"${name}"` : name, about }));
}

/**
 * Lines of the open conversation that a command may mean: `^` the newest, `^2` the one before, or the first digits of an id. `own` ones are meant
 * where a line is changed, those of others where it is answered.
 */
function meant(typed: string, kind: 'line' | 'own line', lines: readonly MeantLine[]): readonly CompletionItem[] {
  const fitting = lines.filter(({ own }) => own === (kind === 'own line'));
  const about = ({ from, text }: MeantLine) => `${from}: ${text.replace(/\s+/g, ' ').slice(0, ABOUT_UNITS)}`;
  const counted = fitting
    .slice(0, COUNTED_MAX)
    .map((line, at) => [at === 0 ? '^' : `^${at + 1}`, about(line)] as const);
  const byId = fitting.filter(({ id }) => typed !== '' && id.startsWith(typed));
  const named = byId
    .slice(0, OFFERED_MAX)
    .map((line) => [line.id.slice(0, Math.max(ID_DIGITS, typed.length)), about(line)] as const);
  return [...counted.filter(([text]) => text.startsWith(typed)), ...named].map(([text, about]) => ({ text, about }));
}

/** Names of commands, or of the members of a group such as `mesh`; those of `mesh` also without it. */
function commandNames(group: string, typed: string, names: Names, face: Face): readonly CompletionItem[] {
  const here = names.commands.filter((c) => isHere(c, face));
  if (group !== '') {
    const members = here.filter((c) => c.name.startsWith(`${group} `) || c.name.startsWith(`mesh ${group} `));
    return matching(firstWords(members, group), typed, names);
  }
  const short = here.filter((c) => c.name.startsWith('mesh '));
  return matching(new Map([...firstWords(short, 'mesh'), ...firstWords(here, '')]), typed, names);
}

/** The next word of each name behind `group`, or behind `mesh` and `group`, with what a command of that name does. */
function firstWords(commands: readonly Command[], group: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const { name, summary } of commands) {
    const at = group === '' ? 0 : name.indexOf(`${group} `) + group.length + 1;
    const [word = '', ...more] = name.slice(at).split(' ');
    if (more.length === 0) words.set(word, summary);
    else if (!words.has(word)) words.set(word, 'more commands');
  }
  return words;
}

/** Of rows of a word and what it is, those that begin with what was typed; on a screen, where none does, those that have its letters. */
function matching(rows: Iterable<readonly [string, string]>, typed: string, names: Names): readonly CompletionItem[] {
  const all = [...rows];
  const exact = all.filter(([text]) => text.startsWith(typed)).sort(([a], [b]) => (a < b ? -1 : 1));
  const near = exact.length === 0 && isLoose(typed, names) ? fuzzyFind(typed, all, ([text]) => text) : [];
  return [...exact, ...near].map(([text, about]) => ({ text, about }));
}

/** One letter is in everything. */
const isLoose = (typed: string, { screen }: Names): boolean => screen !== undefined && typed.length > 1;

const described = (choices: readonly string[]) => choices.map((choice) => [choice, ''] as const);

/** What the setting `name` may be. */
const choicesOf = (name: string, { settings = [] }: Names): readonly string[] =>
  settings.find((setting) => setting.name === name)?.choices ?? [];

const ABOUT_UNITS = 60;
const COUNTED_MAX = 9;
const ID_DIGITS = 6;
const OFFERED_MAX = 50;
