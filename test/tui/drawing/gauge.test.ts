import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { width } from '../../../src/tui/drawing/cells.ts';
import { bar, sparkline } from '../../../src/tui/drawing/gauge.ts';
import { ASCII_SIGNS, UNICODE_SIGNS } from '../../../src/tui/drawing/signs.ts';

describe('a bar', () => {
  test.each([
    [0, '░░░░'],
    [0.5, '██░░'],
    [0.53, '██▏░'],
    [1, '████'],
    [0.0001, '▏░░░'],
    [0.9999, '███▉'],
    [Number.NaN, '░░░░'],
  ])('%d of four cells is %s', (share, drawn) => expect(bar(share, 4, UNICODE_SIGNS)).toBe(drawn));

  test('knows no eighths in ASCII', () => expect(bar(0.53, 4, ASCII_SIGNS)).toBe('##..'));

  test('takes exactly its cells', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2 }), fc.integer({ min: 0, max: 40 }), (share, cells) => {
        for (const signs of [UNICODE_SIGNS, ASCII_SIGNS]) expect(width(bar(share, cells, signs))).toBe(cells);
      }),
    );
  });
});

describe('a sparkline', () => {
  test('draws what hardly changes at half height', () => {
    expect(sparkline([20, 21, 20], UNICODE_SIGNS)).toBe('▄▄▄');
    expect(sparkline([20, 21, 90], UNICODE_SIGNS)).toBe('▂▂▇');
  });

  test('is as high as the share of the highest, and blank where nothing is known', () => {
    expect(sparkline([1, 4, undefined, 8], UNICODE_SIGNS)).toBe('▁▄ ▇');
    expect(sparkline([1, 4, undefined, 8], ASCII_SIGNS)).toBe('_- *');
    expect(sparkline([0, 0], UNICODE_SIGNS)).toBe('▁▁');
  });
});
