import { describe, expect, test } from 'vitest';
import { type Color, penOf, rgbOf, sgrOf } from '../../../src/tui/drawing/colors.ts';
import { PALETTE_TOKENS, PALETTES, type Palette } from '../../../src/tui/drawing/palette.ts';
import { chooseTheme, colorDepth, type Look } from '../../../src/tui/drawing/theme.ts';
import { readTheme, themeOf } from '../../../src/tui/drawing/theme-file.ts';

const XTERM = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };
const AUTO: Look = { choice: 'auto', background: undefined };

/** Contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio and relative luminance). */
function contrast(one: readonly number[], other: readonly number[]): number {
  const [more, less] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (more! + 0.05) / (less! + 0.05);
}

function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

const hex = (text: string): readonly number[] => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));

/** Black, VS Code, gruvbox, Solarized, Dracula, Ubuntu, Nord, Windows; and white, Solarized, grey, gruvbox, Catppuccin. */
const GROUNDS = {
  dark: ['#000000', '#1e1e1e', '#282828', '#002b36', '#282a36', '#300a24', '#2e3440', '#0c0c0c'].map(hex),
  light: ['#ffffff', '#fdf6e3', '#f5f5f5', '#fbf1c7', '#eff1f5'].map(hex),
};

/** What terminals make of the sixteen: xterm, the Linux console, Windows (Campbell), VS Code; and on a light ground. */
const XTERMS =
  '#000000 #cd0000 #00cd00 #cdcd00 #0000ee #cd00cd #00cdcd #e5e5e5 #7f7f7f #ff0000 #00ff00 #ffff00 #5c5cff #ff00ff #00ffff #ffffff';
const CAMPBELL =
  '#0c0c0c #c50f1f #13a10e #c19c00 #0037da #881798 #3a96dd #cccccc #767676 #e74856 #16c60c #f9f1a5 #3b78ff #b4009e #61d6d6 #f2f2f2';
const SIXTEEN = {
  'ansi-dark': [
    XTERMS,
    '#000000 #aa0000 #00aa00 #aa5500 #0000aa #aa00aa #00aaaa #aaaaaa #555555 #ff5555 #55ff55 #ffff55 #5555ff #ff55ff #55ffff #ffffff',
    CAMPBELL,
    '#000000 #cd3131 #0dbc79 #e5e510 #2472c8 #bc3fbc #11a8cd #e5e5e5 #666666 #f14c4c #23d18b #f5f543 #3b8eea #d670d6 #29b8db #e5e5e5',
  ].map((line) => line.split(' ').map(hex)),
  'ansi-light': [
    XTERMS,
    CAMPBELL,
    '#000000 #cd3131 #00bc00 #949800 #0451a5 #bc05bc #0598bc #555555 #666666 #cd3131 #14ce14 #b5ba00 #0451a5 #bc05bc #0598bc #ffffff',
  ].map((line) => line.split(' ').map(hex)),
};

const pens = (palette: Palette) => [
  ...PALETTE_TOKENS.map((token) => [token, palette[token]] as const),
  ...palette.people.map((pen, at) => [`people ${at}`, pen] as const),
];

describe('contrast (WCAG 2.2 §1.4.3)', () => {
  for (const name of ['dark', 'light'] as const) {
    test(`everything of the ${name} palette is at least 4.5 on ${GROUNDS[name].length} usual grounds`, () => {
      for (const [token, pen] of pens(PALETTES[name])) {
        if (pen.text === undefined) continue;
        const grounds = pen.ground === undefined ? GROUNDS[name] : [rgbOf(pen.ground)];
        for (const ground of grounds) {
          expect(contrast(rgbOf(pen.text), ground), `${token} on ${ground}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    });
  }

  for (const [name, ground] of [
    ['ansi-dark', 0],
    ['ansi-light', 15],
  ] as const) {
    test(`everything of ${name} is at least 4.5 with the sixteen colours of ${SIXTEEN[name].length} terminals`, () => {
      for (const colors of SIXTEEN[name]) {
        const of = (color: Color) => colors[color as number]!;
        for (const [token, pen] of pens(PALETTES[name])) {
          if (pen.text === undefined || pen.ground !== undefined) continue;
          expect(contrast(of(pen.text), of(ground)), `${token} of ${colors[2]}`).toBeGreaterThanOrEqual(4.5);
        }
      }
    });
  }
});

describe('how many colours', () => {
  for (const [env, asked, expected] of [
    [{ TERM: 'xterm-256color' }, 'auto', 'many'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'auto', 'all'],
    [{ TERM: 'xterm-kitty' }, 'auto', 'all'],
    [{ TERM: 'xterm' }, 'auto', 'few'],
    [{ TERM: 'linux' }, 'auto', 'few'],
    [{}, 'auto', 'few'],
    [{ TERM: 'vt220' }, 'auto', 'none'],
    [{ TERM: 'xterm-mono' }, 'auto', 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 'auto', 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, 'auto', 'many'],
    [{ TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: '1' }, 'auto', 'many'],
    [{ TERM: 'vt220', FORCE_COLOR: '' }, 'auto', 'few'],
    [{ TERM: 'xterm', FORCE_COLOR: '2' }, 'auto', 'many'],
    [{ TERM: 'xterm', FORCE_COLOR: '3' }, 'auto', 'all'],
    [{ TERM: 'xterm-256color', FORCE_COLOR: '0' }, 'auto', 'none'],
    [{ TERM: 'xterm-256color', FORCE_COLOR: '3' }, 'never', 'none'],
    [{ TERM: 'vt220', NO_COLOR: '1' }, 'always', 'few'],
  ] as const) {
    test(`${JSON.stringify(env)} and --color ${asked}: ${expected}`, () => {
      expect(colorDepth(env, asked)).toBe(expected);
    });
  }
});

describe('the theme', () => {
  test('without colours keeps bold and inverse, and never has a colour', () => {
    const theme = chooseTheme({ ...XTERM, NO_COLOR: '1' }, AUTO);
    const all = [theme.dim, theme.bold, theme.accent, theme.good, theme.warn, theme.bad, theme.bar, theme.alarm];
    const drawn = [...all, theme.mention, theme.link, theme.paper, theme.chosen, theme.person('x')].map((s) => s('t'));
    expect(drawn.join('')).not.toMatch(/\x1b\[[0-9;]*[34][0-9]/);
    expect(theme.warn('t')).toBe('\x1b[1mt\x1b[22m');
  });

  test('follows the background that the terminal told, unless the person chose', () => {
    expect(chooseTheme(XTERM, { ...AUTO, background: 'light' }).name).toBe('light-unicode');
    expect(chooseTheme(XTERM, { choice: 'dark', background: 'light' }).name).toBe('dark-unicode');
    expect(chooseTheme({ ...XTERM, COLORFGBG: '0;15' }, AUTO).name).toBe('light-unicode');
    expect(chooseTheme(XTERM, AUTO).name).toBe('dark-unicode');
  });

  test('with sixteen colours uses no other', () => {
    for (const [env, choice] of [
      [{ TERM: 'xterm' }, 'auto'],
      [XTERM, 'ansi'],
    ] as const) {
      const theme = chooseTheme(env, { ...AUTO, choice });
      const drawn = [theme.accent, theme.bar, theme.alarm, theme.bad, theme.person('x')].map((style) => style('t'));
      expect(drawn.join('')).not.toContain('8;5;');
      expect(drawn.join('')).toMatch(/\x1b\[9[0-9]m/);
    }
  });

  test('draws in ASCII where the locale, the Linux console or the probe says so', () => {
    expect(chooseTheme({ ...XTERM, LANG: 'C' }, AUTO).signs.name).toBe('ascii');
    expect(chooseTheme({ TERM: 'linux', LANG: 'de_DE.UTF-8' }, AUTO).signs.name).toBe('ascii');
    expect(chooseTheme(XTERM, { ...AUTO, plainSigns: true }).signs.name).toBe('ascii');
    expect(chooseTheme({ TERM: 'xterm-256color' }, AUTO).signs.name).toBe('unicode');
  });

  test('takes a look up again where something inside ends the same', () => {
    const { bar, accent } = chooseTheme(XTERM, AUTO);
    expect(bar(`a${accent('b')}c`)).toBe(
      '\x1b[38;5;252;48;5;237ma\x1b[38;5;80mb\x1b[39m\x1b[38;5;252;48;5;237mc\x1b[39m\x1b[49m',
    );
  });
});

describe('pens', () => {
  test('are attributes and a colour, on a colour', () => {
    expect(penOf('bold #ffd75f on 236')).toEqual({ pen: { marks: ['bold'], text: [255, 215, 95], ground: 236 } });
    expect(penOf('bright-red')).toEqual({ pen: { marks: [], text: 9 } });
    expect(penOf('on blue')).toEqual({ pen: { marks: [], ground: 4 } });
    expect(penOf('')).toEqual({ pen: { marks: [] } });
    for (const strange of ['purpel', '256', '#fff', 'on']) expect(penOf(strange)).toEqual({ strange });
    expect(penOf('red blue')).toEqual({ strange: 'blue' });
  });

  test('are drawn as exactly as the terminal can', () => {
    const pen = { text: [255, 90, 90], ground: 236, marks: ['bold'] } as const;
    expect(sgrOf(pen, 'all')).toEqual({ begin: '1;38;2;255;90;90;48;5;236', ends: ['22', '39', '49'] });
    expect(sgrOf(pen, 'many').begin).toBe('1;38;5;203;48;5;236');
    expect(sgrOf(pen, 'few').begin).toBe('1;91;40');
    expect(sgrOf(pen, 'none')).toEqual({ begin: '1', ends: ['22'] });
  });
});

describe('a theme in a file', () => {
  const errorOf = (text: string): string => {
    const read = themeOf(text, 'my.toml');
    return 'error' in read ? read.error : 'none';
  };

  test('sets what it names; the rest is as in its base', () => {
    const read = themeOf(
      'base = "light"\naccent = "#005f87"\nbar = "bold 255 on 24"\npeople = ["24", "bright-red"]\n',
      'x',
    );
    if ('error' in read) throw new Error(read.error);
    expect(read.palette.accent).toEqual({ marks: [], text: [0, 95, 135] });
    expect(read.palette.people).toHaveLength(2);
    expect(read.palette.warn).toEqual(PALETTES.light.warn);
    const theme = chooseTheme({ ...XTERM, COLORTERM: 'truecolor' }, { ...AUTO, palette: read.palette });
    expect(theme.accent('t')).toBe('\x1b[38;2;0;95;135mt\x1b[39m');
    expect(chooseTheme({ ...XTERM, NO_COLOR: '1' }, { ...AUTO, palette: read.palette }).accent('t')).toBe('t');
  });

  test('is refused with the line, the token and what was meant', () => {
    expect(errorOf('\naccent = "purpel"')).toMatch(/^my\.toml:2: accent: "purpel" is no colour and no attribute/);
    expect(errorOf('acent = "cyan"')).toBe('my.toml:1: acent: nothing is called that: did you mean accent?');
    expect(errorOf('good = "gren"')).toMatch(/did you mean green\?/);
    expect(errorOf('bad = true')).toMatch(/^my\.toml:1: bad: is not a pen/);
    expect(errorOf('people = "cyan"')).toMatch(/^my\.toml:1: people: is not a list of pens/);
    expect(errorOf('base = "drak"')).toMatch(/^my\.toml:1: base: there is no theme "drak"/);
    expect(errorOf('accent = "cyan"\nbad = \n')).toMatch(/^my\.toml:2: /);
    expect(readTheme('/nowhere/my.toml')).toEqual({ error: '/nowhere/my.toml: there is no such file' });
    // One that never ends would hold the screen for ever.
    expect(readTheme('/dev/zero')).toEqual({ error: '/dev/zero: it is no file' });
  });
});
