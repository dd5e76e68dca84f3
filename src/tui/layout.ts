import { PROMPT_ROWS_MAX } from '../core/base/limits.ts';
import * as guard from './drawing/guard.ts';
import { wrap } from './drawing/wrap.ts';
import { rowsWanted } from './line/prompt-rows.ts';
import { NOTE_ROWS_MAX, type NoteRow, noteRows } from './notes.ts';
import { aimOf } from './reading/aim.ts';
import type { Area } from './reading/scroll.ts';
import type { ViewState } from './screen-state.ts';

/** Where everything is. The rows add up to the screen: main, banner, status bar, aim, prompt. */
export type Layout = {
  /** Width of the list of chats, its wall included; 0 when it is not shown. */
  readonly list: number;
  readonly main: Area;
  readonly banner: readonly NoteRow[];
  /** The row that says what the line being written is for; none when it is a line like any other. */
  readonly aim: number;
  readonly prompt: number;
};

/** Divides the screen. At least 90 columns: a wide list; at least 70: a narrow one; below, none (Alt+B shows it instead of the chat). */
export function layout(state: ViewState): Layout {
  const { cols, rows } = state.size;
  const wanted = rowsWanted(state.prompt, cols);
  const prompt = Math.max(1, Math.min(wanted, PROMPT_ROWS_MAX, rows - 2));
  const aim = aimOf(state) && state.pane.name === 'chat' && rows >= 5 ? 1 : 0;
  const banner = noteRows(state, cols).slice(0, Math.max(0, rows - 1 - aim - prompt - 1));
  const wide = cols >= 90 ? 22 : cols >= 70 ? 17 : 0;
  const list = state.listHidden || rows < 8 || state.pane.name !== 'chat' ? 0 : wide;
  const main = { cols: cols - list, rows: Math.max(0, rows - 1 - prompt - aim - banner.length) };
  return { list, main, banner, aim, prompt };
}

/** Whether the list of chats takes the whole pane: where there is no room beside it, when asked for. */
export const listAlone = ({ size, listHidden }: ViewState): boolean => size.cols < 70 && listHidden;

/** Whether lines are few and short enough to be said above the status bar. */
export const fitsBanner = (lines: readonly string[], { size }: ViewState): boolean =>
  said(lines.join('\n'), size.cols).length <= NOTE_ROWS_MAX;

const said = (text: string, cols: number): string[] => wrap(guard.text(text), Math.max(8, cols - 3));
