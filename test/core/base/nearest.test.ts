import { describe, expect, test } from 'vitest';
import { nearest } from '../../../src/core/base/nearest.ts';

describe('did you mean', () => {
  for (const [typed, among, expected] of [
    ['bbo', ['bob', 'boris', 'ann'], ['bob']],
    ['bo', ['bob', 'boris', 'ann'], ['bob', 'boris']],
    ['mehs', ['mesh', 'me'], ['mesh']],
    ['lisen', ['listen', 'linger', 'name'], ['listen']],
    ['BOB', ['bob'], ['bob']],
    ['anna', ['ann', 'hanna', 'joanna'], ['ann', 'hanna']],
    ['xyz', ['bob', 'ann'], []],
    ['', ['bob'], ['bob']],
  ] as const) {
    test(`${JSON.stringify(typed)} among ${among.join(', ')} is ${expected.join(', ') || 'nothing'}`, () => {
      expect(nearest(typed, among)).toEqual(expected);
    });
  }

  test('a very long text costs nothing and is near nothing', () => {
    expect(nearest('x'.repeat(1_000_000), ['x', 'y'.repeat(1_000_000)])).toEqual([]);
  });
});
