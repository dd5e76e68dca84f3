import { cellsOf, graphemes, width } from './cells.ts';

/**
 * Plain text as lines of at most `cells` cells: broken after blanks and between wide characters, inside a word only when
 * the word alone is too long. Blanks at a break are dropped, those at the start of a written line stay.
 * A character wider than `cells` gets a line of its own, one that is put together from many is taken apart.
 */
export const wrap = (text: string, cells: number): string[] =>
  text.split('\n').flatMap((line) => wrapLine(line, Math.max(1, cells)));

function wrapLine(line: string, cells: number): string[] {
  if (width(line) <= cells) return [line];
  const lines: string[] = [];
  let row: string[] = [];
  let taken = 0;
  // Index in `row` after which it may be broken; 0 while there is no such place.
  let breakAt = 0;
  for (const character of pieces(line, cells)) {
    const size = cellsOf(character);
    // The blank that does not fit is the break.
    if (character === ' ' && taken === cells) {
      lines.push(row.join('').trimEnd());
      [row, taken, breakAt] = [[], 0, 0];
      continue;
    }
    while (taken + size > cells && row.length > 0) {
      const at = breakAt > 0 ? breakAt : row.length;
      lines.push(row.slice(0, at).join('').trimEnd());
      row = row.slice(at);
      taken = width(row.join(''));
      breakAt = 0;
    }
    row.push(character);
    taken += size;
    if (character === ' ' ? row.some((c) => c !== ' ') : size > 1) breakAt = row.length;
  }
  if (row.length > 0) lines.push(row.join(''));
  return lines;
}

/** The characters of a line; what joins without end (virama after virama, vowels of Thai without a letter) letter by letter. */
function* pieces(line: string, cells: number): Generator<string> {
  for (const character of graphemes(line)) {
    if (cellsOf(character) > Math.max(2, cells)) yield* character;
    else yield character;
  }
}
