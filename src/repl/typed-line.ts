import { cellsOf } from '../core/base/clean.ts';

/** A line that is being typed, and the bytes that show the change that led to it. */
export type Typed = { readonly line: string; readonly echo: string };

/**
 * What the last character, as people count them, looks like when it goes: back, a blank over it, back again, a cell at a time. That is what
 * a terminal does by itself (ECHOE of POSIX termios), and what screen readers know; nothing else ever goes back.
 *
 * @param columns of the terminal: what does not fit on one row cannot be gone back over, and is written anew on the next.
 */
export function erase(line: string, columns: number): Typed {
  const last = [...SEGMENTER.segment(line)].at(-1);
  return last ? cut(line, last.index, columns) : { line, echo: '' };
}

/** Erases the last word, and the blanks behind it. */
export const eraseWord = (line: string, columns: number): Typed =>
  cut(line, /\S*\s*$/.exec(line)?.index ?? line.length, columns);

function cut(line: string, at: number, columns: number): Typed {
  const kept = line.slice(0, at);
  if (width(line) >= columns) return { line: kept, echo: `\n${kept}` };
  return { line: kept, echo: '\b \b'.repeat(width(line.slice(at))) };
}

/** Cells of a text: those of the first character of each cluster, the others sit on it. */
function width(text: string): number {
  let cells = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    const [first = ''] = segment;
    cells += cellsOf(first);
  }
  return cells;
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
