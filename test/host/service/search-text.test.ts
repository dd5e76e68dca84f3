import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, readSearch } from '../../../src/host/service/search-text.ts';

describe('what is typed into a search', () => {
  test('is words, and several in quotes are one', () => {
    expect(readSearch('relay  hill')).toEqual({ words: ['relay', 'hill'] });
    expect(readSearch('"on the hill" relay')).toEqual({ words: ['on the hill', 'relay'] });
    expect(readSearch('say "on the h')).toEqual({ words: ['say', 'on the h'] });
    expect(readSearch('5"x 12:30 https://a.b/c')).toEqual({ words: ['5"x', '12:30', 'https://a.b/c'] });
    expect(readSearch(' "" ')).toEqual({ words: [] });
  });

  test('says where to look, in any case, and the last of a kind counts', () => {
    expect(readSearch('from:bob in:#general hi before:2026-11-01 after:2026-10')).toEqual({
      words: ['hi'],
      from: 'bob',
      in: '#general',
      before: '2026-11-01',
      after: '2026-10',
    });
    expect(readSearch('FROM:"bob the builder" from:carol')).toEqual({ words: [], from: 'carol' });
    expect(readSearch('before: noon, from:')).toEqual({ words: ['before:', 'noon,', 'from:'] });
    expect(readSearch('"from:bob"')).toEqual({ words: ['from:bob'] });
  });

  test('is refused with more words than are looked for', () => {
    expect(readSearch(Array.from({ length: 16 }, (_, n) => n).join(' '))?.words).toHaveLength(16);
    expect(readSearch(Array.from({ length: 17 }, (_, n) => n).join(' '))).toBeUndefined();
  });

  test('whatever it is, no word is empty or has a NUL, which would end it for the database', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '"', ':', '\0', 'from:') }), (text) => {
        for (const word of readSearch(text)?.words ?? []) expect(word).toMatch(/^[^\0]+$/);
      }),
    );
  });
});

describe('a date', () => {
  test('is the beginning of a day, month or year by the clock of this machine', () => {
    expect(dayOf('2026-11-01')).toBe(new Date(2026, 10, 1).getTime());
    expect(dayOf('2026-2-3')).toBe(new Date(2026, 1, 3).getTime());
    expect(dayOf('2026-11')).toBe(new Date(2026, 10, 1).getTime());
    expect(dayOf('2026')).toBe(new Date(2026, 0, 1).getTime());
  });

  test('that does not exist is none', () => {
    for (const text of ['2026-02-30', '2026-13', '2026-00-01', 'monday', '26-11-01', ''])
      expect(dayOf(text)).toBeUndefined();
  });
});
