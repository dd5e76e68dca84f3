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
  readonly link: Style;
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
};

export const THEME_CHOICES = ['auto', 'dark', 'light', 'mono'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The theme for a terminal. `NO_COLOR` takes the colours and leaves bold, underline and inverse (https://no-color.org);
 * a locale without UTF-8 gets ASCII signs.
 */
export function chooseTheme(env: Environment, { choice, background }: Look): Theme {
  const signs = speaksUtf8(env) ? UNICODE_SIGNS : ASCII_SIGNS;
  if (env.NO_COLOR || choice === 'mono') return themed(`mono-${signs.name}`, signs, undefined);
  const paint = env.COLORTERM || /-256|direct|kitty|ghostty|alacritty/.test(env.TERM ?? '') ? 'many' : 'few';
  const told = background ?? (/[;:](7|15)$/.test(env.COLORFGBG ?? '') ? 'light' : 'dark');
  const shade = choice === 'auto' ? told : choice;
  return themed(`${paint}-${shade}-${signs.name}`, signs, PALETTES[paint][shade]);
}

function speaksUtf8(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  // Without any locale set (a bare container) the terminal is nearly always a modern one.
  return locale === '' || /utf-?8/i.test(locale);
}

/** Foreground parameters of SGR (ECMA-48 §8.3.117); `bar` and `alarm` are whole parameter lists. */
type Palette = {
  readonly accent: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  readonly bar: string;
  readonly alarm: string;
  readonly people: readonly string[];
};

const indexed = (color: number): string => `38;5;${color}`;

const PALETTES: Readonly<Record<'many' | 'few', Readonly<Record<'dark' | 'light', Palette>>>> = {
  many: {
    dark: {
      accent: indexed(80),
      good: indexed(114),
      warn: indexed(179),
      bad: indexed(203),
      bar: '38;5;252;48;5;237',
      alarm: '38;5;231;48;5;88',
      people: [80, 176, 179, 114, 111, 209, 146, 79].map(indexed),
    },
    light: {
      accent: indexed(30),
      good: indexed(28),
      warn: indexed(130),
      bad: indexed(160),
      bar: '38;5;236;48;5;253',
      alarm: '38;5;231;48;5;160',
      people: [30, 127, 130, 28, 26, 166, 61, 23].map(indexed),
    },
  },
  few: {
    dark: {
      accent: '36',
      good: '32',
      warn: '33',
      bad: '31',
      bar: '7',
      alarm: '1;37;41',
      people: ['36', '35', '33', '32', '34', '31'],
    },
    light: {
      accent: '36',
      good: '32',
      warn: '33',
      bad: '31',
      bar: '7',
      alarm: '1;37;41',
      people: ['36', '35', '33', '32', '34', '31'],
    },
  },
};

function themed(name: string, signs: Signs, palette: Palette | undefined): Theme {
  const colored = (color: string | undefined): Style => (color === undefined ? PLAIN : sgr(color, '39'));
  const people = palette?.people.map(colored) ?? [PLAIN];
  return {
    name,
    signs,
    dim: sgr('2', '22'),
    bold: BOLD,
    accent: colored(palette?.accent),
    good: colored(palette?.good),
    warn: palette ? colored(palette.warn) : BOLD,
    bad: palette ? colored(palette.bad) : BOLD,
    chosen: INVERSE,
    bar: palette ? sgr(palette.bar, palette.bar === '7' ? '27' : '39;49') : INVERSE,
    alarm: palette ? sgr(palette.alarm, '22;39;49') : (text) => INVERSE(BOLD(text)),
    mention: INVERSE,
    link: sgr('4', '24'),
    paper: palette ? sgr('38;5;16;48;5;231', '39;49') : PLAIN,
    person: (id) => people[hash(id) % people.length] ?? PLAIN,
  };
}

/** Begins and ends a look; a reset of the same kind inside (a bold word in a bold line) takes the look up again. */
function sgr(begin: string, end: string): Style {
  const on = `\x1b[${begin}m`;
  const off = `\x1b[${end}m`;
  return (text) => (text === '' ? '' : on + text.replaceAll(off, off + on) + off);
}

const PLAIN: Style = (text) => text;
const BOLD = sgr('1', '22');
const INVERSE = sgr('7', '27');

function hash(text: string): number {
  let sum = 5381;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 33) + text.charCodeAt(i)) >>> 0;
  // The low bits alone would be little more than the sum of the letters.
  return (sum ^ (sum >>> 15)) >>> 0;
}
