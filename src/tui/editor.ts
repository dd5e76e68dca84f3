import { bytes, plural } from '../commands/show.ts';
import { PASTE_FOLD_LINES, PASTE_FOLD_UNITS, UNDO_STEPS_MAX } from '../core/base/limits.ts';
import { typed } from './guard.ts';

/**
 * The line being written. `text` may contain placeholders of large pastes (one private-use character each), which
 * `written` replaces by what was pasted; editing takes each for one character.
 */
export type Editor = {
  readonly text: string;
  /** Where the next character goes: an index into `text`, always between two user-perceived characters. */
  readonly caret: number;
  /** What Ctrl+W, Ctrl+U or Ctrl+K took away last. */
  readonly killed: string;
  readonly folds: readonly string[];
  readonly undo: readonly Pick<Editor, 'text' | 'caret'>[];
};

/** A step of editing, beside typing and pasting. */
export type EditOp =
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'lineStart'
  | 'lineEnd'
  | 'lineUp'
  | 'lineDown'
  | 'erase'
  | 'eraseForward'
  | 'killWord'
  | 'killToStart'
  | 'killToEnd'
  | 'yank'
  | 'undo'
  | 'unfold';

export const EMPTY: Editor = { text: '', caret: 0, killed: '', folds: [], undo: [] };

/** What was written, with every folded paste in full: what is sent. */
export const written = ({ text, folds }: Editor): string => text.replace(FOLD, (mark) => folds[foldIndex(mark)] ?? '');

/** What the prompt shows, and where the caret stands in it: folded pastes as a word about their size. */
export function shown(editor: Editor): { readonly text: string; readonly caret: number } {
  const label = (part: string) => part.replace(FOLD, (mark) => describe(editor.folds[foldIndex(mark)] ?? ''));
  return { text: label(editor.text), caret: label(editor.text.slice(0, editor.caret)).length };
}

/** Whether a newline came into the text by a paste: such a text is never run as a command. */
export const manyLines = (editor: Editor): boolean => written(editor).includes('\n');

/** Types `text` at the caret; control characters are left out. */
export function insert(editor: Editor, text: string): Editor {
  const clean = typed(text);
  return clean === '' ? editor : change(editor, editor.caret, editor.caret, clean);
}

/** Pastes `text` at the caret: never sent by itself; above a size it is shown folded. */
export function paste(editor: Editor, text: string): Editor {
  const clean = typed(text).replace(/\n+$/, '');
  if (clean.length <= PASTE_FOLD_UNITS && clean.split('\n').length <= PASTE_FOLD_LINES) return insert(editor, clean);
  const mark = String.fromCodePoint(FOLD_FIRST + editor.folds.length);
  return change({ ...editor, folds: [...editor.folds, clean] }, editor.caret, editor.caret, mark);
}

/** Another text instead, caret at its end; undo brings the old one back. */
export const replace = (editor: Editor, text: string, caret = text.length): Editor => ({
  ...change(editor, 0, editor.text.length, text),
  caret: settle(text, caret),
});

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
    case 'lineUp':
      return moved(editor, lineAbove(text, caret));
    case 'lineDown':
      return moved(editor, lineBelow(text, caret));
    case 'erase':
      return change(editor, before(text, caret), caret, '');
    case 'eraseForward':
      return change(editor, caret, behind(text, caret), '');
    case 'killWord':
      return kill(editor, wordBefore(text, caret), caret);
    case 'killToStart':
      return kill(editor, lineStart(text, caret), caret);
    case 'killToEnd':
      return kill(editor, caret, lineEnd(text, caret));
    case 'yank':
      return change(editor, caret, caret, editor.killed);
    case 'undo':
      return undone(editor);
    case 'unfold':
      return written(editor) === text ? editor : replace(editor, written(editor));
  }
}

/** Each folded paste is one character of plane 15, private use; typed text cannot contain any (`typed`). */
const FOLD_FIRST = 0xf0000;
const FOLD = /[\u{f0000}-\u{ffffd}]/gu;
const foldIndex = (mark: string): number => mark.codePointAt(0)! - FOLD_FIRST;

const describe = (pasted: string): string =>
  `‹pasted ${plural(pasted.split('\n').length, 'line')}, ${bytes(UTF8.encode(pasted).length)} · Ctrl+O shows it›`;

const UTF8 = new TextEncoder();

const moved = (editor: Editor, caret: number): Editor => (caret === editor.caret ? editor : { ...editor, caret });

function change(editor: Editor, from: number, to: number, by: string): Editor {
  if (from === to && by === '') return editor;
  const text = editor.text.slice(0, from) + by + editor.text.slice(to);
  const undo = [...editor.undo, { text: editor.text, caret: editor.caret }].slice(-UNDO_STEPS_MAX);
  return { ...editor, text, caret: settle(text, from + by.length), undo };
}

function kill(editor: Editor, from: number, to: number): Editor {
  return from === to ? editor : { ...change(editor, from, to, ''), killed: editor.text.slice(from, to) };
}

function undone(editor: Editor): Editor {
  const last = editor.undo.at(-1);
  return last ? { ...editor, ...last, undo: editor.undo.slice(0, -1) } : editor;
}

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The nearest place between two characters at or behind `caret`: what was typed may have joined with its neighbour. */
function settle(text: string, caret: number): number {
  const inside = CHARACTERS.segment(text).containing(caret);
  return inside === undefined || inside.index === caret
    ? Math.min(caret, text.length)
    : inside.index + inside.segment.length;
}

function before(text: string, caret: number): number {
  return caret === 0 ? 0 : (CHARACTERS.segment(text).containing(caret - 1)?.index ?? 0);
}

function behind(text: string, caret: number): number {
  const next = CHARACTERS.segment(text).containing(caret);
  return next ? next.index + next.segment.length : text.length;
}

function wordBefore(text: string, caret: number): number {
  let start = 0;
  for (const { index, isWordLike, segment } of WORDS.segment(text)) {
    if (index >= caret) break;
    if (isWordLike || FOLD_ALONE.test(segment)) start = index;
  }
  return start;
}

function wordBehind(text: string, caret: number): number {
  for (const { index, isWordLike, segment } of WORDS.segment(text)) {
    const end = index + segment.length;
    if ((isWordLike || FOLD_ALONE.test(segment)) && end > caret) return end;
  }
  return text.length;
}

const FOLD_ALONE = /^[\u{f0000}-\u{ffffd}]$/u;

const lineStart = (text: string, caret: number): number => (caret === 0 ? 0 : text.lastIndexOf('\n', caret - 1) + 1);

function lineEnd(text: string, caret: number): number {
  const end = text.indexOf('\n', caret);
  return end < 0 ? text.length : end;
}

function lineAbove(text: string, caret: number): number {
  const start = lineStart(text, caret);
  if (start === 0) return caret;
  const above = lineStart(text, start - 1);
  return settle(text, Math.min(above + caret - start, start - 1));
}

function lineBelow(text: string, caret: number): number {
  const end = lineEnd(text, caret);
  if (end === text.length) return caret;
  return settle(text, Math.min(end + 1 + caret - lineStart(text, caret), lineEnd(text, end + 1)));
}
