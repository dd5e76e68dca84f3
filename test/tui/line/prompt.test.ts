import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROMPT_ROWS_MAX, TEXT_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { graphemes, width } from '../../../src/tui/drawing/cells.ts';
import { typed } from '../../../src/tui/drawing/guard.ts';
import { layout } from '../../../src/tui/layout.ts';
import { type Completion, fits, narrowed, offered, step, suggestion } from '../../../src/tui/line/completion.ts';
import { EMPTY, insert, moved, paste } from '../../../src/tui/line/editor.ts';
import { placeOf, shown } from '../../../src/tui/line/folds.ts';
import { searchFor } from '../../../src/tui/line/history-search.ts';
import { lineSize, sizeWords } from '../../../src/tui/line/line-size.ts';
import { FRESH_PROMPT, type Prompt, typeInto } from '../../../src/tui/line/prompt.ts';
import { rowsOf } from '../../../src/tui/line/prompt-rows.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { prompt } from '../../../src/tui/views/prompt.ts';
import { TERMINAL_ORDERS } from '../../support/hostile-texts.ts';
import { ASCII, annsScreen, DARK, MONO } from '../story.ts';

const start = await annsScreen();
const line = (text: string) => insert(EMPTY, text);

describe('rows', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc
      .array(fc.constantFrom('山', 'ab ', '\n', '👩‍👩‍👧‍👦', 'ש', 'e\u0301'), { maxLength: 60 })
      .map((all) => all.join('')),
  );

  test('hold the whole text in its order, none wider than the prompt, and the caret is where it is in the text', () => {
    fc.assert(
      fc.property(anyText, fc.nat(200), fc.integer({ min: 12, max: 40 }), (text, at, cols) => {
        const written = line(text);
        const editor = moved(written, Math.min(at, written.text.length));
        const { rows, x, y } = rowsOf(editor, cols);
        expect(rows.join('')).toBe(editor.text.replaceAll('\n', ''));
        for (const row of rows) expect(width(row)).toBeLessThanOrEqual(cols - 2);
        let before = '';
        for (const character of graphemes(rows[y]!)) if (width(before) < x) before += character;
        expect(width(before)).toBe(x);
        const above = rows.slice(0, y).join('').length + before.length;
        expect(above).toBe(editor.text.slice(0, editor.caret).replaceAll('\n', '').length);
      }),
    );
  });

  test('of a long line that grows at its end are those of the line written at once', () => {
    const long = '山川 and 👍🏽 '.repeat(300);
    rowsOf(line(long), 60);
    const grown = line(`${long}x\u0301y`);
    expect(rowsOf(grown, 60)).toEqual(rowsOf({ ...grown }, 60));
    rowsOf(line('something else'.repeat(200)), 60);
    expect(rowsOf({ ...grown }, 60).rows).toEqual(rowsOf(grown, 60).rows);
  });

  test('a place in what is shown is one in the text, before a folded paste where it is in its word', () => {
    const folded = insert(paste(line('ab'), 'x\n'.repeat(50)), 'cd');
    const { text } = shown(folded);
    const word = text.length - 4;
    expect([0, 2, 3, 2 + word - 1, 2 + word, 3 + word].map((at) => placeOf(folded, at))).toEqual([0, 2, 2, 2, 4, 5]);
  });
});

describe('the prompt', () => {
  const searching = (query: string): Prompt => ({
    ...FRESH_PROMPT,
    search: searchFor(['see the map', `far ${'away '.repeat(60)}map`], query),
  });
  const worlds: Readonly<Record<string, Prompt>> = {
    empty: FRESH_PROMPT,
    'a search': searching('map'),
    'a search for what is far': searching('far map'),
    'a search in vain': searching('xyzzy'.repeat(30)),
    'many lines': typeInto(FRESH_PROMPT, 'line\n'.repeat(40)),
    'too much': typeInto(FRESH_PROMPT, 'é'.repeat(TEXT_BYTES_MAX)),
    ...Object.fromEntries(TERMINAL_ORDERS.map((text, at) => [`hostile ${at}`, typeInto(FRESH_PROMPT, text)])),
    ...Object.fromEntries(
      TERMINAL_ORDERS.map((text, at) => [`sent ${at}`, { ...FRESH_PROMPT, search: searchFor([typed(text)], '') }]),
    ),
  };

  for (const [cols, rows] of [
    [100, 30],
    [60, 20],
    [40, 8],
    [20, 3],
  ] as const) {
    test(`fills its rows at ${cols}×${rows}, no line too wide, the caret within, nothing that a terminal would obey`, () => {
      for (const [world, of] of Object.entries(worlds)) {
        const state: ViewState = { ...start, size: { cols, rows }, prompt: of };
        const area = { cols, rows: layout(state).prompt };
        for (const theme of [DARK, MONO, ASCII]) {
          const { lines, caret } = prompt(state, area, theme);
          expect(lines.length, world).toBe(area.rows);
          for (const row of lines) {
            expect(width(row), world).toBeLessThanOrEqual(cols);
            expect(stripVTControlCharacters(row), world).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
          }
          expect(caret!.y, world).toBeLessThan(area.rows);
          expect(caret!.x, world).toBeLessThanOrEqual(cols);
        }
      }
    });
  }

  test('never takes more than eight rows, and never the last two of the screen', () => {
    const state = (rows: number): ViewState => ({ ...start, size: { cols: 60, rows }, prompt: worlds['too much']! });
    expect([30, 8, 4].map((rows) => layout(state(rows)).prompt)).toEqual([PROMPT_ROWS_MAX, 6, 2]);
  });
});

describe('completing', () => {
  const candidates = ['bob', 'bobby', 'robert'].map((text) => ({ text, about: '' }));
  const shownAs = { listed: false, asked: false, hint: '' };
  const offer = (text: string, more: Partial<typeof shownAs> = {}): Completion =>
    offered({ text, caret: text.length }, { from: 1, to: text.length, candidates }, { ...shownAs, ...more })!;
  const at = (text: string) => ({ text, caret: text.length });

  test('the best is in grey, as far as it is not written', () => {
    expect(suggestion(offer('@bo'), at('@bo'), '>')).toBe('b');
    expect(suggestion(offer('@rb'), at('@rb'), '>')).toBe(' > bob');
    expect(suggestion(offer('@'), at('@'), '>')).toBe('');
    expect(suggestion(offer('@bo'), { text: '@bo', caret: 1 }, '>')).toBe('');
    expect(suggestion(offer('/send ', { hint: 'PEER' }), at('/send '), '>')).toBe('PEER');
  });

  test('what was offered stays as far as it still fits while the word goes on', () => {
    const next = narrowed(offer('@b'), at('@bobb'))!;
    expect(next.candidates.map(({ text }) => text)).toEqual(['bobby']);
    expect(suggestion(next, at('@bobb'), '>')).toBe('y');
    expect(narrowed(offer('@b'), at('@bx'))).toBeUndefined();
    expect(narrowed(offer('@b'), at('@b '))).toBeUndefined();
    expect(narrowed(offer('@b'), at('@'))).toBeUndefined();
  });

  test('goes round, and what is chosen is what the line holds', () => {
    let completion = offer('@b');
    const lines: string[] = [];
    for (const by of [1, 1, 1, 1, -1] as const) {
      const stepped = step(completion, by);
      completion = stepped.completion!;
      expect(fits(completion, stepped.line)).toBe(true);
      lines.push(stepped.line.text);
    }
    expect(lines).toEqual(['@bob ', '@bobby ', '@robert ', '@bob ', '@robert ']);
    expect(completion.listed).toBe(true);
  });

  test('in the middle of a line puts no second blank', () => {
    const offer = { from: 0, to: 2, candidates: [{ text: '#general', about: '' }] };
    const { line: chosen } = step(offered({ text: '#g is quiet', caret: 2 }, offer, shownAs)!, 1);
    expect(chosen).toEqual({ text: '#general is quiet', caret: 8 });
  });

  test('offers nothing that is written already, unless Tab asks for what follows', () => {
    const offer = { from: 1, to: 4, candidates: [{ text: 'bob', about: '' }] };
    expect(offered(at('@bob'), offer, shownAs)).toBeUndefined();
    expect(offered(at('@bob'), offer, { ...shownAs, asked: true })).toBeDefined();
  });
});

describe('the size of what is written', () => {
  test('is told from four fifths of a message on, in bytes', () => {
    expect(lineSize(line('x'.repeat(TEXT_BYTES_MAX * 0.8)))).toBeUndefined();
    expect(lineSize(line('é'.repeat(TEXT_BYTES_MAX * 0.4 + 1)))).toEqual({ bytes: 49_154, tooMuch: false });
    expect(lineSize(line('x'.repeat(TEXT_BYTES_MAX)))).toEqual({ bytes: TEXT_BYTES_MAX, tooMuch: false });
    expect(lineSize(line('x'.repeat(TEXT_BYTES_MAX + 1)))?.tooMuch).toBe(true);
  });

  test('does not count the slash that stays here', () => {
    expect(lineSize(line(`//${'x'.repeat(TEXT_BYTES_MAX - 1)}`))?.tooMuch).toBe(false);
  });

  test('says what is too much', () => {
    expect(sizeWords({ bytes: 50_000, tooMuch: false })).toBe('50 kB of 61 kB');
    expect(sizeWords({ bytes: TEXT_BYTES_MAX + 7, tooMuch: true })).toBe('7 B too long: a message may have 61 kB');
  });
});
