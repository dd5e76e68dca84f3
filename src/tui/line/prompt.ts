import { type Completion, narrowed } from './completion.ts';
import { type Editor, EMPTY, insert, paste, recall, replace } from './editor.ts';
import { written } from './folds.ts';
import { type History, NO_HISTORY, newer, older, remember } from './history.ts';
import { type Search, searchFor } from './history-search.ts';
import { climbed } from './prompt-rows.ts';

/** The line at the bottom: what is being written, what was sent before, and what could complete it. */
export type Prompt = {
  readonly editor: Editor;
  readonly history: History;
  readonly completion: Completion | undefined;
  /** While a line that was sent before is looked for. */
  readonly search: Search | undefined;
};

/** A prompt in which nothing was ever written. */
export const FRESH_PROMPT: Prompt = { editor: EMPTY, history: NO_HISTORY, completion: undefined, search: undefined };

/**
 * The prompt with another text or caret. A change of the text ends a look back. What could complete it stays as far as it still fits, and the
 * list of what a command could go on with stays in sight until it is known anew.
 */
export function changed(prompt: Prompt, editor: Editor): Prompt {
  if (editor === prompt.editor) return prompt;
  const history = editor.text === prompt.editor.text ? prompt.history : { ...prompt.history, at: undefined };
  const { completion: was } = prompt;
  const inSight = was?.listed && was.chosen === undefined && isCommand(editor) ? was : undefined;
  const completion = (was && narrowed(was, editor)) ?? inSight;
  return { editor, history, completion, search: undefined };
}

/** Whether the text reads as a command; `//` begins a text. */
export function isCommand(editor: Editor): boolean {
  const whole = editor.folds.length === 0 ? editor.text : written(editor);
  return /^\s*\/(?!\/)/.test(whole);
}

/** With a text typed at the caret. */
export const typeInto = (prompt: Prompt, text: string): Prompt => changed(prompt, insert(prompt.editor, text));
/** With a paste at the caret, folded where it is large. */
export const pasteInto = (prompt: Prompt, text: string): Prompt => changed(prompt, paste(prompt.editor, text));
/** With nothing in the line; undo brings it back. */
export const clear = (prompt: Prompt): Prompt => changed(prompt, replace(prompt.editor, ''));

/** The line was sent: it is remembered, and the next begins empty. What was killed can still be put back. */
export const sent = (prompt: Prompt): Prompt => ({
  ...FRESH_PROMPT,
  editor: emptied(prompt.editor),
  history: remember(prompt.history, written(prompt.editor)),
});

/** An empty line that has still what was killed in another. */
export const emptied = ({ killed }: Editor): Editor => ({ ...EMPTY, killed });

/** Up: the row above in a text of several, else what was sent before. */
export function up(prompt: Prompt, cols: number): Prompt {
  const moved = climbed(prompt.editor, -1, cols);
  if (moved !== prompt.editor && prompt.history.at === undefined) return { ...prompt, editor: moved };
  const found = older(prompt.history, prompt.editor);
  return found ? recalled(prompt, found) : prompt;
}

/** Down: the row below, else what was sent after, at last what was being written. */
export function down(prompt: Prompt, cols: number): Prompt {
  const moved = climbed(prompt.editor, 1, cols);
  if (moved !== prompt.editor && prompt.history.at === undefined) return { ...prompt, editor: moved };
  const found = newer(prompt.history);
  return found ? recalled(prompt, found) : prompt;
}

/** Begins to look for a line that was sent before. */
export const beginSearch = (prompt: Prompt): Prompt => ({ ...prompt, search: searchFor(prompt.history.lines, '') });

/** Ends the search, with the line it shows in the prompt, or with what was being written. */
export function endSearch(prompt: Prompt, end: 'take' | 'give back'): Prompt {
  const line = prompt.search?.found[prompt.search.at];
  if (end === 'give back' || line === undefined) return { ...prompt, search: undefined };
  return changed({ ...prompt, search: undefined }, recall(prompt.editor, line));
}

function recalled(
  prompt: Prompt,
  { history, line }: { readonly history: History; readonly line: string | Editor | undefined },
): Prompt {
  const editor = typeof line === 'string' ? recall(prompt.editor, line) : (line ?? prompt.editor);
  return { ...FRESH_PROMPT, editor, history };
}
