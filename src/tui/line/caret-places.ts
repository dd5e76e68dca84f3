/*
 * Where a caret may stand in a text, and where keys take it from there. Only the text round the caret is read: segmenting 100 kB takes
 * 30 ms, and a key has a few. Positions are in UTF-16 units; a caret stands between two user-perceived characters (UAX #29), in the
 * order in which they are written down, also where a terminal shows them from right to left.
 */

/** The nearest place between two characters at or behind `caret`: what was typed may have joined with its neighbour. */
export function settle(text: string, caret: number): number {
  if (caret >= text.length) return text.length;
  const from = surePlace(text, caret);
  const { index, end } = characterAt(text, from, caret);
  return index === caret ? caret : end;
}

/** The place before the character that ends at `caret`. */
export const before = (text: string, caret: number): number =>
  caret === 0 ? 0 : characterAt(text, surePlace(text, caret - 1), caret - 1).index;

/** The place behind the character that begins at `caret`. */
export const behind = (text: string, caret: number): number =>
  caret >= text.length ? text.length : characterAt(text, caret, caret).end;

/** Where the word before the caret begins; a folded paste is a word. */
export function wordBefore(text: string, caret: number): number {
  for (let size = WINDOW_UNITS; ; size *= 4) {
    const from = surePlace(text, Math.max(0, caret - size));
    const start = words(text.slice(from, caret)).at(-1)?.index ?? 0;
    // The first word of a part may have begun before it.
    if (start > 0 || from === 0) return settle(text, from + start);
  }
}

/** Where the word that the caret is in, or before, ends. */
export function wordBehind(text: string, caret: number): number {
  for (let size = WINDOW_UNITS; ; size *= 4) {
    const part = text.slice(caret, caret + size);
    const [word] = words(part);
    const end = word ? word.index + word.segment.length : part.length;
    if (end < part.length || caret + size >= text.length) return settle(text, caret + end);
  }
}

/** Where the written line that the caret is in begins. */
export const lineStart = (text: string, caret: number): number =>
  caret === 0 ? 0 : text.lastIndexOf('\n', caret - 1) + 1;

/** Where the written line that the caret is in ends. */
export function lineEnd(text: string, caret: number): number {
  const end = text.indexOf('\n', caret);
  return end < 0 ? text.length : end;
}

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' });
const WINDOW_UNITS = 64;

/** The character that `at` is in, read from the sure place `from`. */
function characterAt(text: string, from: number, at: number): { readonly index: number; readonly end: number } {
  for (let size = WINDOW_UNITS; ; size *= 4) {
    const part = text.slice(from, at + size);
    const found = CHARACTERS.segment(part).containing(at - from);
    const end = from + (found ? found.index + found.segment.length : part.length);
    if (end < from + part.length || at + size >= text.length) return { index: from + (found?.index ?? 0), end };
  }
}

const words = (part: string): Intl.SegmentData[] =>
  [...WORDS.segment(part)].filter(({ isWordLike, segment }) => isWordLike || FOLDED.test(segment));

/** A folded paste in the text of an editor (`folds.ts`). */
const FOLDED = /^[\u{f0000}-\u{ffffd}]$/u;

/** A place between two characters at or before `at`, found without segmenting: between two letters that join with nothing. */
function surePlace(text: string, at: number): number {
  let place = Math.min(at, text.length - 1);
  while (place > 0 && !(joinsNothing(text.charCodeAt(place - 1)) && joinsNothing(text.charCodeAt(place)))) place--;
  return Math.max(0, place);
}

/** Newline, ASCII, letters of Latin, Greek, Cyrillic, Hebrew and Arabic, kana, Han and Hangul syllables: of Grapheme_Cluster_Break Other, LV, LVT or LF. */
const joinsNothing = (unit: number): boolean =>
  unit === 0x0a || SIMPLE.some(([first, last]) => unit >= first && unit <= last);

const SIMPLE = [
  [0x20, 0x7e],
  [0xc0, 0x24f],
  [0x386, 0x481],
  [0x48a, 0x52f],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
] as const;
