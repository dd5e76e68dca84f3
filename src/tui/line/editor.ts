import { KILL_RING_MAX, PROMPT_UNITS_MAX, UNDO_STEPS_MAX } from '../../core/base/limits.ts';
import { typed } from '../drawing/guard.ts';
import { before, behind, lineEnd, lineStart, settle, wordBefore, wordBehind } from './caret-places.ts';
import { type Folded, folded, written } from './folds.ts';

/** The line being written. Editing takes each folded paste for one character. */
export type Editor = Folded & {
  /** Where the next character goes: an index into `text`, always between two user-perceived characters. */
  readonly caret: number;
  /** What was killed, the newest last: Ctrl+Y puts it back, Alt+Y what was killed before it. */
  readonly killed: readonly string[];
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
  /** What was done last, where the next step may be a part of it. */
  readonly run: Run | undefined;
};

type Step = Pick<Editor, 'text' | 'caret'>;

type Run =
  | { readonly of: 'typing' | 'erasing' | 'killing' }
  /** What stands from `from` to the caret is `killed[at]`. */
  | { readonly of: 'yanking'; readonly from: number; readonly at: number }
  /** Going up and down: the cell of a row that the caret keeps to. */
  | { readonly of: 'climbing'; readonly x: number };

/** A step of editing, beside typing and pasting. */
export type EditOp =
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'lineStart'
  | 'lineEnd'
  | 'erase'
  | 'eraseForward'
  | 'killWord'
  | 'killWordForward'
  | 'killToStart'
  | 'killToEnd'
  | 'yank'
  | 'yankOlder'
  | 'undo'
  | 'redo'
  | 'unfold';

/** Nothing written, nothing to undo. */
export const EMPTY: Editor = { text: '', caret: 0, folds: [], killed: [], undo: [], redo: [], run: undefined };

/** Whether a line comes into the text: such a text is never run as a command. */
export const manyLines = (editor: Editor): boolean => written(editor).includes('\n');

/** Types `text` at the caret; control characters are left out. Nothing changes where there is no room. */
export function insert(editor: Editor, text: string): Editor {
  const clean = typed(text);
  if (clean === '' || !hasRoom(editor, clean)) return editor;
  const goesOn = editor.run?.of === 'typing' && !beginsWord(editor, clean);
  return change(editor, editor.caret, editor.caret, clean, { run: { of: 'typing' }, goesOn });
}

/** Pastes `text` at the caret: never sent by itself; above a size it is shown folded. Nothing changes where there is no room. */
export function paste(editor: Editor, text: string): Editor {
  const clean = typed(text).replace(/\n+$/, '');
  return hasRoom(editor, clean) ? put(editor, editor.caret, editor.caret, clean) : editor;
}

/** Whether `text` has room in the line besides what is there (`PROMPT_UNITS_MAX`). */
export const hasRoom = (editor: Editor, text: string): boolean =>
  text.length + written(editor).length <= PROMPT_UNITS_MAX;

/** Another text instead, caret at its end; undo brings the old one back. A large one is shown as it is. */
export const replace = (editor: Editor, text: string, caret = text.length): Editor => ({
  ...change(editor, 0, editor.text.length, text),
  caret: settle(text, caret),
});

/** Another text instead, as if it had been pasted: a large one is folded. */
export const recall = (editor: Editor, text: string): Editor => put(editor, 0, editor.text.length, text);

/** Does one step of editing; returns `editor` itself when there is nothing to do. */
export function edit(editor: Editor, op: EditOp): Editor {
  const { text, caret } = editor;
  switch (op) {
    case 'left':
      return moved(editor, before(text, caret));
    case 'right':
      return moved(editor, behind(text, caret));
    case 'wordLeft':
      return moved(editor, wordBefore(text, caret));
    case 'wordRight':
      return moved(editor, wordBehind(text, caret));
    case 'lineStart':
      return moved(editor, lineStart(text, caret));
    case 'lineEnd':
      return moved(editor, lineEnd(text, caret));
    case 'erase':
      return erase(editor, before(text, caret), caret);
    case 'eraseForward':
      return erase(editor, caret, behind(text, caret));
    case 'killWord':
      return kill(editor, wordBefore(text, caret), caret);
    case 'killWordForward':
      return kill(editor, caret, wordBehind(text, caret));
    case 'killToStart':
      return kill(editor, lineStart(text, caret), caret);
    case 'killToEnd':
      return kill(editor, caret, lineEnd(text, caret));
    case 'yank':
      return yank(editor, caret, editor.killed.length - 1);
    case 'yankOlder':
      return yankOlder(editor);
    case 'undo':
      return backTo(editor, 'undo', 'redo');
    case 'redo':
      return backTo(editor, 'redo', 'undo');
    case 'unfold':
      return written(editor) === text ? editor : replace(editor, written(editor));
  }
}

/** The caret elsewhere, at `caret` or the nearest place behind it. */
export function moved(editor: Editor, caret: number, run?: Run): Editor {
  const to = settle(editor.text, caret);
  return to === editor.caret && run === undefined ? editor : { ...editor, caret: to, run };
}

type How = {
  readonly run?: Run;
  /** Whether it is one step with what was done before. */
  readonly goesOn?: boolean;
};

function change(editor: Editor, from: number, to: number, by: string, { run, goesOn = false }: How = {}): Editor {
  if (from === to && by === '') return editor;
  const text = editor.text.slice(0, from) + by + editor.text.slice(to);
  const undo = goesOn ? editor.undo : [...editor.undo, stepOf(editor)].slice(-UNDO_STEPS_MAX);
  return { ...editor, text, caret: settle(text, from + by.length), undo, redo: [], run };
}

function put(editor: Editor, from: number, to: number, text: string, how?: How): Editor {
  const { text: by, folds } = folded(text, editor.folds);
  return { ...change(editor, from, to, by, how), folds };
}

const erase = (editor: Editor, from: number, to: number): Editor =>
  change(editor, from, to, '', { run: { of: 'erasing' }, goesOn: editor.run?.of === 'erasing' });

/** Kills that follow one another are one, in the order of the text. */
function kill(editor: Editor, from: number, to: number): Editor {
  if (from === to) return editor;
  const part = written({ text: editor.text.slice(from, to), folds: editor.folds });
  const goesOn = editor.run?.of === 'killing';
  const last = goesOn ? (editor.killed.at(-1) ?? '') : '';
  const whole = to === editor.caret ? part + last : last + part;
  const killed = [...(goesOn ? editor.killed.slice(0, -1) : editor.killed), whole].slice(-KILL_RING_MAX);
  return { ...change(editor, from, to, '', { run: { of: 'killing' }, goesOn }), killed };
}

function yank(editor: Editor, from: number, at: number): Editor {
  const text = editor.killed[at];
  if (text === undefined || !hasRoom(editor, text)) return editor;
  const goesOn = editor.run?.of === 'yanking' && from < editor.caret;
  return put(editor, from, editor.caret, text, { run: { of: 'yanking', from, at }, goesOn });
}

/** What was killed before that which was just put back, instead of it; round and round. */
function yankOlder(editor: Editor): Editor {
  const { run, killed } = editor;
  if (run?.of !== 'yanking' || killed.length < 2) return editor;
  return yank(editor, run.from, (run.at - 1 + killed.length) % killed.length);
}

function backTo(editor: Editor, from: 'undo' | 'redo', to: 'undo' | 'redo'): Editor {
  const last = editor[from].at(-1);
  if (!last) return editor;
  const { [from]: steps, [to]: others } = editor;
  return { ...editor, ...last, [from]: steps.slice(0, -1), [to]: [...others, stepOf(editor)], run: undefined };
}

const stepOf = ({ text, caret }: Editor): Step => ({ text, caret });

/** Whether typing begins another word or line: undoing takes back one at a time. */
const beginsWord = ({ text, caret }: Editor, typing: string): boolean =>
  typing.includes('\n') || (/\s/.test(text.charAt(caret - 1)) && /^\S/.test(typing));
