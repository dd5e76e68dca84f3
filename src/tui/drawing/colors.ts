/** A colour: one of the terminal's own sixteen (0 to 15), one of the 240 after them, which look the same everywhere, or an exact one. */
export type Color = number | readonly [red: number, green: number, blue: number];

/** How many colours a terminal has: none, its own sixteen, 256, or all. */
export type ColorDepth = 'none' | 'few' | 'many' | 'all';

/** A way to write: attributes and colours. What is absent is as the terminal has it. */
export type Pen = {
  readonly text?: Color;
  readonly ground?: Color;
  readonly marks: readonly Mark[];
};

/** An attribute of text. */
export type Mark = keyof typeof MARKS;

/** Attributes, what begins and what ends each: parameters of SGR (ECMA-48 §8.3.117). */
const MARKS = {
  bold: ['1', '22'],
  dim: ['2', '22'],
  italic: ['3', '23'],
  underline: ['4', '24'],
  inverse: ['7', '27'],
} as const;

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** Every word that `penOf` knows, but for numbers and `#rrggbb`. */
export const PEN_WORDS: readonly string[] = [
  ...Object.keys(MARKS),
  ...NAMES,
  ...NAMES.map((name) => `bright-${name}`),
  'on',
];

/**
 * Reads a pen: attributes and a colour, then perhaps `on` and the colour behind: `bold #ffd75f on 236`, `underline`,
 * `bright-red`. Empty for plain text.
 *
 * @returns the word that cannot be read, when there is one.
 */
export function penOf(text: string): { readonly pen: Pen } | { readonly strange: string } {
  const marks: Mark[] = [];
  const colors: { text?: Color; ground?: Color } = {};
  let behind = false;
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    const color = colorOf(word);
    if (word in MARKS) marks.push(word as Mark);
    else if (word === 'on' && !behind) behind = true;
    else if (color !== undefined && colors[behind ? 'ground' : 'text'] === undefined) {
      colors[behind ? 'ground' : 'text'] = color;
    } else return { strange: word };
  }
  return behind && colors.ground === undefined ? { strange: 'on' } : { pen: { ...colors, marks } };
}

function colorOf(word: string): Color | undefined {
  if (/^\d{1,3}$/.test(word)) return Number(word) < 256 ? Number(word) : undefined;
  if (/^#[0-9a-f]{6}$/i.test(word)) {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(word.slice(at, at + 2), 16));
    return [red!, green!, blue!];
  }
  const bright = word.startsWith('bright-');
  const at = NAMES.indexOf(bright ? word.slice(7) : word);
  return at < 0 ? undefined : at + (bright ? 8 : 0);
}

/** Parameters of SGR that begin a pen, and those that end it, one by one. */
export function sgrOf(pen: Pen, depth: ColorDepth): { readonly begin: string; readonly ends: readonly string[] } {
  const begin: string[] = pen.marks.map((mark) => MARKS[mark][0]);
  const ends = new Set<string>(pen.marks.map((mark) => MARKS[mark][1]));
  if (depth !== 'none') {
    for (const [where, end] of [
      ['text', '39'],
      ['ground', '49'],
    ] as const) {
      const color = pen[where];
      if (color === undefined) continue;
      begin.push(parameters(color, where, depth));
      ends.add(end);
    }
  }
  return { begin: begin.join(';'), ends: [...ends] };
}

/** Above 7 the sixteen have numbers of their own (aixterm); 256 and all colours are xterm's, as in ctlseqs. */
function parameters(color: Color, where: 'text' | 'ground', depth: Exclude<ColorDepth, 'none'>): string {
  const base = where === 'text' ? 30 : 40;
  if (typeof color !== 'number' && depth === 'all') return `${base + 8};2;${color.join(';')}`;
  const index = depth === 'few' ? nearest(color, 0, 16) : typeof color === 'number' ? color : nearest(color, 16, 256);
  if (index < 8) return String(base + index);
  return index < 16 ? String(base + 60 + index - 8) : `${base + 8};5;${index}`;
}

/** The colour of those from `from` to before `to` that is least far away. */
function nearest(color: Color, from: number, to: number): number {
  if (typeof color === 'number' && color >= from && color < to) return color;
  const [r, g, b] = rgbOf(color);
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (let index = from; index < to; index++) {
    const [x, y, z] = rgbOf(index);
    const distance = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/** Red, green and blue, 0 to 255. The first sixteen are what the terminal makes of them; here as xterm has them. */
export function rgbOf(color: Color): readonly [number, number, number] {
  if (typeof color !== 'number') return color;
  if (color < 16) return SIXTEEN[color]!;
  if (color >= 232) {
    const grey = 8 + 10 * (color - 232);
    return [grey, grey, grey];
  }
  const at = color - 16;
  return [LEVELS[Math.floor(at / 36)]!, LEVELS[Math.floor(at / 6) % 6]!, LEVELS[at % 6]!];
}

/** The steps of the cube of 6×6×6 colours. */
const LEVELS = [0, 95, 135, 175, 215, 255];

const SIXTEEN: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];
