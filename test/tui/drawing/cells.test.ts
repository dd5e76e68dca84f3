import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, graphemes, padEnd, padStart, ruled, spread, width } from '../../../src/tui/drawing/cells.ts';
import { wrap } from '../../../src/tui/drawing/wrap.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });

describe('cells of a terminal', () => {
  for (const [text, cells] of [
    ['hello', 5],
    ['你好', 4],
    ['👩‍👩‍👧‍👦', 2],
    ['é', 1],
    ['\x1b[1mbold\x1b[22m', 4],
    // As terminals draw them, letter by letter.
    ['ทำ', 2],
    ['क्ष', 2],
    ['க்', 1],
    ['각'.normalize('NFD'), 2],
    ['🇩🇩', 2],
    ['\u0600\u0661', 2],
  ] as const) {
    test(`${JSON.stringify(text)} takes ${cells}`, () => expect(width(text)).toBe(cells));
  }

  test('what is cut says so, and is never wider than asked', () => {
    expect(cut('harbor', 4)).toBe('har…');
    expect(cut('harbor', 6)).toBe('harbor');
    // A wide character that would be halved is left out.
    expect(cut('你好吗', 4)).toBe('你…');
    fc.assert(fc.property(anyText, fc.nat(20), (text, cells) => width(cut(text, cells)) <= cells));
  });

  test('of letters that join without end there are no more than asked', () => {
    for (const letters of ['ำ', 'क्', '\u0600', '\u{110bd}', '\u0d4e', '🇩🇩', 'ក្ក']) {
      expect(width(letters.repeat(60))).toBeGreaterThanOrEqual(60);
      expect(cut(letters.repeat(60), 10).length).toBeLessThan(letters.length * 12);
    }
  });

  test('a link that is cut ends where it ended', () => {
    const cutOff = cut('\x1b]8;id=a-1;https://a.example\x1b\\ทำทำทำ\x1b]8;;\x1b\\', 4);
    expect(cutOff).toBe('\x1b]8;id=a-1;https://a.example\x1b\\ทำ\x1b]8;;\x1b\\…');
  });

  test('padding gives exactly the cells asked for', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, cells) => {
        expect(width(padEnd(text, cells))).toBe(cells);
        expect(width(padStart(text, cells))).toBe(cells);
        expect(width(ruled(text, cells, '─'))).toBe(cells);
        expect(width(spread(text, 'right', cells + 6))).toBe(cells + 6);
      }),
    );
  });
});

describe('wrapping', () => {
  test('breaks after blanks, and drops those at the break', () => {
    expect(wrap('the hill node is back', 9)).toEqual(['the hill', 'node is', 'back']);
  });

  test('breaks inside a word only when the word alone is too long', () => {
    expect(wrap('see https://wiki.example/routes', 12)).toEqual(['see', 'https://wiki', '.example/rou', 'tes']);
  });

  test('breaks between wide characters', () => expect(wrap('今日は天気', 4)).toEqual(['今日', 'は天', '気']));

  test('breaks what joins without end, so that all of it is seen', () => {
    for (const letters of ['ำ', 'क्', '\u0600']) {
      const lines = wrap(letters.repeat(60), 20);
      expect(lines.join('')).toBe(letters.repeat(60));
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(20);
    }
  });

  test('keeps written lines, empty ones and the blanks a line begins with', () => {
    expect(wrap('a\n\n  b', 10)).toEqual(['a', '', '  b']);
  });

  test('no line is wider than asked, and nothing but blanks is lost', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, cells) => {
        const lines = wrap(text, cells);
        for (const line of lines) expect(width(line) <= cells || [...graphemes(line)].length === 1).toBe(true);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});
