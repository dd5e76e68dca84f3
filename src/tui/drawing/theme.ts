import { abilitiesOf } from '../terminal/abilities.ts';
import { hyperlink } from '../terminal/osc.ts';
import { type ColorDepth, type Pen, sgrOf } from './colors.ts';
import { PALETTES, type Palette } from './palette.ts';
import { ASCII_SIGNS, type Signs, UNICODE_SIGNS } from './signs.ts';

/** Puts a look round a text. */
export type Style = (text: string) => string;

/** How everything on the screen looks. `name` tells themes apart. */
export type Theme = {
  readonly name: string;
  readonly signs: Signs;
  readonly dim: Style;
  readonly bold: Style;
  readonly accent: Style;
  readonly good: Style;
  readonly warn: Style;
  readonly bad: Style;
  /** The chosen row of a list. */
  readonly chosen: Style;
  /** Status bar and title bars. */
  readonly bar: Style;
  /** The bar when something needs a person. */
  readonly alarm: Style;
  readonly mention: Style;
  /** A link; a terminal that is known to understand that makes all parts with one id lead to the url. */
  readonly link: (text: string, to?: { readonly url: string; readonly id: string }) => string;
  /** Black on white whatever the theme, for codes that cameras read. */
  readonly paper: Style;
  /** The colour of a person: of the id, so that a name which only looks alike has another colour. */
  readonly person: (id: string) => Style;
};

/** What decides the theme. */
export type Look = {
  /** What the person chose with `/set theme`. */
  readonly choice: (typeof THEME_CHOICES)[number];
  /** What the terminal answered when asked for its background (OSC 11). */
  readonly background: 'dark' | 'light' | undefined;
  /** Colour where the terminal has it, always, or never, as chosen with `--color`. */
  readonly color?: 'auto' | 'always' | 'never';
  /** The palette of a theme file, instead of those that qpc brings. */
  readonly palette?: Palette;
  /** Whether the terminal showed that lines and signs come out wrong on it. */
  readonly plainSigns?: boolean;
};

/** What `/theme` takes beside a file; `auto` is dark or light as the terminal is. */
export const THEME_CHOICES = ['auto', 'dark', 'light', 'ansi', 'mono'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The theme for a terminal. Without colours it keeps bold, underline and inverse; a terminal without our signs gets ASCII. */
export function chooseTheme(env: Environment, look: Look): Theme {
  const signs = look.plainSigns || !drawsSigns(env) ? ASCII_SIGNS : UNICODE_SIGNS;
  const depth = look.choice === 'mono' ? 'none' : colorDepth(env, look.color);
  if (depth === 'none') return themed(`mono-${signs.name}`, signs, PALETTES.mono, depth);
  if (look.palette) return linking(themed(`file-${depth}-${signs.name}`, signs, look.palette, depth), env);
  const few = depth === 'few' || look.choice === 'ansi';
  const told = look.background ?? (/[;:](7|15)$/.test(env.COLORFGBG ?? '') ? 'light' : 'dark');
  const shade = look.choice === 'dark' || look.choice === 'light' ? look.choice : told;
  const palette = few ? (`ansi-${shade}` as const) : shade;
  return linking(themed(`${palette}-${signs.name}`, signs, PALETTES[palette], few ? 'few' : depth), env);
}

/** Links can be followed where they stand, on a terminal that is known for it. */
function linking(theme: Theme, env: Environment): Theme {
  if (!abilitiesOf(env).links) return theme;
  return { ...theme, link: (text, to) => (to ? hyperlink(theme.link(text), to) : theme.link(text)) };
}

/**
 * How many colours to use: what was asked for, then `FORCE_COLOR` as Node reads it, then `NO_COLOR` (https://no-color.org),
 * then what `TERM` and `COLORTERM` say of the terminal.
 */
export function colorDepth(env: Environment, asked: 'auto' | 'always' | 'never' = 'auto'): ColorDepth {
  if (asked === 'never') return 'none';
  const able = ofTerminal(env);
  const some = able === 'none' ? 'few' : able;
  if (asked === 'always') return some;
  switch (env.FORCE_COLOR) {
    case undefined:
      return env.NO_COLOR ? 'none' : able;
    case '0':
    case 'false':
      return 'none';
    case '2':
      return 'many';
    case '3':
      return 'all';
    default:
      return some;
  }
}

function ofTerminal({ TERM = '', COLORTERM }: Environment): ColorDepth {
  if (/^(?:dumb|vt\d.*|ansi-mono|.*-m|.*-mono)$/.test(TERM)) return 'none';
  if (/^(?:truecolor|24bit)$/.test(COLORTERM ?? '') || /-direct|kitty|ghostty|alacritty/.test(TERM)) return 'all';
  return COLORTERM || TERM.includes('-256') ? 'many' : 'few';
}

/** Whether the terminal has our signs: not where the locale is no UTF-8, nor on the Linux console, whose fonts have 512 glyphs. */
function drawsSigns(env: Environment): boolean {
  return speaksUtf8(env) && env.TERM !== 'linux';
}

/** Whether the locale says that text is UTF-8. Without any set (a bare container) the terminal is nearly always a modern one. */
export function speaksUtf8(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale === '' || /utf-?8/i.test(locale);
}

function themed(name: string, signs: Signs, palette: Palette, depth: ColorDepth): Theme {
  const style = (pen: Pen): Style => drawnWith(pen, depth);
  const people = palette.people.map(style);
  return {
    name,
    signs,
    dim: style(palette.dim),
    bold: style({ marks: ['bold'] }),
    accent: style(palette.accent),
    good: style(palette.good),
    warn: style(palette.warn),
    bad: style(palette.bad),
    chosen: style(palette.chosen),
    bar: style(palette.bar),
    alarm: style(palette.alarm),
    mention: style(palette.mention),
    link: style(palette.link),
    paper: depth === 'none' ? PLAIN : style(PAPER[depth === 'few' ? 'few' : 'many']),
    person: (id) => people[hash(id) % people.length] ?? PLAIN,
  };
}

/** Of the sixteen, white is grey on most terminals, and still light enough for a camera. */
const PAPER = { many: { text: 16, ground: 231, marks: [] }, few: { text: 0, ground: 7, marks: [] } } as const;

/** Begins and ends a look; where something inside ends the same (a bold word in a bold line) the look is taken up again. */
function drawnWith(pen: Pen, depth: ColorDepth): Style {
  const { begin, ends } = sgrOf(pen, depth);
  if (begin === '') return PLAIN;
  const on = `\x1b[${begin}m`;
  const off = ends.map((end) => `\x1b[${end}m`).join('');
  const broken = new RegExp(`\x1b\\[(?:${ends.join('|')})m`, 'g');
  return (text) => {
    if (text === '') return '';
    return on + (text.includes('\x1b') ? text.replace(broken, (end) => end + on) : text) + off;
  };
}

const PLAIN: Style = (text) => text;

function hash(text: string): number {
  let sum = 5381;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 33) + text.charCodeAt(i)) >>> 0;
  // The low bits alone would be little more than the sum of the letters.
  return (sum ^ (sum >>> 15)) >>> 0;
}
