import { graphemes, width } from './cells.ts';

/** What is written, in rows as wide as the prompt, and where the caret stands in them. */
export type PromptRows = { readonly rows: readonly string[]; readonly x: number; readonly y: number };

/** Cells before the text: the prompt sign and a blank; rows below the first are indented as much. */
export const PROMPT_INDENT = 2;

/** Breaks the text of the prompt at any character, so that a caret has one place. A caret behind a full row begins the next. */
export function rowsOf({ text, caret }: { readonly text: string; readonly caret: number }, cols: number): PromptRows {
  const room = Math.max(2, cols - PROMPT_INDENT);
  const rows: string[] = [];
  let at = { x: 0, y: 0 };
  let index = 0;
  let row = '';
  let taken = 0;
  for (const line of text.split('\n')) {
    for (const character of graphemes(line)) {
      const size = width(character);
      if (taken + size > room) [row, taken] = [close(rows, row), 0];
      if (index === caret) at = { x: taken, y: rows.length };
      row += character;
      taken += size;
      index += character.length;
    }
    if (taken === room) [row, taken] = [close(rows, row), 0];
    if (index === caret) at = { x: taken, y: rows.length };
    [row, taken] = [close(rows, row), 0];
    index++; // the newline
  }
  return { rows, ...at };
}

/** Ends a row and begins an empty one. */
function close(rows: string[], row: string): string {
  rows.push(row);
  return '';
}

/** The rows of a prompt that has only `count`: those around the caret. */
export function windowed({ rows, x, y }: PromptRows, count: number): PromptRows {
  const from = Math.max(0, Math.min(y - count + 1, rows.length - count));
  const first = y < from ? y : from;
  return { rows: rows.slice(first, first + count), x, y: y - first };
}
