import type { ApiError } from '../api/schema.ts';
import { printable } from '../commands/printable.ts';
import { COMMANDS } from '../commands/table.ts';

/** An error as a shell shows it: what was not done and why on the first line, what to do on the second. */
export const complaint = ({ message, hint }: ApiError): readonly string[] => [
  `qpc: ${printable(inShell(message))}`,
  ...(hint === undefined ? [] : [`     ${printable(inShell(hint))}`]),
];

const FIRST_WORDS = new Set(COMMANDS.flatMap(({ name }) => [name.replace(/ .*/, ''), name.replace(/^mesh /, '')]));

/** Commands are written as in the chat; what stands behind a slash there stands behind `qpc` in a shell. */
const inShell = (text: string): string =>
  text.replace(/(^|[ (])\/([a-z]+)(?![\w/])/g, (all, before: string, word: string) =>
    FIRST_WORDS.has(word) ? `${before}qpc ${word}` : all,
  );
