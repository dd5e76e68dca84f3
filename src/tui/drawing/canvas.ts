import { cut, graphemes, width } from './cells.ts';
import type { Signs } from './signs.ts';
import type { Style } from './theme.ts';

/** How a line is drawn: dashed where it stands for something that is not known. */
export type Stroke = { readonly dashed?: boolean; readonly style?: Style };

/** What a cell holds: lines that leave it in up to four directions, or a part of a text, which hides them. */
type Cell = { mask: number; solid: boolean; text: string | undefined; style: Style };

const UP = 1;
const DOWN = 2;
const LEFT = 4;
const RIGHT = 8;

/** A drawing whose lines join by themselves: each cell remembers in which directions it is left, 4 bits. What is outside is not drawn. */
export class Canvas {
  readonly #cols: number;
  readonly #cells: (Cell | undefined)[][];

  constructor({ cols, rows }: { readonly cols: number; readonly rows: number }) {
    this.#cols = cols;
    this.#cells = Array.from({ length: Math.max(0, rows) }, () => []);
  }

  /** A line from (`x1`, `y`) to (`x2`, `y`), both included. */
  across(x1: number, x2: number, y: number, stroke: Stroke = {}): void {
    const [from, to] = x1 < x2 ? [x1, x2] : [x2, x1];
    for (let x = from; x <= to; x++) this.#join(x, y, (x > from ? LEFT : 0) | (x < to ? RIGHT : 0), stroke);
  }

  /** A line from (`x`, `y1`) to (`x`, `y2`), both included. */
  down(x: number, y1: number, y2: number, stroke: Stroke = {}): void {
    const [from, to] = y1 < y2 ? [y1, y2] : [y2, y1];
    for (let y = from; y <= to; y++) this.#join(x, y, (y > from ? UP : 0) | (y < to ? DOWN : 0), stroke);
  }

  /** Plain text over whatever is there; a wide character that would stick out at the right is left out. */
  text(x: number, y: number, text: string, style: Style = AS_IT_IS): void {
    let at = x;
    for (const character of graphemes(text)) {
      const cells = width(character);
      if (at >= 0 && at + cells <= this.#cols) {
        for (let cell = 0; cell < cells; cell++) this.#put(at + cell, y, cell === 0 ? character : '', style);
      }
      at += cells;
    }
  }

  /** The rows, without blanks at their ends. */
  lines({ name }: Pick<Signs, 'name'>): string[] {
    const strokes = name === 'ascii' ? ASCII_STROKES : UNICODE_STROKES;
    // Characters of two texts that come to stand side by side may join to something wider.
    return this.#cells.map((row) => cut(drawn(row, strokes), this.#cols, ''));
  }

  #join(x: number, y: number, mask: number, { dashed = false, style = AS_IT_IS }: Stroke): void {
    const row = this.#cells[y];
    // Lines pass behind text.
    if (!row || x < 0 || x >= this.#cols || row[x]?.text !== undefined) return;
    const was = row[x] ?? { mask: 0, solid: false, text: undefined, style };
    row[x] = { ...was, mask: was.mask | mask, solid: was.solid || !dashed, style: dashed ? was.style : style };
  }

  #put(x: number, y: number, text: string, style: Style): void {
    const row = this.#cells[y];
    if (!row) return;
    // Half of a wide character is none.
    if (row[x]?.text === '' && row[x - 1] && text !== '') row[x - 1] = { ...row[x - 1]!, text: ' ' };
    if (row[x + 1]?.text === '') row[x + 1] = { ...row[x + 1]!, text: ' ' };
    row[x] = { mask: 0, solid: true, text, style };
  }
}

type Strokes = { readonly solid: readonly string[]; readonly across: string; readonly down: string };

/** By mask: 1 up, 2 down, 4 left, 8 right (Unicode block Box Drawing). */
const UNICODE_STROKES: Strokes = { solid: [...' ╵╷│╴┘┐┤╶└┌├─┴┬┼'], across: '╌', down: '╎' };
const ASCII_STROKES: Strokes = { solid: [...' |||-+++-+++-+++'], across: '.', down: ':' };

const AS_IT_IS: Style = (text) => text;

/** Neighbours of one style are drawn together: each change of it costs the terminal a sequence. */
function drawn(row: readonly (Cell | undefined)[], strokes: Strokes): string {
  let line = '';
  let run = '';
  let style = AS_IT_IS;
  for (let x = 0; x < row.length; x++) {
    const cell = row[x];
    const next = cell?.style ?? AS_IT_IS;
    if (next !== style) {
      line += style(run);
      [run, style] = ['', next];
    }
    run += cell ? signOf(cell, strokes) : ' ';
  }
  return (line + style(run)).trimEnd();
}

function signOf({ mask, solid, text }: Cell, { solid: signs, across, down }: Strokes): string {
  if (text !== undefined) return text;
  if (!solid && (mask & (UP | DOWN)) === 0) return across;
  if (!solid && (mask & (LEFT | RIGHT)) === 0) return down;
  return signs[mask] ?? ' ';
}
