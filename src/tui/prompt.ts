import type { Completion } from './completion.ts';
import { type EditOp, type Editor, EMPTY, edit, insert, paste, replace, written } from './editor.ts';
import { type History, NO_HISTORY, newer, older, remember } from './history.ts';

/** The line at the bottom: what is being written, what was sent before, and what could complete it. */
export type Prompt = {
  readonly editor: Editor;
  readonly history: History;
  readonly completion: Completion | undefined;
};

export const FRESH_PROMPT: Prompt = { editor: EMPTY, history: NO_HISTORY, completion: undefined };

/** Any change of the text ends a look back. What a command could go on with stays in sight until it is known anew. */
function changed(prompt: Prompt, editor: Editor): Prompt {
  if (editor === prompt.editor) return prompt;
  const history = editor.text === prompt.editor.text ? prompt.history : { ...prompt.history, at: undefined };
  const keeps = isCommand(editor) && prompt.completion?.chosen === undefined;
  return { editor, history, completion: keeps ? prompt.completion : undefined };
}

/** Whether the text reads as a command; `//` begins a text. */
export const isCommand = (editor: Editor): boolean => /^\s*\/(?!\/)/.test(written(editor));

export const typeInto = (prompt: Prompt, text: string): Prompt => changed(prompt, insert(prompt.editor, text));
export const pasteInto = (prompt: Prompt, text: string): Prompt => changed(prompt, paste(prompt.editor, text));
export const editIn = (prompt: Prompt, op: EditOp): Prompt => changed(prompt, edit(prompt.editor, op));
export const clear = (prompt: Prompt): Prompt => changed(prompt, replace(prompt.editor, ''));

/** The line was sent: it is remembered, and the next begins empty. What was killed can still be put back. */
export const sent = (prompt: Prompt): Prompt => ({
  editor: { ...EMPTY, killed: prompt.editor.killed },
  history: remember(prompt.history, written(prompt.editor)),
  completion: undefined,
});

/** Up: the line above in a text of several, else what was sent before. */
export function up(prompt: Prompt): Prompt {
  const moved = edit(prompt.editor, 'lineUp');
  if (moved !== prompt.editor && prompt.history.at === undefined) return { ...prompt, editor: moved };
  const found = older(prompt.history, written(prompt.editor));
  return found ? recalled(prompt, found) : prompt;
}

/** Down: the line below, else what was sent after, at last what was being written. */
export function down(prompt: Prompt): Prompt {
  const moved = edit(prompt.editor, 'lineDown');
  if (moved !== prompt.editor && prompt.history.at === undefined) return { ...prompt, editor: moved };
  const found = newer(prompt.history);
  return found ? recalled(prompt, found) : prompt;
}

const recalled = (prompt: Prompt, { history, line }: { history: History; line: string }): Prompt => ({
  editor: replace(prompt.editor, line),
  history,
  completion: undefined,
});
