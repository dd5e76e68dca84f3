import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { erase, eraseWord } from '../../src/repl/typed-line.ts';

describe('a line that is only changed at its end', () => {
  test('the last character as people count them goes, in as many cells as it has', () => {
    expect(erase('ab', 80)).toEqual({ line: 'a', echo: '\b \b' });
    expect(erase('a你', 80)).toEqual({ line: 'a', echo: '\b \b\b \b' });
    expect(erase('ae\u0301', 80)).toEqual({ line: 'a', echo: '\b \b' });
    expect(erase('a👩‍👩‍👧‍👦', 80)).toEqual({ line: 'a', echo: '\b \b\b \b' });
    expect(erase('', 80)).toEqual({ line: '', echo: '' });
  });

  test('a word goes with the blanks behind it', () => {
    expect(eraseWord('one two  ', 80)).toEqual({ line: 'one ', echo: '\b \b'.repeat(5) });
  });

  test('what has gone on to the next row cannot be gone back over: the rest is written anew', () => {
    expect(erase('x'.repeat(80), 80)).toEqual({ line: 'x'.repeat(79), echo: `\n${'x'.repeat(79)}` });
    expect(erase('你'.repeat(40), 80).echo).toBe(`\n${'你'.repeat(39)}`);
  });

  test('erasing is done after as many steps as there are characters, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        let line = text;
        let steps = 0;
        while (line !== '' && steps <= 20) {
          const next = erase(line, 1_000);
          expect(line.startsWith(next.line)).toBe(true);
          line = next.line;
          steps++;
        }
        expect(line).toBe('');
      }),
    );
  });
});
