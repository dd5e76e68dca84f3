import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/api/shapes.ts';
import { QUOTE_CHARACTERS_MAX, SCREEN_MESSAGE_ROWS } from '../../../src/core/base/limits.ts';
import { width } from '../../../src/tui/drawing/cells.ts';
import { chooseTheme, type Theme } from '../../../src/tui/drawing/theme.ts';
import { block, height } from '../../../src/tui/reading/chat-rows.ts';
import { beginSearch } from '../../../src/tui/reading/searching.ts';
import { openConversation, type ViewState } from '../../../src/tui/screen-state.ts';
import type { ViewEvent } from '../../../src/tui/view-state.ts';
import { chat } from '../../../src/tui/views/chat.ts';
import { message as drawn } from '../../../src/tui/views/message.ts';
import { ASCII, annsScreen, DARK, HOSTILE, MONO, message, PEOPLE, SIZES, told } from '../story.ts';

type Area = { readonly cols: number; readonly rows: number };

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

const own = (index: number, of: Partial<Message> = {}): Message =>
  message(index, { from: PEOPLE.ann, fromName: 'ann', state: 'sent', ...of });
const screen = (lines: readonly Message[], area: Area = SIZES[0], theme: Theme = MONO, ...after: ViewEvent[]): string =>
  stripVTControlCharacters(
    chat(
      told({ ...start, size: area }, ...lines.map((line): ViewEvent => ({ type: 'written', message: line })), ...after),
      area,
      theme,
    ).join('\n'),
  );
const at = 1_000_000;
const re = { id: 'a'.repeat(64), from: PEOPLE.bob, fromName: 'bob', text: 'the first words of something longer' };

/** One line in every state it can be in. */
const EVERY: readonly Message[] = [
  ...(['queued', 'carried', 'sent', 'delivered', 'read', 'expired', 'refused'] as const).map((state, n) =>
    own(10 + n, { state, text: `it is ${state}`, detail: state === 'refused' ? 'too large' : 'nobody came' }),
  ),
  own(20, { state: 'carried', coverage: { have: 4, of: 12 } }),
  own(21, { coverage: { have: 240, of: 1_000 } }),
  message(22, { re }),
  message(23, { re: { id: re.id } }),
  message(24, { re: { ...re, text: '' }, edited: { id: 'b'.repeat(64), at } }),
  own(25, { edited: { id: 'b'.repeat(64), at, state: 'queued' }, text: 'w'.repeat(74) }),
  message(26, { text: '', deleted: { id: 'b'.repeat(64), at } }),
  own(27, { text: '', deleted: { id: 'b'.repeat(64), at, state: 'queued' } }),
  message(28, {
    reactions: [
      { sign: '👍', count: 2, mine: true, names: ['bob'] },
      { sign: '❤', count: 1, mine: false, names: ['carol'] },
    ],
  }),
  message(29, { missing: 3 }),
  message(30, {
    text: 'see https://wiki.example/a_very_long_path/that/goes/on/and/on/until/it/has/to/be/wrapped and @ann',
  }),
  message(31, { text: 'line\n'.repeat(200) }),
  message(32, { text: '聞こえます 👋 2 hops' }),
  message(33, { text: 'שלום, מה שלומך? 42' }),
  message(34, { text: '' }),
];

describe('a message in every state', () => {
  for (const area of [...SIZES, { cols: 20, rows: 6 }, { cols: 200, rows: 60 }])
    for (const theme of [DARK, MONO, ASCII])
      test(`fills ${area.cols}×${area.rows} exactly, in ${theme.name}, chosen or not`, () => {
        for (const [index, line] of EVERY.entries()) {
          const state = told({ ...start, size: area }, { type: 'written', message: line });
          for (const shown of [state, told(state, { type: 'chosen', chosen: { id: line.id, mode: 'keys' } })]) {
            const rows = chat(shown, area, theme);
            expect(rows.length).toBe(area.rows);
            for (const row of rows) expect(width(row), `${index}: ${row}`).toBeLessThanOrEqual(area.cols);
          }
        }
      });

  test('is as high as its block says before it is drawn', () => {
    const state = told(start, ...EVERY.map((line): ViewEvent => ({ type: 'written', message: line })));
    const conversation = openConversation(state)!;
    for (const index of conversation.messages.keys())
      for (const { cols } of SIZES) {
        const of = block(conversation, index, cols);
        expect(drawn(of, state, cols, MONO).length).toBe(height(of));
      }
  });

  test('has nothing but ASCII of ours where there is no UTF-8', () => {
    const lines = EVERY.filter(({ text }) => /^[\x20-\x7e\n]*$/.test(text));
    expect(screen(lines, { cols: 100, rows: 200 }, ASCII)).toMatch(/^[\x20-\x7e\n~]*$/);
  });
});

describe('a line that changed', () => {
  test('says that it was edited, behind the text, and while only this machine knows', () => {
    expect(screen([EVERY.find(({ edited }) => edited?.state === undefined && edited)!])).toMatch(
      /line 24 \(edited\) *$/,
    );
    const pending = own(1, { text: 'later', edited: { id: 'b', at, state: 'queued' } });
    expect(screen([pending])).toContain('later (edited ⇡)');
    expect(screen([pending], SIZES[0], ASCII)).toContain('later (edited .)');
  });

  test('that is gone says who took it back', () => {
    expect(screen([message(1, { text: '', deleted: { id: 'b', at } })])).toMatch(/bob │ deleted by its author *$/);
    expect(screen([own(1, { text: '', deleted: { id: 'b', at, state: 'queued' } })])).toMatch(/deleted by you ⇡/);
  });

  test('changes where it stands', () => {
    const line = message(1);
    const event = {
      type: 'changed',
      ...line,
      text: 'better words',
      by: { from: line.from, fromName: 'bob', what: 'edited' },
    };
    expect(screen([line, message(2)], SIZES[0], MONO, { type: 'node', event } as ViewEvent)).toMatch(
      /better words *\n.*line 2 *$/,
    );
  });
});

describe('a line that was taken back', () => {
  const line = message(1, { text: 'the secret word' });
  const removed = { type: 'changed', ...line, text: '', deleted: { id: 'b'.repeat(64), at } };
  const event = { ...removed, by: { from: line.from, fromName: 'bob', what: 'deleted' } };
  const taken = { type: 'node', event } as ViewEvent;

  test('is quoted no more by those who have answered it', () => {
    const answer = message(2, { re: { id: line.id, from: line.from, fromName: 'bob', text: line.text } });
    const shown = screen([line, answer], SIZES[0], MONO, taken);
    expect(shown).toContain('┌ bob: a deleted line');
    expect(shown).not.toContain('secret');
  });

  test('leaves the search, and the row that says what is being answered', () => {
    const chats = told(start, { type: 'written', message: line }, { type: 'aimed', kind: 'reply', line });
    const searching = told(chats, { type: 'pane', pane: { ...beginSearch(chats, 'secret'), hits: [line] } }, taken);
    expect(JSON.stringify([searching.pane, [...searching.aims]])).not.toContain('secret word');
  });
});

describe('an answer', () => {
  test('has what it answers above it, in one row however long that is', () => {
    for (const area of SIZES) {
      const rows = screen([message(1, { re: { ...re, text: 'word '.repeat(90) } })], area).split('\n');
      expect(rows.at(-2)).toMatch(/┌ bob: word word.*…$/);
      expect(rows.at(-1)).toMatch(/bob │ line 1/);
    }
  });

  test('holds no more of what it answers than is shown, for that is drawn at each key', () => {
    const line = message(1, { text: `a${'👍'.repeat(15_000)}` });
    const answering = told(start, { type: 'written', message: line }, { type: 'aimed', kind: 'reply', line });
    const held = `a${'👍'.repeat(QUOTE_CHARACTERS_MAX - 1)}`;
    expect([...answering.aims.values()].map(({ text }) => text)).toEqual([held]);
  });

  test('to a line that is not here says so', () => {
    expect(screen([message(1, { re: { id: re.id } })])).toContain('┌ a line that is not here');
    expect(screen([message(1, { re: { id: re.id } })], SIZES[0], ASCII)).toContain(', a line that is not here');
  });
});

describe('reactions', () => {
  const reactions = [
    { sign: '👍', count: 2, mine: true, names: ['bob'] },
    { sign: '❤', count: 1, mine: false, names: ['carol'] },
  ];

  test('stand below the text, our own bold, and have names where there are no emoji', () => {
    const state = told(start, { type: 'written', message: message(1, { reactions }) });
    const row = chat(state, SIZES[0], MONO).at(-1)!;
    expect(stripVTControlCharacters(row)).toMatch(/│ 👍 2 {2}❤ 1$/);
    expect(row).toContain('\x1b[1m👍 2\x1b[22m');
    expect(screen([message(1, { reactions })], SIZES[0], ASCII)).toMatch(/\+1 2 {2}<3 1$/);
  });

  test('take as many rows as they need', () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ sign: '👍', count: n + 1, mine: false, names: [] }));
    const rows = screen([message(1, { reactions: many })], { cols: 60, rows: 20 }).split('\n');
    expect(rows.filter((row) => row.includes('👍')).length).toBeGreaterThan(4);
    for (const { count } of many) expect(rows.join(' ')).toContain(`👍 ${count}`);
  });
});

describe('a channel post of ours', () => {
  test('says how many have it where the edge is wide enough, else by its sign', () => {
    const post = own(1, { state: 'carried', coverage: { have: 4, of: 12 } });
    expect(screen([post])).toMatch(/line 1 +4\/12$/);
    expect(screen([post], SIZES[2])).toMatch(/line 1 +✓»$/);
    expect(screen([own(1, { coverage: { have: 240, of: 1_000 } })])).toMatch(/line 1 +✓$/);
    expect(screen([own(1, { state: 'queued', coverage: { have: 0, of: 12 } })])).toMatch(/line 1 +⇡$/);
  });
});

describe('a long message', () => {
  const text = Array.from({ length: 200 }, (_, n) => `row ${n}`).join('\n');

  test(`of more than ${SCREEN_MESSAGE_ROWS} rows is folded and says how much more there is; unfolded it is whole`, () => {
    const line = message(1, { text });
    expect(screen([line])).toMatch(/row 19 *\n.*… 180 more lines · Alt\+V Enter shows them *$/);
    const whole = screen([line], { cols: 100, rows: 300 }, MONO, { type: 'unfolded', id: line.id });
    expect(whole).toMatch(/row 199 *$/);
    expect(whole).not.toContain('more lines');
  });

  test('of fewer rows is not cut', () => {
    expect(
      screen([message(1, { text: text.split('\n').slice(0, SCREEN_MESSAGE_ROWS).join('\n') })], {
        cols: 100,
        rows: 60,
      }),
    ).toMatch(/row 39 *$/);
  });
});

describe('links', () => {
  const linking = chooseTheme({ TERM: 'xterm-kitty', LANG: 'C.UTF-8' }, { choice: 'dark', background: undefined });
  const url = 'https://wiki.example/a_very_long_path/that/goes/on/and/on/until/it/has/to/be/wrapped';
  const rows = (text: string, theme: Theme): string[] =>
    chat(told({ ...start, size: SIZES[1] }, { type: 'written', message: message(1, { text }) }), SIZES[1], theme);

  test('that are wrapped are one link, where the terminal knows links', () => {
    const parts = rows(`see ${url} there`, linking)
      .join('\n')
      .matchAll(/\x1b\]8;id=([\w-]+);([^\x1b]+)\x1b\\/g);
    const found = [...parts].map(([, id, to]) => ({ id, to }));
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
    for (const { to } of found) expect(to).toBe(url);
    for (const row of rows(`see ${url} there`, linking)) expect(width(row)).toBeLessThanOrEqual(60);
  });

  test('are only underlined elsewhere, and in mono', () => {
    for (const theme of [DARK, MONO, ASCII]) expect(rows(url, theme).join('')).not.toContain('\x1b]8');
  });

  test('of others that are hidden in escapes never reach the terminal', () => {
    for (const hostile of [...HOSTILE, '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\'])
      for (const row of rows(hostile, linking)) expect(row).not.toMatch(/\]8;;https|\x1b\]8;;h/);
  });
});

describe('days', () => {
  test('are named as their reader calls them', () => {
    const day = 86_400_000;
    const shown = screen(
      [message(1, { received: start.now - 3 * day }), message(2, { received: start.now - day }), message(3)],
      {
        cols: 100,
        rows: 40,
      },
    );
    expect(shown).toMatch(/─ Tuesday, November 17, 2026 ─.*─ Yesterday ─.*─ Today ─/s);
  });
});
