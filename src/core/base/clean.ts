import { MARKS_MAX, NAME_CELLS_MAX } from './limits.ts';

/*
 * Text of strangers, made safe for a terminal (docs/architecture.md, four kinds of trouble). What was signed is stored as it came; these are
 * applied where text is handed to a screen or a program. Both are idempotent and take time linear in the text.
 */

/**
 * A message, safe to print. A tab becomes four spaces. Other controls (but newline), ESC, bidi controls, line separators, tags, lone surrogates and all other
 * invisible characters become visible escapes like `\u{1b}`. Joiners stay inside emoji and are dropped elsewhere,
 * variation selectors stay on emoji and Han; more than 8 combining marks in a row are cut.
 */
export const cleanText = (text: string): string =>
  cutMarks(text.replace(HIDDEN, (char, at: number) => (char === '\n' || belongs(text, char, at) ? char : shown(char))));

/**
 * A name, safe to print inside a line of ours: everything that `cleanText` makes visible is removed, newlines too; blanks
 * become single spaces, none at the ends; at most 64 cells. Empty when nothing is left.
 */
export function cleanName(text: string): string {
  const visible = text.replace(HIDDEN, (char, at: number) => (belongs(text, char, at) ? char : ''));
  // A mark at the start would sit on whatever we print before the name.
  const name = visible.replace(BLANKS, ' ').replace(/^[\p{M} ]+/u, '');
  return cutCells(cutMarks(name)).trimEnd();
}

/** Everything that a terminal obeys, or that takes no room on its screen. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** Format characters by category that do have a glyph: the signs that enclose Arabic, Syriac and Kaithi numbers. */
const GLYPH = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;

const JOINER = /[\u200c\u200d]/;
const SELECTOR = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const BLANKS = /[\p{Zs}\u2800]+/gu;

/** Where a joiner is part of an emoji: after a pictograph, dressed or not, and before another. */
const AFTER_PICTOGRAPH = /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?$/u;
const PICTOGRAPH = /^\p{Extended_Pictographic}/u;
const SELECTABLE = /[\p{Emoji}\p{Script=Han}]$/u;

/** Whether an invisible character does its proper work at this place. */
function belongs(text: string, char: string, at: number): boolean {
  if (char === '\u200d') {
    return AFTER_PICTOGRAPH.test(text.slice(Math.max(0, at - 4), at)) && PICTOGRAPH.test(text.slice(at + 1, at + 3));
  }
  if (SELECTOR.test(char)) return SELECTABLE.test(text.slice(Math.max(0, at - 2), at));
  return GLYPH.test(char);
}

function shown(char: string): string {
  if (char === '\t') return '    ';
  return JOINER.test(char) ? '' : `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, 'gu');
const cutMarks = (text: string): string => text.replace(TOO_MANY_MARKS, '$1');

/** What is drawn as one: a character, its marks, and what is joined to it. */
const CLUSTER = /\P{M}\p{M}*(?:\u200d\P{M}\p{M}*)*/gu;

function cutCells(name: string): string {
  let cells = 0;
  let kept = '';
  for (const [cluster] of name.matchAll(CLUSTER)) {
    for (const char of cluster) cells += cellsOf(char);
    if (cells > NAME_CELLS_MAX) break;
    kept += cluster;
  }
  return kept;
}

const MARK = /[\p{Mn}\p{Me}\u200d]/u;
const WIDE =
  /[\p{Emoji_Presentation}\p{Extended_Pictographic}\u1100-\u115f\u2329-\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/**
 * How many cells of a terminal a character takes at most. A bound for cutting, generous where terminals differ; screens
 * measure for themselves.
 */
export function cellsOf(char: string): 0 | 1 | 2 {
  if (char === '\ufe0f') return 1; // The emoji look of a narrow sign is wide.
  if (MARK.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}
