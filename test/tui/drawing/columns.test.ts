import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { width } from '../../../src/tui/drawing/cells.ts';
import { type Column, fitting, tableRow, titles } from '../../../src/tui/drawing/columns.ts';

type Row = { readonly name: string; readonly size: string; readonly age: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', cells: 6, most: 20, rank: 3, of: ({ name }) => name },
  { title: 'SIZE', cells: 6, right: true, rank: 2, of: ({ size }) => size },
  { title: 'AGE', cells: 4, right: true, rank: 1, of: ({ age }) => age },
];
const ROW = { name: '今日は', size: '12 kB', age: '3 h' };

describe('a table', () => {
  test('has the columns that fit; those that matter least go first', () => {
    const shown = (cols: number) => fitting(COLUMNS, cols).map(({ title }) => title);
    expect([40, 20, 19, 14, 13, 2].map((cols) => shown(cols).join())).toEqual([
      'NAME,SIZE,AGE',
      'NAME,SIZE,AGE',
      'NAME,SIZE',
      'NAME,SIZE',
      'NAME',
      'NAME',
    ]);
  });

  test('gives what is left over to the columns that can use it', () => {
    expect(fitting(COLUMNS, 26).map(({ cells }) => cells)).toEqual([12, 6, 4]);
    expect(fitting(COLUMNS, 90).map(({ cells }) => cells)).toEqual([20, 6, 4]);
  });

  test('puts figures under their titles, at the right', () => {
    const fit = fitting(COLUMNS, 20);
    expect([titles(fit), tableRow(fit, ROW)]).toEqual(['NAME      SIZE   AGE', '今日は   12 kB   3 h']);
  });

  test('is never wider than it may be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.string({ unit: 'grapheme' }), (cols, name) => {
        expect(width(tableRow(fitting(COLUMNS, cols), { ...ROW, name }))).toBeLessThanOrEqual(cols);
      }),
    );
  });
});
