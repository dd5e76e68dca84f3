import type { IBufferCell, Terminal } from '@xterm/headless';
import { shapeOf } from './picture-shapes.ts';

/** The paper and the ink of a terminal, and its sixteen colours: `#rrggbb` each. */
export type Paint = { readonly paper: string; readonly ink: string; readonly sixteen: readonly string[] };

export const DARK_PAINT: Paint = {
  paper: '#15171b',
  ink: '#d8dbe0',
  sixteen: [
    ...['#2c3036', '#f0625d', '#8fc866', '#e2b84a', '#6aa5f0', '#c07fd6', '#45c5d0', '#cdd1d6'],
    ...['#7d838b', '#ff8d86', '#b5ea8a', '#ffdd85', '#95c3ff', '#e0a6f2', '#82e8f0', '#ffffff'],
  ],
};

export const LIGHT_PAINT: Paint = {
  paper: '#ffffff',
  ink: '#1f2328',
  sixteen: [
    ...['#000000', '#c22b2b', '#2b7a32', '#946400', '#1d59b5', '#77209c', '#006f86', '#8b9096'],
    ...['#5d6166', '#e23b38', '#41a046', '#b5840b', '#3e7dd6', '#9a4bca', '#0095a5', '#d0d4d8'],
  ],
};

/** A cell in pixels. Whole numbers, so that what is made of blocks has no seams; nine is what fifteen points of most fonts take. */
const CELL = { width: 9, height: 20, base: 15, font: 15 } as const;
const MARGIN = 10;
/** Faint text, as a share of the ink. */
const FAINT = 0.6;

/** What is drawn in one look, gathered so that the look is written once. */
type Layer = { readonly texts: string[]; readonly shapes: string[] };

/**
 * A screen as SVG: text as text, in the reader's own fixed-width font, each run as wide as its cells; boxes and blocks as shapes, so that
 * lines join and codes can be read. The same cells give the same bytes, on every machine.
 */
export function picture(terminal: Terminal, { paint, caret, title }: PictureOptions): string {
  const width = terminal.cols * CELL.width + 2 * MARGIN;
  const height = terminal.rows * CELL.height + 2 * MARGIN;
  const papers: string[] = [];
  const layers = new Map<string, Layer>();
  for (let row = 0; row < terminal.rows; row++) {
    const runs = runsOf(terminal, row, paint);
    papers.push(...papersOf(runs, row, paint));
    for (const run of runs) drawRun(run, row, layers);
  }
  const { cursorX, cursorY } = terminal.buffer.active;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${paint.paper}" stroke="#808080" stroke-opacity="0.4"/>`,
    `<g shape-rendering="crispEdges">${papers.join('')}</g>`,
    `<g xml:space="preserve" font-family="${FONTS}" font-size="${CELL.font}">`,
    ...[...layers].map(([look, { texts, shapes }]) => `<g ${look}>${pathOf(shapes)}${texts.join('')}</g>`),
    '</g>',
    ...(caret ? [rectangle(cursorX, cursorY, 1, `fill="${paint.ink}" opacity="0.5"`)] : []),
    '</svg>\n',
  ].join('\n');
}

type PictureOptions = {
  readonly paint: Paint;
  /** Whether the terminal shows its caret. */
  readonly caret: boolean;
  /** What a reader hears who does not see it. */
  readonly title: string;
};

const FONTS = "ui-monospace,Menlo,'DejaVu Sans Mono','Cascadia Mono',Consolas,'Liberation Mono',monospace";

/** Cells side by side in one look: a text that may be drawn as one, or one cluster that may not. */
type Run = { readonly col: number; readonly look: Look; text: string; cells: number; readonly alone: boolean };

type Look = {
  readonly ink: string;
  readonly paper: string;
  readonly bold: boolean;
  readonly italic: boolean;
  readonly faint: boolean;
  readonly line: 'under' | 'through' | undefined;
};

function runsOf(terminal: Terminal, row: number, paint: Paint): Run[] {
  const { active } = terminal.buffer;
  const line = active.getLine(active.viewportY + row);
  const runs: Run[] = [];
  const cell = active.getNullCell();
  for (let col = 0; col < terminal.cols; col++) {
    if (!line?.getCell(col, cell) || cell.getWidth() === 0) continue;
    const text = cell.isInvisible() ? ' ' : cell.getChars() || ' ';
    const look = lookOf(cell, paint);
    // Signs that most fixed-width fonts have, Latin, Greek and Cyrillic, may stand in one text.
    const alone = !/^[ -~\u00a0-\u024f\u0370-\u04ff]$/.test(text);
    const last = runs.at(-1);
    if (last && !alone && !last.alone && isSame(last.look, look)) {
      last.text += text;
      last.cells++;
    } else runs.push({ col, look, text, cells: cell.getWidth(), alone });
  }
  return runs;
}

const isSame = (a: Look, b: Look): boolean =>
  a.ink === b.ink &&
  a.paper === b.paper &&
  a.bold === b.bold &&
  a.italic === b.italic &&
  a.faint === b.faint &&
  a.line === b.line;

function lookOf(cell: IBufferCell, paint: Paint): Look {
  const ink = cell.isFgRGB()
    ? hex(cell.getFgColor())
    : cell.isFgPalette()
      ? indexed(cell.getFgColor(), paint)
      : paint.ink;
  const paper = cell.isBgRGB()
    ? hex(cell.getBgColor())
    : cell.isBgPalette()
      ? indexed(cell.getBgColor(), paint)
      : paint.paper;
  const inverse = cell.isInverse() !== 0;
  return {
    ink: inverse ? paper : ink,
    paper: inverse ? ink : paper,
    bold: cell.isBold() !== 0,
    italic: cell.isItalic() !== 0,
    faint: cell.isDim() !== 0,
    line: cell.isUnderline() ? 'under' : cell.isStrikethrough() ? 'through' : undefined,
  };
}

/** What lies beneath the text of a row, where it is not the paper of all: neighbours of one colour in one piece. */
function papersOf(runs: readonly Run[], row: number, { paper }: Paint): string[] {
  const pieces: { readonly col: number; readonly fill: string; cells: number }[] = [];
  for (const { col, look, cells } of runs) {
    const last = pieces.at(-1);
    if (last?.fill === look.paper) last.cells += cells;
    else pieces.push({ col, fill: look.paper, cells });
  }
  return pieces
    .filter(({ fill }) => fill !== paper)
    .map(({ col, fill, cells }) => rectangle(col, row, cells, `fill="${fill}"`));
}

function drawRun({ col, look, text, cells, alone }: Run, row: number, layers: Map<string, Layer>): void {
  const { shapes, texts } = layerOf(look, SHADES[text] ?? (look.faint ? FAINT : 1), layers);
  const y = row * CELL.height + MARGIN;
  if (look.line) {
    const below = look.line === 'under' ? CELL.base + 2 : CELL.height / 2;
    shapes.push(`M${x(col)} ${y + below}h${cells * CELL.width}v1h-${cells * CELL.width}z`);
  }
  const shape = alone ? shapeOf(text in SHADES ? '█' : text, { x: x(col), y, ...CELL }) : undefined;
  if (shape) shapes.push(shape);
  else if (alone) texts.push(textAt(col, row, text, cells, 'middle'));
  else {
    // Words far apart are texts of their own, so that each begins in its column whatever the font.
    for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g))
      texts.push(textAt(col + index, row, words, words.length));
  }
}

/** Blocks of which only so much is ink. */
const SHADES: Readonly<Record<string, number>> = { '░': 0.25, '▒': 0.5, '▓': 0.75 };

function layerOf({ ink, bold, italic }: Look, opacity: number, layers: Map<string, Layer>): Layer {
  const marks = [
    bold && ' font-weight="bold"',
    italic && ' font-style="italic"',
    opacity < 1 && ` opacity="${opacity}"`,
  ];
  const name = `fill="${ink}"${marks.filter(Boolean).join('')}`;
  const layer = layers.get(name) ?? { texts: [], shapes: [] };
  layers.set(name, layer);
  return layer;
}

const x = (col: number): number => col * CELL.width + MARGIN;

function textAt(col: number, row: number, text: string, cells: number, anchor?: 'middle'): string {
  const y = row * CELL.height + MARGIN + CELL.base;
  const wide = cells * CELL.width;
  // A sign of another font may be narrower or wider than its cells: it stands in their middle.
  if (anchor) return `<text x="${x(col) + wide / 2}" y="${y}" text-anchor="middle">${escaped(text)}</text>`;
  return `<text x="${x(col)}" y="${y}" textLength="${wide}">${escaped(text)}</text>`;
}

const rectangle = (col: number, row: number, cells: number, fill: string): string =>
  `<rect x="${x(col)}" y="${row * CELL.height + MARGIN}" width="${cells * CELL.width}" height="${CELL.height}" ${fill}/>`;

const pathOf = (shapes: readonly string[]): string =>
  shapes.length === 0 ? '' : `<path shape-rendering="crispEdges" d="${shapes.join('')}"/>`;

const hex = (color: number): string => `#${color.toString(16).padStart(6, '0')}`;

/** Colour `n` of the 256 that xterm has: sixteen named ones, a cube of 6×6×6, and 24 greys. */
function indexed(n: number, { sixteen }: Paint): string {
  const named = sixteen[n];
  if (named !== undefined) return named;
  const grey = 8 + (n - 232) * 10;
  if (n >= 232) return hex(grey * 0x010101);
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const at = n - 16;
  return hex(level(Math.floor(at / 36)) * 0x10000 + level(Math.floor(at / 6) % 6) * 0x100 + level(at % 6));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
