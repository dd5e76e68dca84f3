import { stripVTControlCharacters } from 'node:util';
import decodeQR from 'qr/decode.js';
import { describe, expect, test } from 'vitest';
import type { Theme } from '../../../src/tui/drawing/theme.ts';
import { identity, qrCode } from '../../../src/tui/views/identity.ts';
import { ASCII, annsScreen, answered, DARK, MONO, PEOPLE } from '../story.ts';

/** How many pixels a module of the code is wide and high in the picture. */
const PIXELS = 4;

/** What a camera sees of a screen: each cell two modules, one above the other; `inked` tells what a full block is. */
function picture(lines: readonly string[], inked: boolean): { width: number; height: number; data: Uint8Array } {
  const rows = lines.flatMap((line) => {
    const cells = [...stripVTControlCharacters(line)];
    return [cells.map((cell) => '█▀'.includes(cell)), cells.map((cell) => '█▄'.includes(cell))];
  });
  const [width, height] = [(rows[0]?.length ?? 0) * PIXELS, rows.length * PIXELS];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const block = rows[Math.floor(y / PIXELS)]?.[Math.floor(x / PIXELS)] ?? false;
      if (block === inked) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
}

describe('the code of our identity', () => {
  const uri = `QPC:${PEOPLE.ann.toUpperCase()}`;

  for (const [theme, inked] of [
    [DARK, true],
    [MONO, false],
  ] as const satisfies readonly (readonly [Theme, boolean])[]) {
    test(`can be read by a camera, in ${theme.name}`, () => {
      expect(decodeQR(picture(qrCode(uri, theme), inked))).toBe(uri);
    });
  }

  test('is as small as its alphabet allows: 33 columns, 17 rows', () => {
    const code = qrCode(uri, MONO);
    expect([code.length, code[0]?.length]).toEqual([17, 33]);
  });

  test('what is under it can be scrolled to', async () => {
    const state = await annsScreen();
    const pane = { name: 'identity', shows: await answered('identity', {}) } as const;
    const area = { cols: 40, rows: 12 };
    const at = (top: number): string =>
      stripVTControlCharacters(identity(state, { ...pane, top }, area, MONO).join('\n'));
    expect(at(0)).toContain('more lines: PgDn');
    expect(at(0)).not.toContain('qpc identity backup');
    expect(at(99)).toContain('qpc identity backup');
  });

  test('is not drawn where it does not fit or cannot be; what it needs is said', async () => {
    const state = await annsScreen();
    const pane = { name: 'identity', shows: await answered('identity', {}) } as const;
    const small = stripVTControlCharacters(identity(state, pane, { cols: 40, rows: 12 }, MONO).join(' ')).replace(
      /\s+/g,
      ' ',
    );
    expect(small).toMatch(/does not fit: 8 rows more would do/);
    expect(identity(state, pane, { cols: 100, rows: 30 }, ASCII).join('\n')).not.toMatch(/[█▀▄]/);
  });
});
