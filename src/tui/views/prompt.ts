import { cut, width } from '../cells.ts';
import { shown } from '../editor.ts';
import { PROMPT_INDENT, rowsOf, windowed } from '../prompt-rows.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import type { Pane } from '../scroll.ts';
import type { Theme } from '../theme.ts';
import { shortName } from './name.ts';

/** Where the caret of the terminal belongs, from the top left of the prompt; `undefined` while keys go elsewhere. */
export type Caret = { readonly x: number; readonly y: number } | undefined;

/** The line being written: exactly `rows` lines, and where the caret stands. */
export function prompt(
  state: ViewState,
  { cols, rows }: Pane,
  theme: Theme,
): { readonly lines: string[]; readonly caret: Caret } {
  const { editor } = state.prompt;
  const sign = theme.accent(theme.signs.prompt);
  if (editor.text === '') {
    const line = `${sign} ${theme.dim(hint(state, cols - PROMPT_INDENT, theme))}`;
    return { lines: [line], caret: caretOf(state, { x: PROMPT_INDENT, y: 0 }) };
  }
  const { rows: text, x, y } = windowed(rowsOf(shown(editor), cols), rows);
  const command = editor.text.trimStart().startsWith('/') && !editor.text.trimStart().startsWith('//');
  const lines = text.map((row, index) => `${index === 0 ? sign : ' '} ${command ? theme.accent(row) : row}`);
  return { lines, caret: caretOf(state, { x: PROMPT_INDENT + x, y }) };
}

const caretOf = ({ pane }: ViewState, at: { x: number; y: number }): Caret => (pane.name === 'chat' ? at : undefined);

function hint(state: ViewState, room: number, theme: Theme): string {
  if (state.pane.name !== 'chat') return '';
  const open = openConversation(state);
  const what = open ? `write to ${shortName(open.name, 30, theme.signs.more)}` : 'type / for commands';
  const more = open ? `   Enter sends · / for commands · Alt+P peers` : '   Alt+P peers · Alt+H help';
  return width(what + more) <= room ? what + more : cut(what, room, theme.signs.more);
}
