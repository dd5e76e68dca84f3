import type { NodeApi } from '../api/schema.ts';
import { completeWords } from '../commands/complete.ts';
import { printable } from '../commands/printable.ts';
import type { GlobalOption } from '../commands/program.ts';
import { COMMANDS } from '../commands/table.ts';

/**
 * What a shell offers for the last of `words`, a line each: the word, a tab, what it is.
 *
 * @param api the running node, which knows the names of peers and channels.
 */
export async function completionLines(
  words: readonly string[],
  options: readonly GlobalOption[],
  api: NodeApi | undefined,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const items = [...(await completeWords(words, { commands: COMMANDS, ...(api ? { api } : {}) }))];
  if (typed.startsWith('--')) {
    const flags = options.map(({ name, negated, help }) => ({ text: `--${negated ? 'no-' : ''}${name}`, about: help }));
    items.push(...flags.filter(({ text }) => text.startsWith(typed)));
  }
  return items.map(({ text, about }) => `${printable(text)}\t${printable(about)}`);
}
