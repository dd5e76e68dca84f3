import { bytes, plural } from '../../commands/show.ts';
import { FOLDS_MAX, PASTE_FOLD_LINES, PASTE_FOLD_UNITS } from '../../core/base/limits.ts';

/** A text in which each large paste is one character of plane 15, private use; typed text cannot contain any (`guard.typed`). */
export type Folded = { readonly text: string; readonly folds: readonly string[] };

/** What was written, with every folded paste in full: what is sent. */
export const written = ({ text, folds }: Folded): string =>
  folds.length === 0 ? text : text.replace(FOLD, (mark) => folds[foldIndex(mark)] ?? '');

/** Whether a paste is large enough to be shown as a word about its size. */
export const isLarge = (pasted: string): boolean =>
  pasted.length > PASTE_FOLD_UNITS || pasted.split('\n').length > PASTE_FOLD_LINES;

/** How `pasted` stands in a text that has `folds`: as it is, or as one character where it is large. Equal pastes are kept once. */
export function folded(pasted: string, folds: readonly string[]): Folded {
  const known = folds.indexOf(pasted);
  if (!isLarge(pasted) || (known < 0 && folds.length >= FOLDS_MAX)) return { text: pasted, folds };
  const mark = String.fromCodePoint(FOLD_FIRST + (known < 0 ? folds.length : known));
  return { text: mark, folds: known < 0 ? [...folds, pasted] : folds };
}

/** What the prompt shows, and where the caret stands in it: folded pastes as a word about their size. */
export function shown({ text, caret, folds }: Folded & { readonly caret: number }): {
  readonly text: string;
  readonly caret: number;
} {
  if (folds.length === 0) return { text, caret };
  const label = (part: string) => part.replace(FOLD, (mark) => describe(folds[foldIndex(mark)] ?? ''));
  return { text: label(text), caret: label(text.slice(0, caret)).length };
}

/** Where in the text a place of what is shown is; inside the word about a paste, before it. */
export function placeOf({ text, folds }: Folded, at: number): number {
  let left = at;
  let place = 0;
  for (const { 0: mark, index } of folds.length === 0 ? [] : text.matchAll(FOLD)) {
    if (left <= index - place) break;
    left -= index - place;
    place = index;
    const units = describe(folds[foldIndex(mark)] ?? '').length;
    if (left < units) return place;
    left -= units;
    place += mark.length;
  }
  return place + left;
}

const FOLD_FIRST = 0xf0000;
const FOLD = /[\u{f0000}-\u{ffffd}]/gu;
const foldIndex = (mark: string): number => mark.codePointAt(0)! - FOLD_FIRST;

const describe = (pasted: string): string =>
  `‹pasted ${plural(pasted.split('\n').length, 'line')}, ${bytes(UTF8.encode(pasted).length)} · Ctrl+O shows it›`;

const UTF8 = new TextEncoder();
