import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzy, fuzzyFind } from '../../../src/core/base/fuzzy.ts';

const find = (typed: string, ...texts: string[]): string[] => fuzzyFind(typed, texts, (text) => text);

describe('finding by a few letters', () => {
  for (const [typed, best, ...others] of [
    ['ms', 'mesh send', 'items', 'mess up'],
    ['gen', '#general', 'agent', 'green'],
    ['stor', 'mesh store', 'history of'],
    ['bob', 'bob', 'a bob', 'bobby tables', 'b o b'],
    ['你好', 'say 你好', '你 and 好'],
  ] as const) {
    test(`${typed} is ${best} before ${others.join(', ')}`, () => {
      expect(find(typed, ...[...others].toReversed(), best)[0]).toBe(best);
    });
  }

  test('letters have to come in their order; case and blanks count nothing', () => {
    expect(find('ba', 'ab', 'ABBA', 'b a')).toEqual(['b a', 'ABBA']);
    expect(find('B A', 'ABBA')).toEqual(['ABBA']);
  });

  test('nothing typed finds everything, in its order', () => {
    expect(find('', 'b', 'a')).toEqual(['b', 'a']);
  });

  test('says where the letters are', () => {
    expect(fuzzy('ms', 'mesh send')?.at).toEqual([0, 5]);
    expect(fuzzy('İx', 'aİbx')?.at).toEqual([1, 3]);
  });

  test('is found exactly when the letters are there, at the places told', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 6 }), fc.string({ maxLength: 30 }), (typed, text) => {
        const wanted = typed.toLowerCase().replace(/\s+/g, '');
        let from = 0;
        const there = [...wanted].every((letter) => {
          const at = text.toLowerCase().indexOf(letter, from);
          from = at + 1;
          return at >= 0;
        });
        const found = fuzzy(typed, text);
        expect(found !== undefined).toBe(there);
        expect(found?.at.map((at) => text[at]!.toLowerCase()).join('') ?? wanted).toBe(wanted);
      }),
    );
  });
});
