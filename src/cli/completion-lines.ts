import type { NodeApi } from '../api/schema.ts';
import type { Setting } from '../api/setting.ts';
import { type CompletionItem, completeWords, namesFile } from '../commands/complete.ts';
import { findCommand } from '../commands/find.ts';
import { printable } from '../commands/printable.ts';
import type { GlobalOption } from '../commands/program.ts';
import { COMMANDS } from '../commands/table.ts';

/** What is known where a word is completed. */
export type Knowledge = {
  readonly options: readonly GlobalOption[];
  readonly settings: readonly Setting[];
  /** The running node, which knows the names of peers and channels. */
  readonly api: NodeApi | undefined;
};

/** Lines that say that a file, or a directory, is wanted: every shell has its own way to complete those. */
const [FILES, DIRECTORIES] = [':files', ':directories'] as const;

/**
 * What a shell offers for the last of `words`, those behind `qpc`, a line each: the word, a tab, what it is. Or one line, `:files` or
 * `:directories`. Where a shell takes `--theme=dark` apart at the `=`, as bash does, so are the answers.
 */
export async function completionLines(words: readonly string[], known: Knowledge): Promise<readonly string[]> {
  const { joined, apart } = atEquals(words);
  const typed = joined.at(-1) ?? '';
  const [, name, begun] = /^--([a-z-]+)=(.*)$/s.exec(typed) ?? [];
  if (name !== undefined && begun !== undefined) {
    const values = await offers([...joined.slice(0, -1), `--${name}`, begun], known);
    return typeof values === 'string' ? [values] : lines(values, apart ? '' : `--${name}=`);
  }
  const found = await offers(joined, known);
  return typeof found === 'string' ? [found] : lines(found, '');
}

async function offers(words: readonly string[], known: Knowledge): Promise<readonly CompletionItem[] | string> {
  const typed = words.at(-1) ?? '';
  const { own, value } = withoutGlobals(words, known.options);
  if (value) return valuesOf(value, typed);
  if (namesFile(own, COMMANDS)) return FILES;
  const { settings, api, options } = known;
  const items = await completeWords(own, { commands: COMMANDS, settings, ...(api ? { api } : {}) });
  if (!typed.startsWith('-')) return items;
  const flags = options.map((option) => ({ text: flagOf(option), about: option.help }));
  const others = flags.filter(({ text }) => text.startsWith(typed) && !items.some((item) => item.text === text));
  return [...items, ...others];
}

/** The values of an option of qpc itself. */
function valuesOf({ choices, value = '' }: GlobalOption, typed: string): readonly CompletionItem[] | string {
  const fitting = (choices ?? []).filter((choice) => choice.startsWith(typed)).map((text) => ({ text, about: '' }));
  if (fitting.length > 0) return fitting;
  if (value.endsWith('FILE')) return FILES;
  return value.endsWith('DIR') ? DIRECTORIES : [];
}

/**
 * The words that are the command's: options of qpc itself may stand between them, with their values.
 *
 * @returns also the option whose value the last word is.
 */
function withoutGlobals(
  words: readonly string[],
  options: readonly GlobalOption[],
): { readonly own: readonly string[]; readonly value: GlobalOption | undefined } {
  const own: string[] = [];
  let value: GlobalOption | undefined;
  for (const [at, word] of words.entries()) {
    const isLast = at === words.length - 1;
    if (value) {
      if (isLast) return { own, value };
      value = undefined;
      continue;
    }
    const option = isLast
      ? undefined
      : options.find((one) => word === flagOf(one) || word.startsWith(`${flagOf(one)}=`));
    if (!option || isOfCommand(own, option)) own.push(word);
    else if (option.value !== undefined && !word.includes('=')) value = option;
  }
  return { own, value: undefined };
}

/** Whether the command that was begun has an option of this name itself. */
function isOfCommand(words: readonly string[], { name }: GlobalOption): boolean {
  const found = findCommand(words, COMMANDS, 'shell');
  return found.ok && name in found.command.options;
}

const flagOf = ({ name, negated }: GlobalOption): string => `--${negated ? 'no-' : ''}${name}`;

/** Words as they were typed, where a shell has taken `--name=value` apart, and whether it has done so with the last. */
function atEquals(words: readonly string[]): { readonly joined: readonly string[]; readonly apart: boolean } {
  const joined: string[] = [];
  let apart = false;
  for (const [at, word] of words.entries()) {
    const before = joined.at(-1) ?? '';
    apart = (word === '=' && before.startsWith('--')) || (words[at - 1] === '=' && before.endsWith('='));
    if (apart) joined[joined.length - 1] = before + word;
    else joined.push(word);
  }
  return { joined, apart };
}

const lines = (items: readonly CompletionItem[], before: string): readonly string[] =>
  items.map(({ text, about }) => `${before}${printable(text)}\t${printable(about)}`);
