import { type Pen, penOf } from './colors.ts';

/** What is drawn in a look of its own, each with its pen: what a theme is. */
export type Palette = { readonly [Token in PaletteToken]: Pen } & {
  /** Colours of people, by their ids. */
  readonly people: readonly Pen[];
};

/** What a palette has a pen for. */
export type PaletteToken = keyof typeof DARK;

/** A palette as it is written, in a file or here. */
export type WrittenPalette = { readonly [Token in PaletteToken]: string } & { readonly people: readonly string[] };

const DARK = {
  /** What is beside the point: hints, times, rules. */
  dim: 'dim',
  accent: '80',
  good: '114',
  warn: '179',
  bad: '210',
  /** The chosen row of a list. */
  chosen: 'inverse',
  /** Status bar and title bars. */
  bar: '252 on 237',
  /** The bar when something needs a person. */
  alarm: '231 on 88',
  /** Where somebody names you. */
  mention: 'inverse',
  link: 'underline',
};

/**
 * The palettes there are. Those for 256 colours keep a contrast of 4.5 (WCAG 2.2 §1.4.3) on the usual grounds, dark and
 * light; of the sixteen, which each terminal mixes for itself, they use those that most have made readable.
 */
const WRITTEN = {
  dark: { ...DARK, people: ['80', '176', '179', '114', '111', '209', '146', '79'] },
  light: {
    ...DARK,
    accent: '24',
    good: '22',
    warn: '94',
    bad: '160',
    bar: '236 on 253',
    alarm: '231 on 160',
    people: ['24', '127', '94', '22', '26', '124', '61', '54'],
  },
  'ansi-dark': {
    ...DARK,
    accent: 'bright-cyan',
    good: 'bright-green',
    warn: 'bright-yellow',
    bad: 'bright-red',
    bar: 'inverse',
    alarm: 'bold bright-white on red',
    people: ['bright-cyan', 'bright-green', 'bright-yellow', 'bright-red', 'cyan', 'green'],
  },
  'ansi-light': {
    ...DARK,
    accent: 'blue',
    good: 'blue',
    warn: 'magenta',
    bad: 'red',
    bar: 'inverse',
    alarm: 'bold bright-white on red',
    people: ['blue', 'magenta', 'red'],
  },
  mono: {
    ...DARK,
    accent: '',
    good: '',
    warn: 'bold',
    bad: 'bold',
    bar: 'inverse',
    alarm: 'inverse bold',
    people: [''],
  },
} as const satisfies Record<string, WrittenPalette>;

/** The name of a palette that qpc brings. */
export type PaletteName = keyof typeof WRITTEN;

/** Every token a theme may set, beside `people`. */
export const PALETTE_TOKENS: readonly PaletteToken[] = Object.keys(DARK) as PaletteToken[];

const pen = (text: string): Pen => {
  const read = penOf(text);
  return 'pen' in read ? read.pen : { marks: [] };
};

const read = (written: WrittenPalette): Palette => ({
  ...(Object.fromEntries(PALETTE_TOKENS.map((token) => [token, pen(written[token])])) as Record<PaletteToken, Pen>),
  people: written.people.map(pen),
});

/** The palettes by name. */
export const PALETTES: Readonly<Record<PaletteName, Palette>> = {
  dark: read(WRITTEN.dark),
  light: read(WRITTEN.light),
  'ansi-dark': read(WRITTEN['ansi-dark']),
  'ansi-light': read(WRITTEN['ansi-light']),
  mono: read(WRITTEN.mono),
};
