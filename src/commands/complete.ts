import type { NodeApi } from '../api/schema.ts';
import type { Setting } from '../api/setting.ts';
import type { Command, Completes } from './command.ts';
import { files } from './files.ts';
import { type Face, findCommand, isHere, NAME_WORDS_MAX } from './find.ts';
import { leadingWords, splitWords } from './split.ts';

/** What may stand in place of `line.slice(from, caret)`, best first. */
export type Completion = { readonly from: number; readonly items: readonly CompletionItem[] };
export type CompletionItem = { readonly text: string; readonly about: string };

/** What names are asked of. Without a node only names of commands, options and choices are known. */
export type Names = {
  readonly commands: readonly Command[];
  readonly api?: Pick<NodeApi, 'call'>;
  readonly settings?: readonly Setting[];
};

/**
 * What Tab offers at the caret of a chat line: names of commands and their options, choices, and the names that the node
 * knows; in text, `@name` and `#topic`.
 */
export async function complete(line: string, caret: number, names: Names): Promise<Completion> {
  const head = line.slice(0, caret);
  const from = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t')) + 1;
  const typed = head.slice(from);
  const slash = /^[ \t]*\/(?!\/)/.exec(head)?.[0].length;
  if (slash === undefined) return { from, items: await inText(typed, names) };
  const before = head.slice(slash, Math.max(slash, from));
  if (from < slash) return { from: slash, items: commandNames('', typed.replace(/^\//, ''), names.commands, 'chat') };
  return { from, items: await inCommand(before, typed, names, 'chat') };
}

/** The only completion, as it is put in: the next word comes behind a space, what is in a directory right behind it. */
export const followed = (text: string): string => (text.endsWith('/') ? text : `${text} `);

/** What a shell offers for the last of `words`, those behind `qpc`. */
export async function completeWords(words: readonly string[], names: Names): Promise<readonly CompletionItem[]> {
  const typed = words.at(-1) ?? '';
  if (words.length <= 1) return commandNames('', typed, names.commands, 'shell');
  return inCommand(`${words.slice(0, -1).join(' ')} `, typed, names, 'shell');
}

async function inText(typed: string, names: Names): Promise<readonly CompletionItem[]> {
  if (typed.startsWith('#')) return known('topic', typed, names);
  if (!typed.startsWith('@')) return [];
  const people = await known('peer', typed.slice(1), names);
  return people.map(({ text, about }) => ({ text: `@${text}`, about }));
}

async function inCommand(before: string, typed: string, names: Names, face: Face): Promise<readonly CompletionItem[]> {
  const leading = leadingWords(before, NAME_WORDS_MAX);
  const found = findCommand(
    leading.map((w) => w.text),
    names.commands,
    face,
  );
  const members = commandNames(leading.map((w) => w.text).join(' '), typed, names.commands, face);
  if (!found.ok) return members;
  const { command, used } = found;
  const words = splitWords(before.slice(leading[used - 1]?.end), command);
  const last = words.at(-1) ?? '';
  const option = command.options[last.slice(2)];
  if (last.startsWith('--') && option?.label !== undefined) {
    return option.choices.length > 0
      ? starting(
          option.choices.map((c) => [c, ''] as const),
          typed,
        )
      : known(option.completes, typed, names);
  }
  if (typed.startsWith('-') && !words.includes('--')) {
    const options = Object.entries(command.options).map(([name, { about }]) => [`--${name}`, about] as const);
    return starting(options, typed);
  }
  const argument = Object.values(command.args)[positionOf(words, command)];
  // A shell knows better how it writes names of files.
  if (argument?.completes === 'file')
    return face === 'shell' ? [] : (await files(typed)).map((text) => ({ text, about: '' }));
  return [...members, ...(argument ? await known(argument.completes, typed, names) : [])];
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
  if (kind === 'nothing' || kind === 'file') return [];
  if (kind === 'command') return commandNames('', typed, names.commands, 'chat');
  if (kind === 'peer or message')
    return [...(await known('peer', typed, names)), ...(await known('message', typed, names))];
  if (kind === 'setting')
    return starting(
      (names.settings ?? []).map((s) => [s.name, s.about] as const),
      typed,
    );
  const answer = await names.api?.call('complete', { kind, prefix: typed });
  if (!answer?.ok) return [];
  return answer.result.names.map(({ name, about }) => ({ text: /[ \t]/.test(name) ? `"${name}"` : name, about }));
}

/** Names of commands, or of the members of a group such as `mesh`; those of `mesh` also without it. */
function commandNames(
  group: string,
  typed: string,
  commands: readonly Command[],
  face: Face,
): readonly CompletionItem[] {
  const here = commands.filter((c) => isHere(c, face));
  if (group !== '') {
    const members = here.filter((c) => c.name.startsWith(`${group} `) || c.name.startsWith(`mesh ${group} `));
    return starting(firstWords(members, group), typed);
  }
  const short = here.filter((c) => c.name.startsWith('mesh '));
  return starting(new Map([...firstWords(short, 'mesh'), ...firstWords(here, '')]), typed);
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

const starting = (rows: Iterable<readonly [string, string]>, typed: string): readonly CompletionItem[] =>
  [...rows]
    .filter(([text]) => text.startsWith(typed))
    .map(([text, about]) => ({ text, about }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
