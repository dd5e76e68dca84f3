import { describe, expect, test } from 'vitest';
import { width } from '../../src/tui/drawing/cells.ts';
import { Safety } from '../../src/tui/safety.ts';
import { ASCII, DARK, HOSTILE, MONO } from './story.ts';

const area = { cols: 30, rows: 8 };
const failing = (what: string) => (): never => {
  throw new Error(what);
};

describe('a part of the screen that cannot be drawn', () => {
  test('is noted once for each mistake, not once for each frame', () => {
    const notes: string[] = [];
    const safety = new Safety((what, error) => notes.push(`${what}: ${error}`));
    for (const what of ['one', 'one', 'two', 'two']) safety.lines('peers', area, DARK, failing(what));
    safety.lines('the prompt', area, DARK, failing('one'));
    expect(safety.lines('peers', area, DARK, () => ['well'])).toEqual(['well']);
    safety.lines('peers', area, DARK, failing('two'));
    expect(notes).toEqual([
      'peers failed: Error: one',
      'peers failed: Error: two',
      'the prompt failed: Error: one',
      'peers failed: Error: two',
    ]);
  });

  test('says so in exactly its place, whatever was thrown and however small that is', () => {
    const safety = new Safety(() => {});
    for (const theme of [DARK, MONO, ASCII]) {
      for (const cols of [1, 5, 12, 40, 100]) {
        for (const rows of [1, 3, 8, 30]) {
          for (const thrown of [...HOSTILE, undefined, new RangeError('x'.repeat(500))]) {
            const lines = safety.lines('chat', { cols, rows }, theme, () => {
              throw thrown;
            });
            expect(lines).toHaveLength(rows);
            for (const line of lines) expect(width(line)).toBeLessThanOrEqual(cols);
          }
        }
      }
    }
  });
});
