import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/api/shapes.ts';
import { SCREEN_HITS_MAX } from '../../../src/core/base/limits.ts';
import type { SearchPane } from '../../../src/tui/reading/search-pane.ts';
import { beginSearch, questionOf } from '../../../src/tui/reading/searching.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import type { ViewEvent } from '../../../src/tui/view-state.ts';
import { search } from '../../../src/tui/views/search.ts';
import { annsScreen, HOSTILE, MONO, message, SIZES, told } from '../story.ts';
import { drawingMs, keepsTheRules, plain } from './view-rules.ts';

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

const begun = (query: string): ViewState => told(start, { type: 'pane', pane: beginSearch(start, query) });
const hits = (state: ViewState, messages: readonly Message[], of: Partial<SearchPane> = {}): ViewState => {
  const asked = questionOf(state.pane as SearchPane);
  const result = { messages: [...messages], more: false, words: ['line'], indexing: undefined, ...of } as never;
  return told(state, { type: 'hits', asked, answer: { ok: true, result }, older: false });
};
const shown = (state: ViewState, area: (typeof SIZES)[number] = SIZES[0]): string =>
  plain(search(state, state.pane as SearchPane, area, MONO));
const many = (count: number): Message[] => Array.from({ length: count }, (_, n) => message(n));

describe('what was searched for', () => {
  const worlds = (): Readonly<Record<string, ViewState>> => ({
    'nothing asked': begun(''),
    'nothing found': hits(begun('line'), []),
    'one hit': hits(begun('line'), many(1)),
    '10,000 hits': hits(begun('line'), many(10_000)),
    hostile: hits(
      begun(HOSTILE[0]!),
      HOSTILE.map((text, n) => message(n, { text, fromName: text, channel: text })),
    ),
    refused: told(begun('x'), {
      type: 'hits',
      asked: questionOf(begun('x').pane as SearchPane),
      answer: { ok: false, error: { code: 'E_USAGE', message: HOSTILE[0]! } },
      older: false,
    }),
  });
  keepsTheRules(
    Object.fromEntries(
      ['nothing asked', 'nothing found', 'one hit', '10,000 hits', 'hostile', 'refused'].map((name) => [
        name,
        (area, theme) => {
          const state = worlds()[name]!;
          return search(state, state.pane as SearchPane, area, theme);
        },
      ]),
    ),
  );

  test('shows the newest first, and the words where they stand', () => {
    const state = hits(begun('line'), many(3));
    expect(shown(state)).toMatch(/1 of 3.*\n.*▸.*line 2 *\n.*line 1 *\n.*line 0/);
    expect(search(state, state.pane as SearchPane, SIZES[0], MONO).join('\n')).toContain('\x1b[7mline\x1b[27m 1');
  });

  test('begins a long line shortly before the word', () => {
    const long = message(1, { text: `${'before '.repeat(40)}needle${' after'.repeat(40)}` });
    for (const area of SIZES)
      expect(shown(hits(begun('needle'), [long], { words: ['needle'] }), area)).toMatch(/….*needle/);
  });

  test('says that the index is still being made, and that nothing was found', () => {
    const state = hits(begun('line'), [], { indexing: { done: 100, of: 2_000 } });
    expect(shown(state)).toMatch(/nothing found · the index is being made, 100 of 2000 lines are in it/);
  });

  test('holds a bounded number of hits', () => {
    let state = hits(begun('line'), many(800), { more: true });
    const older = (from: number): ViewEvent => ({
      type: 'hits',
      asked: questionOf(state.pane as SearchPane),
      answer: {
        ok: true,
        result: { messages: many(400).map((m) => ({ ...m, id: `${from}${m.id}` })), more: true, words: [] },
      },
      older: true,
    });
    state = told(state, older(1), older(2));
    expect((state.pane as SearchPane).hits.length).toBe(SCREEN_HITS_MAX);
    expect((state.pane as SearchPane).more).toBe(false);
  });

  test('of a question that is not asked any more is left out', () => {
    const asked = questionOf(begun('lin').pane as SearchPane);
    const late: ViewEvent = {
      type: 'hits',
      asked,
      answer: { ok: true, result: { messages: many(9), more: false, words: [] } },
      older: false,
    };
    expect((told(begun('line'), late).pane as SearchPane).hits).toEqual([]);
  });

  test('of 10,000 hits draws in a few milliseconds', () => {
    const state = hits(begun('line'), many(10_000));
    expect(drawingMs(() => search(state, state.pane as SearchPane, SIZES[0], MONO))).toBeLessThan(20);
  });

  test('is drawn as fast of lines of 60 kB, whatever is in them, with the word in sight', () => {
    for (const text of [`${'a\u0301'.repeat(30_000)} word`, `${'今'.repeat(20_000)} word ${'今'.repeat(99)}`]) {
      const state = hits(begun('word'), new Array<Message>(40).fill(message(1, { text })), { words: ['word'] });
      expect(shown(state)).toMatch(/….* word/);
      expect(drawingMs(() => search(state, state.pane as SearchPane, SIZES[0], MONO))).toBeLessThan(80);
    }
  });
});
