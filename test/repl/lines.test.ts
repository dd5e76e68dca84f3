import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_CHARS_MAX } from '../../src/core/base/limits.ts';
import { type InputLine, linesOf } from '../../src/repl/lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* inChunks(chunks: readonly (Uint8Array | string)[]): AsyncGenerator<Uint8Array | string> {
  yield* chunks;
}
const read = async (...chunks: readonly (Uint8Array | string)[]): Promise<readonly InputLine[]> => {
  const lines: InputLine[] = [];
  for await (const line of linesOf(inChunks(chunks))) lines.push(line);
  return lines;
};
const texts = (...lines: readonly string[]) => lines.map((text) => ({ text }));

describe('lines of a stream', () => {
  for (const [input, lines] of [
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['\n', ['']],
    ['a\r\nb\r', ['a', 'b']],
    ['a\rb\n', ['a\rb']],
  ] as const) {
    test(JSON.stringify(input), async () => expect(await read(bytes(input))).toEqual(texts(...lines)));
  }

  test('are the same, however the bytes were cut', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 10 }).map((s) => s.replace(/[\r\n]/g, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 6 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        async (lines, cuts) => {
          const all = bytes(lines.map((l) => `${l}\n`).join(''));
          const at = [0, ...cuts.filter((c) => c < all.length).sort((a, b) => a - b), all.length];
          const chunks = at.slice(1).map((end, i) => all.slice(at[i], end));
          expect(await read(...chunks)).toEqual(texts(...lines));
        },
      ),
    );
  });

  test('bytes that are no UTF-8 do not end the reading', async () => {
    expect(await read(new Uint8Array([0xff, 0x0a, 0xe2, 0x82]), bytes('\nb'))).toEqual(texts('\ufffd', '\ufffd', 'b'));
  });

  test('a line that is too long is skipped to its end, and only it', async () => {
    const long = 'x'.repeat(LINE_CHARS_MAX);
    expect(await read(long, 'y', long, '\nnext\n')).toEqual([{ tooLong: true }, { text: 'next' }]);
    expect(await read(long, '\n')).toEqual(texts(long));
    expect(await read(`${long}z`)).toEqual([{ tooLong: true }]);
  });
});
