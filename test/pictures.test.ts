import graphemes from '@xterm/addon-unicode-graphemes';
import headless from '@xterm/headless';
import decodeQR from 'qr/decode.js';
import { describe, expect, test } from 'vitest';
import { qrCode } from '../src/tui/views/identity.ts';
import { DARK_PAINT, picture } from './support/picture.ts';
import { DARK, PEOPLE } from './tui/story.ts';

/** The picture of a terminal of 60×20 after these lines. */
async function drawn(lines: readonly string[]): Promise<string> {
  const terminal = new headless.Terminal({ cols: 60, rows: 20, allowProposedApi: true });
  terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
  await new Promise<void>((done) => terminal.write(lines.join('\r\n'), done));
  return picture(terminal, { paint: DARK_PAINT, caret: false, title: 'A screen' });
}

type Bitmap = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** What a camera sees of a picture: its rectangles and the boxes of its paths, the later above the earlier. Letters are left out. */
function seen(svg: string): Bitmap {
  const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
  const data = new Uint8Array(width * height * 4);
  const paint = (fill: string, [x = 0, y = 0, wide = 0, high = 0]: readonly number[]): void => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(fill.slice(at, at + 2), 16));
    for (let row = y; row < y + high; row++)
      for (let at = x; at < x + wide; at++) data.set([red!, green!, blue!, 255], (row * width + at) * 4);
  };
  const paper = /rx="8" fill="(#\w+)"/.exec(svg)?.[1] ?? '';
  paint(paper, [0, 0, width, height]);
  for (const [, x, y, wide, high, fill = ''] of svg.matchAll(
    /<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" fill="(#\w+)"/g,
  ))
    paint(fill, [x, y, wide, high].map(Number));
  for (const [, fill = '', boxes = ''] of svg.matchAll(/<g fill="(#\w+)"[^>]*><path [^>]*d="([^"]*)"/g))
    for (const box of boxes.matchAll(/M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)/g)) paint(fill, box.slice(1).map(Number));
  return { width, height, data };
}

describe('pictures of a screen', () => {
  test('a code in them can be read by a camera', async () => {
    const uri = `QPC:${PEOPLE.ann.toUpperCase()}`;
    expect(decodeQR(seen(await drawn(qrCode(uri, DARK))))).toBe(uri);
  });

  test('the same cells give the same bytes', async () => {
    const lines = ['\x1b[1;38;5;114mbob\x1b[m 見えます 👋 │ ▇▅▃', '\x1b[7m chosen \x1b[m ░░'];
    expect(await drawn(lines)).toBe(await drawn(lines));
  });

  test('a text stands in its columns: a run as wide as its cells, what another font may draw in the middle of its own', async () => {
    const svg = await drawn(['ab  cd 見 e']);
    expect(svg).toContain('<text x="10" y="25" textLength="18">ab</text>');
    expect(svg).toContain('<text x="46" y="25" textLength="18">cd</text>');
    expect(svg).toContain('<text x="82" y="25" text-anchor="middle">見</text>');
    expect(svg).toContain('<text x="100" y="25" textLength="9">e</text>');
  });

  test('lines of neighbouring cells join', async () => {
    const { data, width } = seen(await drawn(['┌─┐', '│ │', '└─┘']));
    const inked = (x: number, y: number): boolean => data[(y * width + x) * 4] === 0xd8;
    for (let x = 14; x <= 32; x++) expect(inked(x, 20)).toBe(true);
    for (let y = 20; y <= 60; y++) expect(inked(14, y) && inked(32, y)).toBe(true);
    expect(inked(12, 20) || inked(14, 18)).toBe(false);
  });

  test('what others wrote stays text', async () => {
    const svg = await drawn(['<script>alert(1)</script> & "more"']);
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; "more"');
    expect(svg).not.toContain('<script');
  });
});
