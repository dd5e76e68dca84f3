import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { width } from '../../../src/tui/drawing/cells.ts';
import type { Theme } from '../../../src/tui/drawing/theme.ts';
import { ASCII, DARK, MONO } from '../story.ts';

type Area = { readonly cols: number; readonly rows: number };
type Draw = (area: Area, theme: Theme) => readonly string[];

/** The only thing a view may send to the terminal beside text: looks (SGR). */
const LOOKS = /\x1b\[[0-9;]*m/g;
const ORDERS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const AREAS = [
  [100, 30],
  [60, 20],
  [40, 8],
  [20, 3],
] as const;

/** What is on the screen, without looks. */
export const plain = (shown: readonly string[]): string => stripVTControlCharacters(shown.join('\n'));

/** The rules that every view keeps, whatever it shows: a test for each size and theme. */
export function keepsTheRules(worlds: Readonly<Record<string, Draw>>): void {
  for (const [cols, rows] of AREAS) {
    for (const theme of [DARK, MONO, ASCII]) {
      test(`fills ${cols}×${rows} exactly and sends nothing but text and looks, in ${theme.name}`, () => {
        for (const [world, draw] of Object.entries(worlds)) {
          const shown = draw({ cols, rows }, theme);
          expect(shown.length, world).toBe(rows);
          for (const line of shown) {
            expect(width(line), `${world}: ${line}`).toBeLessThanOrEqual(cols);
            expect(line.replace(LOOKS, ''), world).not.toMatch(ORDERS);
            if (theme !== DARK) expect(line.match(LOOKS)?.join('') ?? '').toMatch(/^(\x1b\[(1|2|4|7|22|24|27)m)*$/);
          }
        }
      });
    }
  }
}

/** How long a drawing takes, in milliseconds: the best of a few, so that a busy machine does not count. */
export function drawingMs(draw: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 5 }, () => {
      const before = performance.now();
      draw();
      return performance.now() - before;
    }),
  );
}
