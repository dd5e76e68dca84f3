import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { drawn, glyphs } from '../terminal/glyphs.ts';

/** How many cells the terminal gives to `text` as it is drawn; colours count nothing. */
export function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  const whole = drawn(text);
  return counted(whole) + (JOINING.test(whole) ? beyondTheFirst(whole) : 0);
}

const counted = (text: string): number => stringWidth(text, { ambiguousIsNarrow: !glyphs().wideAmbiguous });

/**
 * What letters take that are joined to others, in cells: a cluster of UAX #29 is counted as its first letter, but terminals give each letter its
 * own cells (`wcwidth`), in `ทำ` two, in `क्ष` two. A name of sixty such would push aside all that is right of it. Emoji are asked for by the
 * probe, and Hangul is counted by syllables.
 */
function beyondTheFirst(text: string): number {
  let cells = 0;
  for (const { segment } of SEGMENTER.segment(text)) {
    const letters = [...segment];
    if (letters.length === 1 ? !PREPENDED.test(segment) : WHOLE.test(segment)) continue;
    let each = 0;
    for (const letter of letters) each += ALONE.test(letter) ? 1 : cellsOf(letter);
    if (each > 1 || letters.length === 1) cells += Math.max(0, each - counted(segment));
  }
  return cells;
}

/** What may join letters: marks, signs before numbers (Unicode, Prepended_Concatenation_Mark), vowels of Thai and Lao, letters of flags. */
const JOINING =
  /[\p{M}\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u0e33\u0eb3\u{11000}-\u{11fff}\u{1f1e6}-\u{1f1ff}]/u;
const PREPENDED = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
/** What has a cell of its own wherever it stands, though string-width gives it none without a letter. */
const ALONE = new RegExp(`\\p{Mc}|${PREPENDED.source}`, 'u');
const WHOLE = /^[\p{Extended_Pictographic}\p{Script=Hangul}]/u;

/** The same for one character, remembered: long texts have few different ones, and measuring takes microseconds. */
export function cellsOf(character: string): number {
  if (measuredFor !== glyphs() || measured.size > CHARACTERS_REMEMBERED)
    [measured, measuredFor] = [new Map(), glyphs()];
  const known = measured.get(character);
  if (known !== undefined) return known;
  const cells = width(character);
  measured.set(character, cells);
  return cells;
}

const CHARACTERS_REMEMBERED = 4096;
let measured = new Map<string, number>();
let measuredFor = glyphs();

/** `text` in at most `cells` cells; what does not fit is replaced by `mark`. Colours survive. */
export function cut(text: string, cells: number, mark = '…'): string {
  if (width(text) <= cells) return text;
  const room = cells - width(mark);
  return room < 0 ? begun(text, Math.max(0, cells)) : begun(text, room) + mark;
}

/** The beginning of `text` in at most `cells` cells. */
function begun(text: string, cells: number): string {
  const whole = drawn(text);
  if (!glyphs().wideAmbiguous && !JOINING.test(whole)) return sliceAnsi(whole, 0, cells);
  let taken = 0;
  // Looks and links behind the cut stay, so that each one ends.
  return whole.replace(/\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\|[^\x1b]+/g, (part) => {
    if (part.startsWith('\x1b')) return part;
    let kept = '';
    for (const character of graphemes(part)) {
      taken += cellsOf(character);
      if (taken > cells) break;
      kept += character;
    }
    return kept;
  });
}

/** `text` in exactly `cells` cells, from the left. */
export function padEnd(text: string, cells: number): string {
  const shown = cut(text, cells);
  return shown + ' '.repeat(Math.max(0, cells - width(shown)));
}

/** `text` in exactly `cells` cells, at the right. */
export function padStart(text: string, cells: number): string {
  const shown = cut(text, cells);
  return ' '.repeat(Math.max(0, cells - width(shown))) + shown;
}

/** `text` in the middle of a line of `fill`, `cells` wide: `──── Today ────`. */
export function ruled(text: string, cells: number, fill: string): string {
  const label = cut(` ${text} `, cells);
  const rest = Math.max(0, cells - width(label));
  return fill.repeat(rest >> 1) + label + fill.repeat(rest - (rest >> 1));
}

/** `left` and `right` at the two ends of a line `cells` wide; when both do not fit, `left` is cut. */
export function spread(left: string, right: string, cells: number): string {
  const room = cells - width(right);
  return room < 1 ? padEnd(left, cells) : padEnd(left, room) + right;
}

/** Exactly `rows` lines: what is too much is left out at the end, what is missing is empty. */
export const fill = (lines: readonly string[], rows: number): string[] =>
  Array.from({ length: Math.max(0, rows) }, (_, row) => lines[row] ?? '');

/** The user-perceived characters of `text` (UAX #29), in order. */
export function* graphemes(text: string): Generator<string> {
  if (/^[\x20-\x7e]*$/.test(text)) yield* text;
  else for (const { segment } of SEGMENTER.segment(text)) yield segment;
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
