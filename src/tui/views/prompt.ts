import { cut, graphemes, width } from '../drawing/cells.ts';
import type { Theme } from '../drawing/theme.ts';
import { keyFor } from '../keys/key-map.ts';
import { suggestion } from '../line/completion.ts';
import { foundAt, type Search } from '../line/history-search.ts';
import { lineSize, sizeWords } from '../line/line-size.ts';
import { isCommand } from '../line/prompt.ts';
import { PROMPT_INDENT, rowsOf, windowed } from '../line/prompt-rows.ts';
import type { Area } from '../reading/scroll.ts';
import { isChoosing, openConversation, type ViewState } from '../screen-state.ts';
import { whatFits } from './frame.ts';
import { shortName } from './name.ts';

/** Where the caret of the terminal belongs, from the top left of the prompt; `undefined` while keys go elsewhere. */
export type Caret = { readonly x: number; readonly y: number } | undefined;

type Drawn = { readonly lines: string[]; readonly caret: Caret };

/** The line being written: exactly `rows` lines of at most `cols` cells, and where the caret stands. */
export function prompt(state: ViewState, pane: Area, theme: Theme): Drawn {
  const { search, editor } = state.prompt;
  const { lines, caret } = search
    ? looking(search, pane, theme)
    : editor.text === ''
      ? { lines: [empty(state, pane.cols, theme)], caret: { x: PROMPT_INDENT, y: 0 } }
      : text(state, pane, theme);
  return { lines, caret: state.pane.name === 'chat' && !isChoosing(state) ? caret : undefined };
}

/** What is written, in grey what it could go on with, and below it its size when that comes near to what a message may have. */
function text({ prompt: { editor, completion } }: ViewState, { cols, rows }: Area, theme: Theme): Drawn {
  const size = rows > 1 ? lineSize(editor) : undefined;
  const { rows: shown, x, y } = windowed(rowsOf(editor, cols), size ? rows - 1 : rows);
  const ink = isCommand(editor) ? theme.accent : (part: string) => part;
  const lines = shown.map((row, index) => `${index === 0 ? theme.accent(theme.signs.prompt) : ' '} ${ink(row)}`);
  const rest = suggestion(completion, editor, theme.signs.pointer);
  if (rest !== '') lines[y] += theme.dim(cut(rest, cols - PROMPT_INDENT - x, ''));
  if (size) lines.push(`  ${(size.tooMuch ? theme.bad : theme.dim)(cut(sizeWords(size), cols - PROMPT_INDENT))}`);
  return { lines, caret: { x: PROMPT_INDENT + x, y } };
}

/** A line that was sent before, the letters that are looked for in it, and what keys do. */
function looking(search: Search, { cols, rows }: Area, theme: Theme): Drawn {
  const { query, found, at } = search;
  const room = cols - PROMPT_INDENT;
  const [line] = (found[at] ?? '').split('\n', 1);
  const nothing = theme.dim(
    cut(query === '' ? 'nothing was sent yet' : 'nothing that was sent has these letters', room),
  );
  const match = line === undefined || found.length === 0 ? nothing : marked(line, search, room, theme);
  const label = cut('search ', room - 1, '');
  const asked = cut(query, Math.max(1, room - width(label) - 1), theme.signs.more);
  const some = [`${at + 1} of ${found.length}`, 'Enter takes it', 'Esc back', 'Ctrl+R older'];
  const left = Math.max(0, room - width(label) - width(asked) - 3);
  const keys = cut(whatFits(found.length === 0 ? ['Esc back'] : some, ` ${theme.signs.dot} `, left), left, '');
  const below = cut(`  ${theme.accent(label)}${asked}   ${theme.dim(keys)}`, cols, '');
  const caret = { x: PROMPT_INDENT + width(label) + width(asked), y: rows > 1 ? 1 : 0 };
  const above = `${theme.accent(theme.signs.prompt)} ${match}`;
  return { lines: rows > 1 ? [above, below] : [below], caret };
}

/** As much of a line as has room, with the letters that were looked for in bold; it begins later when they would not be seen. */
function marked(line: string, search: Search, room: number, theme: Theme): string {
  const found = new Set(foundAt(search));
  const first = Math.min(...found);
  const from = first > room - 10 && first < line.length ? first - 5 : 0;
  let shown = from > 0 ? theme.dim(theme.signs.more) : '';
  let [taken, index] = [width(theme.signs.more), 0];
  for (const character of graphemes(line)) {
    const begins = index;
    index += character.length;
    if (begins < from) continue;
    taken += width(character);
    if (taken >= room) return shown + theme.dim(theme.signs.more);
    shown += found.has(begins) ? theme.bold(theme.accent(character)) : character;
  }
  return shown;
}

/** What could be written, where nothing is. */
function empty(state: ViewState, cols: number, theme: Theme): string {
  return `${theme.accent(theme.signs.prompt)} ${theme.dim(hint(state, cols - PROMPT_INDENT, theme))}`;
}

/** A key and what it shows; nothing where none does. */
function named({ keys }: ViewState, view: string): string {
  const key = keyFor(keys, view);
  return key === undefined ? '' : ` · ${key} ${view}`;
}

function hint(state: ViewState, room: number, theme: Theme): string {
  if (state.pane.name !== 'chat') return '';
  const open = openConversation(state);
  const what = open ? `write to ${shortName(open.name, 30, theme.signs.more)}` : 'type / for commands';
  const [peers, help] = [named(state, 'peers'), named(state, 'help')];
  const more = open ? `   Enter sends · / for commands${peers}` : `  ${peers}${help}`.replace(/^ +· /, '   ');
  return width(what + more) <= room ? what + more : cut(what, room, theme.signs.more);
}
