import { says } from '../../api/notebook.ts';
import { PROMPT_HISTORY_MAX } from '../../core/base/limits.ts';
import type { Editor } from './editor.ts';
import { written } from './folds.ts';

/** What was sent before, from all conversations, newest last, and where in it the reader of the prompt is. */
export type History = {
  readonly lines: readonly string[];
  /** Index of the line shown; `undefined` while the person writes a line of their own. */
  readonly at: number | undefined;
  /** The line of their own, kept while they look back. */
  readonly draft: Editor | undefined;
};

/** Nothing was sent yet. */
export const NO_HISTORY: History = { lines: [], at: undefined, draft: undefined };

/** A line was sent. The same line twice in a row is kept once. */
export const remember = (history: History, line: string): History => ({
  lines: history.lines.at(-1) === line ? history.lines : [...history.lines, line].slice(-PROMPT_HISTORY_MAX),
  at: undefined,
  draft: undefined,
});

/** Something that was sent has been taken back. */
export const forget = (history: History, words: string): History => ({
  lines: history.lines.filter((line) => !says(line, words)),
  at: undefined,
  draft: undefined,
});

/**
 * One line further back, and of those that are like the draft: behind the beginning of a command only commands that begin so.
 * `undefined` at the oldest. `current` is what the prompt holds now.
 */
export function older(
  history: History,
  current: Editor,
): { readonly history: History; readonly line: string } | undefined {
  const draft = history.at === undefined ? current : history.draft;
  const begun = beginningOf(draft);
  const now = written(current);
  const end = history.at ?? history.lines.length;
  const at = history.lines.slice(0, end).findLastIndex((line) => line.startsWith(begun) && line !== now);
  const line = history.lines[at];
  return line === undefined ? undefined : { history: { ...history, at, draft }, line };
}

/** One line forward, at the end the draft again, as it was; `undefined` when there is nothing newer. */
export function newer(
  history: History,
): { readonly history: History; readonly line: string | Editor | undefined } | undefined {
  if (history.at === undefined) return undefined;
  const begun = beginningOf(history.draft);
  const at = history.lines.findIndex((line, index) => index > (history.at ?? 0) && line.startsWith(begun));
  if (at < 0) return { history: { ...history, at: undefined, draft: undefined }, line: history.draft };
  return { history: { ...history, at }, line: history.lines[at] };
}

/** What the lines looked at begin with: a command that was begun, else nothing. */
function beginningOf(draft: Editor | undefined): string {
  const begun = draft ? written(draft) : '';
  return begun.startsWith('/') && draft?.caret === draft?.text.length ? begun : '';
}
