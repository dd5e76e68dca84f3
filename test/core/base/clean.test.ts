import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cleanName, cleanText } from '../../../src/core/base/clean.ts';
import { NAME_CELLS_MAX } from '../../../src/core/base/limits.ts';
import blns from '../../vectors/text/blns.json' with { type: 'json' };

/** Any UTF-16, lone surrogates included, with many of the characters that matter. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        ...'\n\t\x1b\x7f\x9b\u0301\u200c\u200d\u200f\u202e\u2028\ufe0f\u3164 👩🏽1漢',
        '\u{e0067}',
        '\u{1f3fb}',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** What a terminal obeys, or what changes the order or the lines of others' text. */
const DANGEROUS =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}\p{Cs}]/u;
const CONTROLS = [...Array(0x20).keys(), 0x7f, ...Array.from({ length: 0x20 }, (_, i) => 0x80 + i)].filter(
  (c) => c !== 10,
);
const BIDI = [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
const INVISIBLE = [0x00ad, 0x034f, 0x200b, 0x2028, 0x2029, 0x2060, 0x3164, 0xfeff, 0xfffe, 0xd800, 0xe0001, 0xe0041];

describe('messages', () => {
  for (const code of [...CONTROLS, ...BIDI, ...INVISIBLE].filter((code) => code !== 9)) {
    test(`U+${code.toString(16)} is shown as an escape`, () => {
      const char = code >= 0x10000 ? String.fromCodePoint(code) : String.fromCharCode(code);
      expect(cleanText(`a${char}b`)).toBe(`a\\u{${code.toString(16)}}b`);
    });
  }

  test('newlines and ordinary text of any script stay as they are', () => {
    for (const text of [
      'one\ntwo',
      'don’t',
      'Grüße',
      'Привет',
      '你好，世界',
      'שלום',
      'مرحبا ١٢٣',
      'नमस्ते',
      '한국어',
      'e\u0301',
    ]) {
      expect(cleanText(text)).toBe(text);
    }
  });

  test('format signs that have a glyph are shown', () => {
    expect(cleanText('\u0600\u0661\u0662')).toBe('\u0600\u0661\u0662');
  });

  test('a tab becomes four spaces', () => {
    expect(cleanText('if\tx')).toBe('if    x');
  });

  test('a terminal escape of a stranger is readable and does nothing', () => {
    expect(cleanText('\x1b]52;c;Zm9v\x07\x9b2J\r')).toBe('\\u{1b}]52;c;Zm9v\\u{7}\\u{9b}2J\\u{d}');
  });

  test('emoji keep their joiners, skin tones and selectors', () => {
    for (const emoji of ['👩‍👩‍👧‍👦', '👩🏽‍🚀', '❤️‍🔥', '🏳️‍🌈', '1️⃣', '🇩🇪', '☎︎', '👍🏿', '🧑🏻‍🤝‍🧑🏿']) {
      expect(cleanText(emoji)).toBe(emoji);
      expect(cleanName(`x ${emoji}`)).toBe(`x ${emoji}`);
    }
  });

  test('joiners outside emoji are dropped', () => {
    expect(cleanText('a\u200db\u200cc')).toBe('abc');
    expect(cleanText('👩\u200d')).toBe('👩');
    expect(cleanText('👩\u200d\u200d👩')).toBe('👩👩');
  });

  test('a selector stays on what it can select, and once', () => {
    expect(cleanText('葛\u{e0100}')).toBe('葛\u{e0100}');
    expect(cleanText('☎\ufe0f\ufe0f')).toBe('☎\ufe0f\\u{fe0f}');
    expect(cleanText('a\ufe0f')).toBe('a\\u{fe0f}');
  });

  test('more than 8 combining marks in a row are cut', () => {
    expect(cleanText(`z${'\u0301'.repeat(10_000)}!`)).toBe(`z${'\u0301'.repeat(8)}!`);
    expect(cleanText(`z${'\u0301'.repeat(8)}`)).toBe(`z${'\u0301'.repeat(8)}`);
  });

  test('for any text nothing dangerous is left, and cleaning twice is cleaning once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(DANGEROUS);
        expect(cleanText(clean)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });

  test('text without anything invisible is unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(cleanText(text)).toBe(text);
      }),
    );
  });
});

describe('names', () => {
  for (const code of [...CONTROLS, ...BIDI, ...INVISIBLE, 10]) {
    test(`U+${code.toString(16)} is removed`, () => {
      const char = code >= 0x10000 ? String.fromCodePoint(code) : String.fromCharCode(code);
      expect(cleanName(`a${char}b`)).toBe('ab');
    });
  }

  test('blanks become single spaces, and none are at the ends', () => {
    expect(cleanName(' \u00a0ann\u3000\u2003 of\u2800hill  ')).toBe('ann of hill');
  });

  test('a mark at the start does not sit on what is printed before it', () => {
    expect(cleanName('\u0301 \u0308ann')).toBe('ann');
  });

  test('a name ends at 64 cells', () => {
    expect(cleanName('a'.repeat(1_000_000))).toBe('a'.repeat(64));
    expect(cleanName('漢'.repeat(40))).toBe('漢'.repeat(32));
    expect(cleanName('👩'.repeat(40))).toBe('👩'.repeat(32));
    expect(cleanName(`${'a'.repeat(63)} b`)).toBe('a'.repeat(63));
  });

  test('the emoji look of a digit is counted, and stacked marks are cut', () => {
    expect(stringWidth(cleanName('1\ufe0f'.repeat(64)))).toBeLessThanOrEqual(NAME_CELLS_MAX);
    expect(cleanName(`z${'\u0301'.repeat(10_000)}`)).toBe(`z${'\u0301'.repeat(8)}`);
  });

  test('a cut does not leave half an emoji', () => {
    expect(cleanName(`${'a'.repeat(62)}👩‍🚀`)).toBe('a'.repeat(62));
  });

  test('a name made of nothing visible is empty', () => {
    expect(cleanName('\u200b\u3164\u2800 \n\u0301')).toBe('');
  });

  test('for any text a name is safe, one line, at most 64 cells wide, and cleaning twice is cleaning once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = cleanName(text);
        expect(name).not.toMatch(DANGEROUS);
        expect(name).not.toContain('\n');
        expect(stringWidth(name)).toBeLessThanOrEqual(NAME_CELLS_MAX);
        expect(cleanName(name)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });

  test('no character is wider on a screen than it is counted', () => {
    const wider: string[] = [];
    for (let code = 0x20; code < 0x40000; code++) {
      const char = String.fromCodePoint(code);
      // Han and Hangul are whole blocks; one of each is enough.
      if (
        /[\p{Cn}\p{Cs}\p{Co}\p{Script=Han}\p{Script=Hangul}\p{Script=Tangut}]/u.test(char) &&
        !'漢𠮷𫝀한ᄒ豈𗀀'.includes(char)
      )
        continue;
      if (stringWidth(char) < 2) continue;
      if (stringWidth(cleanName(char.repeat(33))) > NAME_CELLS_MAX) wider.push(code.toString(16));
    }
    expect(wider).toEqual([]);
  });
});

describe('the big list of naughty strings', () => {
  test('none of them survives with anything dangerous in it', () => {
    expect(blns.length).toBeGreaterThan(500);
    for (const text of blns) {
      for (const clean of [cleanText(text), cleanName(text)]) expect(clean).not.toMatch(DANGEROUS);
      expect(cleanText(cleanText(text))).toBe(cleanText(text));
      expect(cleanName(cleanName(text))).toBe(cleanName(text));
    }
  });
});
