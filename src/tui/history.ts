import { PROMPT_HISTORY_MAX } from '../core/base/limits.ts';

/** What was sent before, newest last, and where in it the reader of the prompt is. */
export type History = {
  readonly lines: readonly string[];
  /** Index of the line shown; `undefined` while the person writes a line of their own. */
  readonly at: number | undefined;
  /** The line of their own, kept while they look back. */
  readonly draft: string;
};

export const NO_HISTORY: History = { lines: [], at: undefined, draft: '' };

/** A line was sent. The same line twice in a row is kept once. */
export const remember = (history: History, line: string): History => ({
  lines: history.lines.at(-1) === line ? history.lines : [...history.lines, line].slice(-PROMPT_HISTORY_MAX),
  at: undefined,
  draft: '',
});

/** One line further back; `undefined` at the oldest. `current` is what the prompt holds now. */
export function older(
  history: History,
  current: string,
): { readonly history: History; readonly line: string } | undefined {
  const at = (history.at ?? history.lines.length) - 1;
  const line = history.lines[at];
  if (line === undefined) return undefined;
  return { history: { ...history, at, draft: history.at === undefined ? current : history.draft }, line };
}

/** One line forward, at the end the draft again; `undefined` when there is nothing newer. */
export function newer(history: History): { readonly history: History; readonly line: string } | undefined {
  if (history.at === undefined) return undefined;
  const at = history.at + 1;
  const line = history.lines[at];
  if (line === undefined) return { history: { ...history, at: undefined }, line: history.draft };
  return { history: { ...history, at }, line };
}
