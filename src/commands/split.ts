import type { Command } from './command.ts';

const BLANK = /[ \t]/;

/** A word of a line, and where the line goes on. */
type Word = { readonly text: string; readonly quoted: boolean; readonly end: number };

/**
 * The words behind a command's name, as its parser wants them. A word may be 'quoted' or "quoted". Where the command takes
 * text to the end of the line, that text is one word, exactly as typed: `don't` stays `don't`.
 *
 *     line = { option } { word { option } } [ rest ]        options end at "--", and where the rest begins
 */
export function splitWords(line: string, command: Command): readonly string[] {
  const args = Object.values(command.args);
  const restAt = args.findIndex((a) => a.rest);
  const words: string[] = [];
  let position = 0;
  let optionsEnded = false;
  let at = skipBlanks(line, 0);
  while (at < line.length) {
    const word = wordAt(line, at);
    const option = !optionsEnded && !word.quoted && /^-./.test(word.text);
    // Behind a word the text is a person's own, whatever it looks like; before the first it must look like a known option.
    if (position === restAt && !(option && position === 0 && (word.text === '--' || isOption(word.text, command)))) {
      return [...words, ...(optionsEnded ? [] : ['--']), line.slice(at)];
    }
    words.push(word.text);
    at = skipBlanks(line, word.end);
    if (option && word.text === '--') optionsEnded = true;
    else if (option && takesNext(word.text, command) && at < line.length) {
      const value = wordAt(line, at);
      words.push(value.text);
      at = skipBlanks(line, value.end);
    } else if (!option) position++;
  }
  return words;
}

/** The first words of a line, at most `count`, without any quoting: what a command's name is looked for in. */
export function leadingWords(line: string, count: number): readonly { readonly text: string; readonly end: number }[] {
  const words: { text: string; end: number }[] = [];
  for (let at = skipBlanks(line, 0); at < line.length && words.length < count; ) {
    const end = endOfWord(line, at);
    words.push({ text: line.slice(at, end), end });
    at = skipBlanks(line, end);
  }
  return words;
}

/** One word; a quote counts only when the word begins with it and it ends the word, so `don't` and `o'hara` are words. */
function wordAt(line: string, at: number): Word {
  const quote = line[at];
  if (quote === '"' || quote === "'") {
    const close = line.indexOf(quote, at + 1);
    const next = line[close + 1];
    if (close > 0 && (next === undefined || BLANK.test(next))) {
      return { text: line.slice(at + 1, close), quoted: true, end: close + 1 };
    }
  }
  const end = endOfWord(line, at);
  return { text: line.slice(at, end), quoted: false, end };
}

const isOption = (word: string, command: Command): boolean => {
  const [name = ''] = word.replace(/^--/, '').split('=', 1);
  return (
    word === '-h' ||
    (word.startsWith('--') && (Object.hasOwn(command.options, name) || name === 'json' || name === 'help'))
  );
};

const takesNext = (word: string, command: Command): boolean =>
  !word.includes('=') &&
  Object.hasOwn(command.options, word.slice(2)) &&
  command.options[word.slice(2)]?.label !== undefined;

function skipBlanks(line: string, at: number): number {
  let end = at;
  while (end < line.length && BLANK.test(line[end] ?? '')) end++;
  return end;
}

function endOfWord(line: string, at: number): number {
  let end = at;
  while (end < line.length && !BLANK.test(line[end] ?? '')) end++;
  return end;
}
