import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Canvas } from '../../../src/tui/drawing/canvas.ts';
import { width } from '../../../src/tui/drawing/cells.ts';
import { ASCII_SIGNS, UNICODE_SIGNS } from '../../../src/tui/drawing/signs.ts';

describe('a canvas', () => {
  test('joins lines where they meet', () => {
    const canvas = new Canvas({ cols: 5, rows: 5 });
    for (const y of [0, 2, 4]) canvas.across(0, 4, y);
    for (const x of [0, 2, 4]) canvas.down(x, 0, 4);
    expect(canvas.lines(UNICODE_SIGNS)).toEqual(['┌─┬─┐', '│ │ │', '├─┼─┤', '│ │ │', '└─┴─┘']);
    expect(canvas.lines(ASCII_SIGNS)).toEqual(['+-+-+', '| | |', '+-+-+', '| | |', '+-+-+']);
  });

  test('draws dashes only where no whole line passes', () => {
    const canvas = new Canvas({ cols: 7, rows: 3 });
    canvas.across(0, 6, 1, { dashed: true });
    canvas.across(0, 2, 1);
    canvas.down(4, 0, 2, { dashed: true });
    expect(canvas.lines(UNICODE_SIGNS)).toEqual(['    ╎', '╶──╌┼╌╌', '    ╎']);
    expect(canvas.lines(ASCII_SIGNS)).toEqual(['    :', '---.+..', '    :']);
  });

  test('text hides lines, and takes the cells it needs', () => {
    const canvas = new Canvas({ cols: 9, rows: 1 });
    canvas.across(0, 8, 0);
    canvas.text(2, 0, '你好');
    expect(canvas.lines(UNICODE_SIGNS)).toEqual(['╶─你好──╴']);
  });

  test('lines that come later pass behind text, and leave its look', () => {
    const canvas = new Canvas({ cols: 9, rows: 1 });
    canvas.text(1, 0, 'abc', (text) => `<${text}>`);
    canvas.across(0, 4, 0);
    expect(canvas.lines(UNICODE_SIGNS)).toEqual(['╶<abc>╴']);
  });

  test('one style is one sequence, however many cells it covers', () => {
    const canvas = new Canvas({ cols: 9, rows: 1 });
    const style = (text: string): string => `<${text}>`;
    canvas.across(0, 3, 0, { style });
    canvas.text(4, 0, 'ab', style);
    expect(canvas.lines(UNICODE_SIGNS)).toEqual(['<╶──╴ab>']);
  });

  test('is never wider or higher than it was made, whatever is drawn', () => {
    const place = fc.integer({ min: -5, max: 30 });
    const stroke = fc.tuple(place, place, place, fc.string({ unit: 'grapheme', maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 12 }), (strokes) => {
        const canvas = new Canvas({ cols: 20, rows: 6 });
        for (const [a, b, c, text] of strokes) {
          canvas.across(a, b, c);
          canvas.down(c, a, b, { dashed: true });
          canvas.text(a, b, text.replace(/\p{C}/gu, ''));
        }
        const lines = canvas.lines(UNICODE_SIGNS);
        expect(lines).toHaveLength(6);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(20);
      }),
    );
  });
});
