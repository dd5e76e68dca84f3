import { cellsOf, graphemes } from '../drawing/cells.ts';
import { type Editor, moved } from './editor.ts';
import { placeOf, shown } from './folds.ts';
import { lineSize } from './line-size.ts';
import type { Prompt } from './prompt.ts';

/** What is written, in rows as wide as the prompt, and where the caret stands in them. */
export type PromptRows = { readonly rows: readonly string[]; readonly x: number; readonly y: number };

/** Cells before the text: the prompt sign and a blank; rows below the first are indented as much. */
export const PROMPT_INDENT = 2;

/**
 * Breaks the text of the prompt at any character, so that a caret has one place. A caret behind a full row begins the next.
 * Right-to-left text stays in the order in which it was written; a terminal that turns it round does so within a row.
 */
export function rowsOf(editor: Editor, cols: number): PromptRows {
  const known = KNOWN.get(editor);
  if (known?.cols === cols) return known.rows;
  const text = shown(editor);
  const starts = rowStarts(text.text, Math.max(2, cols - PROMPT_INDENT));
  const y = starts.findLastIndex((start) => start <= text.caret);
  let x = 0;
  for (const character of graphemes(text.text.slice(starts[y], text.caret))) x += cellsOf(character);
  const row = (start: number, at: number): string => {
    const end = starts[at + 1] ?? text.text.length;
    return text.text.slice(start, end > start && text.text[end - 1] === '\n' ? end - 1 : end);
  };
  const rows = { rows: starts.map(row), x, y };
  KNOWN.set(editor, { cols, rows });
  return rows;
}

/** Rows that the prompt takes where there is room: those of its text and one for its size; while a line is looked for, two. */
export const rowsWanted = ({ editor, search }: Prompt, cols: number): number =>
  search ? 2 : rowsOf(editor, cols).rows.length + (lineSize(editor) ? 1 : 0);

/** The rows of a prompt that has only `count`: those around the caret. */
export function windowed({ rows, x, y }: PromptRows, count: number): PromptRows {
  const from = Math.max(0, Math.min(y - count + 1, rows.length - count));
  const first = y < from ? y : from;
  return { rows: rows.slice(first, first + count), x, y: y - first };
}

/** The caret one row up or down, in the cell that it had when the climbing began; `editor` itself where there is no such row. */
export function climbed(editor: Editor, by: -1 | 1, cols: number): Editor {
  const { rows, x, y } = rowsOf(editor, cols);
  const row = rows[y + by];
  if (row === undefined) return editor;
  const goal = editor.run?.of === 'climbing' ? editor.run.x : x;
  const start = rowStarts(shown(editor).text, Math.max(2, cols - PROMPT_INDENT))[y + by]!;
  return moved(editor, placeOf(editor, start + unitsIn(row, goal)), { of: 'climbing', x: goal });
}

/** How many units of `row` fit into `cells`. */
function unitsIn(row: string, cells: number): number {
  let [units, taken] = [0, 0];
  for (const character of graphemes(row)) {
    taken += cellsOf(character);
    if (taken > cells) break;
    units += character.length;
  }
  return units;
}

/** One key asks several times for the rows of one text. */
const KNOWN = new WeakMap<Editor, { readonly cols: number; readonly rows: PromptRows }>();

/** Where in `text` each row of `room` cells begins. */
function rowStarts(text: string, room: number): number[] {
  const starts: number[] = [];
  for (let line = 0; line <= text.length; ) {
    const newline = text.indexOf('\n', line);
    const end = newline < 0 ? text.length : newline;
    for (const start of breaks(text.slice(line, end), room)) starts.push(line + start);
    line = end + 1;
  }
  return starts;
}

/** Where the rows of one written line begin. A full row is followed by another one, for the caret. */
function breaks(line: string, room: number): readonly number[] {
  if (/^[\x20-\x7e]*$/.test(line))
    return Array.from({ length: Math.floor(line.length / room) + 1 }, (_, row) => row * room);
  const { starts, from } = begun(line, room);
  let taken = 0;
  let index = from;
  for (const character of graphemes(line.slice(from))) {
    const size = cellsOf(character);
    if (taken > 0 && taken + size > room) {
      starts.push(index);
      taken = 0;
    }
    index += character.length;
    taken += size;
    if (taken === room) {
      starts.push(index);
      taken = 0;
    }
  }
  if (line.length > LONG_UNITS) last = { line, room, starts };
  return starts;
}

/** The rows that a long line still has from when it was broken last: typing at its end shall not measure all of it again. */
function begun(line: string, room: number): { readonly starts: number[]; readonly from: number } {
  if (line.length <= LONG_UNITS || last.room !== room) return { starts: [0], from: 0 };
  let same = 0;
  while (same < line.length && line.charCodeAt(same) === last.line.charCodeAt(same)) same++;
  // What was typed may have joined with the characters before it.
  const starts = last.starts.filter((start) => start <= same - JOINED_UNITS);
  return starts.length === 0 ? { starts: [0], from: 0 } : { starts, from: starts.at(-1)! };
}

const LONG_UNITS = 2_000;
const JOINED_UNITS = 256;

let last: { readonly line: string; readonly room: number; readonly starts: readonly number[] } = {
  line: '',
  room: 0,
  starts: [],
};
