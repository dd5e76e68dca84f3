import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { width } from '../../../src/tui/drawing/cells.ts';
import type { Theme } from '../../../src/tui/drawing/theme.ts';
import { layout } from '../../../src/tui/layout.ts';
import { typeInto } from '../../../src/tui/line/prompt.ts';
import { PEERS } from '../../../src/tui/panes/peers.ts';
import { beginning, type ViewState } from '../../../src/tui/screen-state.ts';
import type { ViewEvent } from '../../../src/tui/view-state.ts';
import { chat } from '../../../src/tui/views/chat.ts';
import { completions } from '../../../src/tui/views/completions.ts';
import { identity } from '../../../src/tui/views/identity.ts';
import { lines } from '../../../src/tui/views/lines.ts';
import { peers } from '../../../src/tui/views/peers.ts';
import { prompt } from '../../../src/tui/views/prompt.ts';
import { sidebar } from '../../../src/tui/views/sidebar.ts';
import { statusBar } from '../../../src/tui/views/status-bar.ts';
import { store } from '../../../src/tui/views/store.ts';
import {
  ASCII,
  annsScreen,
  answered,
  DARK,
  GENERAL,
  HOSTILE,
  MONO,
  message,
  PEOPLE,
  peer,
  SIZES,
  STORY_BEGINS,
  told,
} from '../story.ts';

type Area = { readonly cols: number; readonly rows: number };
type View = (state: ViewState, area: Area, theme: Theme) => string[];

const OURS = { store: await answered('store', {}), identity: await answered('identity', {}) };
const VIEWS: Readonly<Record<string, View>> = {
  chat,
  sidebar,
  peers: (state, area, theme) => peers(state, PEERS.begin, area, theme),
  identity: (state, area, theme) => identity(state, { name: 'identity', shows: OURS.identity }, area, theme),
  store: (state, area, theme) => store(state, { name: 'store', chosen: undefined, shows: OURS.store }, area, theme),
  lines: (_state, area, theme) => lines({ name: 'lines', title: HOSTILE[0]!, lines: HOSTILE, top: 0 }, area, theme),
};

/** A screen on which every text of others is hostile. */
const hostile = (state: ViewState): ViewState =>
  told(
    state,
    ...HOSTILE.map(
      (text, n): ViewEvent => ({
        type: 'node',
        event: { type: 'message', ...message(n + 1, { text, fromName: text, from: PEOPLE.carol }) },
      }),
    ),
    ...HOSTILE.map(
      (text, n): ViewEvent => ({
        type: 'written',
        message: message(n + 50, { text, from: PEOPLE.ann, state: 'refused', detail: text }),
      }),
    ),
    {
      type: 'conversations',
      conversations: [
        { id: GENERAL, kind: 'channel', name: HOSTILE[0]!, unread: 0 },
        ...HOSTILE.map((name, n) => ({ id: `${n}`, kind: 'direct' as const, name, unread: n * 40 })),
      ],
    },
    {
      type: 'peers',
      peers: HOSTILE.map((name, n) => peer({ id: `${n}`.repeat(52), name, address: name, roles: [name] })),
    },
    { type: 'status', status: { ...state.status!, troubles: [HOSTILE[0]!], name: HOSTILE[2]! } },
  );

/** The only thing a view may send to the terminal beside text: looks (SGR). */
const LOOKS = /\x1b\[[0-9;]*m/g;
const ORDERS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

for (const [name, view] of Object.entries(VIEWS)) {
  describe(name, () => {
    for (const area of [...SIZES, { cols: 20, rows: 3 }]) {
      for (const theme of [DARK, MONO, ASCII]) {
        test(`fills ${area.cols}×${area.rows} exactly, in ${theme.name}, whatever strangers say`, () => {
          for (const state of [start, hostile(start), beginning(area, 0)]) {
            const shown = view({ ...state, size: area }, area, theme);
            expect(shown.length).toBe(area.rows);
            for (const line of shown) {
              expect(width(line)).toBeLessThanOrEqual(area.cols);
              expect(line.replace(LOOKS, '')).not.toMatch(ORDERS);
            }
          }
        });
      }
    }

    test('under NO_COLOR has no colours, only bold, dim, underline and inverse', () => {
      const looks = view(start, SIZES[0], MONO).join('\n').match(LOOKS) ?? [];
      for (const look of looks) expect(look).toMatch(/^\x1b\[(1|2|4|7|22|24|27)m$/);
    });
  });
}

const plain = (shown: readonly string[]): string => stripVTControlCharacters(shown.join('\n'));

describe('the chat', () => {
  const seen = (events: ViewEvent[], area: Area = SIZES[0]): string =>
    plain(chat(told({ ...start, size: area }, ...events), area, MONO));

  test('says at the right edge how many links a line of another crossed, when it was more than one', () => {
    const events = [1, 5, 12].map(
      (hops): ViewEvent => ({ type: 'written', message: message(hops, { hops, text: `over ${hops}` }) }),
    );
    const edges = (theme: Theme) =>
      plain(chat(told(start, ...events), SIZES[0], theme))
        .split('\n')
        .slice(-3)
        .map((line) => line.replace(/^.*over \d+/, '').trim());
    expect(edges(MONO)).toEqual(['', '5⇢', '9⇢']);
    expect(edges(ASCII)).toEqual(['', '5>', '9>']);
  });

  test('has the newest line at the bottom, and the tick at the right edge', () => {
    const shown = seen([
      { type: 'written', message: message(1, { from: PEOPLE.ann, state: 'delivered', text: 'yes' }) },
    ]);
    expect(shown.split('\n').at(-1)).toMatch(/^ 08:01 +ann │ yes +✓✓$/);
  });

  test('names a sender once in five minutes', () => {
    const shown = seen([1, 2, 9].map((n) => ({ type: 'written', message: message(n) })));
    expect(
      shown
        .split('\n')
        .slice(-3)
        .map((line) => line.includes('bob')),
    ).toEqual([true, false, true]);
  });

  test('says above a line what is missing before it, until it has come', () => {
    const line = message(1, { missing: 2 });
    const gap = { type: 'gap', id: line.id, from: line.from, fromName: 'bob', to: line.to, missing: 0 } as const;
    expect(seen([{ type: 'written', message: line }])).toMatch(/\n +│ 2 missing from bob\n 08:01 +bob │ line 1 *$/);
    expect(
      seen([
        { type: 'written', message: line },
        { type: 'node', event: gap },
      ]),
    ).not.toContain('missing');
  });

  test('continues a long text under itself, never under the name', () => {
    const shown = seen([{ type: 'written', message: message(1, { text: 'word '.repeat(30) }) }]);
    expect(shown.split('\n').at(-1)).toMatch(/^ +│ word/);
  });

  test('says why a message failed and what to do', () => {
    const failed = message(1, { from: PEOPLE.ann, state: 'refused', detail: 'too large' });
    expect(seen([{ type: 'written', message: failed }])).toMatch(/not delivered: refused, too large\n.*\/retry \w+/);
  });

  test('keeps what the reader reads in place when lines arrive', () => {
    const line = (n: number): ViewEvent => ({ type: 'node', event: { type: 'message', ...message(n) } });
    const scrolled: ViewEvent[] = [
      ...Array.from({ length: 100 }, (_, n) => line(n + 1)),
      { type: 'scrolled', rows: -30 },
    ];
    expect(seen(scrolled)).toContain('line 70');
    expect(seen([...scrolled, line(200)])).toBe(seen(scrolled));
  });

  test('goes to the newest line when the reader writes one', () => {
    const many = Array.from({ length: 100 }, (_, n): ViewEvent => ({ type: 'written', message: message(n + 1) }));
    const own: ViewEvent = { type: 'written', message: message(200, { from: PEOPLE.ann, text: 'mine' }) };
    expect(seen([...many, { type: 'scrolled', rows: -30 }, own])).toContain('mine');
  });

  test('welcomes who has no conversation yet, with their id and what to do', () => {
    const shown = plain(chat({ ...start, conversations: [], open: undefined }, SIZES[0], MONO));
    for (const word of ['Welcome', PEOPLE.ann, '/mesh subscribe', 'qpc demo', '2 nodes within reach'])
      expect(shown).toContain(word);
  });

  test('tells who has opened nothing that somebody has written, at every size', () => {
    const conversations = start.conversations.map((one, at) => ({ ...one, unread: at === 1 ? 2 : 0 }));
    for (const area of SIZES) {
      const shown = plain(chat({ ...start, conversations, open: undefined }, area, MONO)).replace(/\s+/g, ' ');
      expect(shown).toContain(`2 new messages in ${conversations[1]!.name}: Alt+2 opens it.`);
    }
  });

  test('an empty conversation says what becomes of what is written there', () => {
    const opened = told(
      start,
      { type: 'opened', id: PEOPLE.dora, kind: 'direct', name: 'dora' },
      { type: 'page', id: PEOPLE.dora, page: { messages: [], more: false } },
    );
    expect(plain(chat(opened, SIZES[0], MONO))).toMatch(/Nothing has been said with dora/);
  });
});

test('the list of who is near begins with the nearest, in whatever order the node told them', () => {
  const far = ['zoe', 'bob', 'ann'].map((name, at) => peer({ id: name, name, state: 'known', hops: 3 - (at >> 1) }));
  const peers = [...far, peer({ id: 'me', name: 'ida', hops: 1 })];
  const shown = plain(sidebar({ ...start, peers }, { cols: 22, rows: 30 }, MONO));
  expect([...shown.matchAll(/(zoe|bob|ann|ida) .*│/g)].map(([, name]) => name).slice(-4)).toEqual([
    'ida',
    'ann',
    'bob',
    'zoe',
  ]);
});

test('whom we have named stands before strangers who are as near', () => {
  const shown = plain(sidebar(start, { cols: 22, rows: 30 }, MONO));
  expect(shown).toMatch(/NEARBY.*\n.*bob.*\n.*~carol/);
});

describe('the status bar', () => {
  test('says how many others are known in a channel', () => {
    const channel = { channel: 'general', id: GENERAL, open: true, neighbours: 2 };
    const bar = (members: number) => told(start, { type: 'channels', channels: [{ ...channel, members }] });
    expect(plain([statusBar(bar(11), 100, MONO)])).toContain('#general · channel, 11 others');
    const hidden = told(start, { type: 'channels', channels: [{ ...channel, open: false, members: 11 }] });
    expect(plain([statusBar(hidden, 100, MONO)])).toContain('#general · private channel, 11 others');
    expect(plain([statusBar(bar(0), 100, MONO)])).toContain('nobody else known yet');
  });

  test('says what stands above and below what is read, and which key goes there', () => {
    const lines = Array.from(
      { length: 80 },
      (_, n): ViewEvent => ({ type: 'node', event: { type: 'message', ...message(n + 1) } }),
    );
    const away = told(start, { type: 'focus', focused: false }, ...lines, { type: 'focus', focused: true });
    expect(plain([statusBar(away, 100, MONO)])).toContain('↑ 80 new: Alt+U');
    const up = told(start, ...lines, { type: 'scrolled', rows: -20 });
    expect(plain([statusBar(up, 100, MONO)])).toContain('↓ newer lines: Esc');
    const more = told(up, { type: 'node', event: { type: 'message', ...message(200) } });
    expect(plain([statusBar(more, 100, MONO)])).toContain('↓ 1 new below: Esc');
  });

  test('names the key that explains what is wrong', () => {
    const state = told(start, { type: 'status', status: { ...start.status!, troubles: ['no multicast here'] } });
    expect(plain([statusBar(state, 100, MONO)])).toContain('! no multicast here · Alt+W');
  });

  test('is one line of exactly the width, and keeps the chat and the help longest', () => {
    for (const cols of [100, 60, 40, 24]) {
      const bar = plain([statusBar(start, cols, MONO)]);
      expect(width(bar)).toBe(cols);
      expect(bar).toMatch(/#gen.*\? help $/);
    }
    expect(plain([statusBar(start, 100, MONO)])).toContain('◉ 2 peers');
  });

  test('names what is wrong before what is well', () => {
    const state = told(start, { type: 'status', status: { ...start.status!, troubles: ['the disk is full'] } });
    expect(plain([statusBar(state, 60, MONO)])).toContain('the disk is full');
  });

  test('says so when the node does not answer', () => {
    expect(plain([statusBar(told(start, { type: 'silent', silent: true }), 60, MONO)])).toContain('does not answer');
  });

  test('tells what is known of the other person, and nothing else', () => {
    const open: ViewEvent = { type: 'opened', id: PEOPLE.bob, kind: 'direct', name: 'bob' };
    for (const [of, words] of [
      [peer({ rttMs: 18 }), 'connected, 18 ms'],
      [peer({ state: 'known', hops: 3 }), 'reachable, 3 hops'],
      [peer({ state: 'discovered' }), 'near, not connected'],
      [peer({ state: 'known', lastSeen: 0 }), 'away '],
      [peer({ state: 'known', lastSeen: STORY_BEGINS - 7_200_000 }), 'away, heard 2 h ago'],
    ] as const) {
      expect(plain([statusBar(told(start, open, { type: 'peers', peers: [of] }), 100, MONO)])).toContain(
        `bob · ${words}`,
      );
    }
  });

  test('a lost node is all it speaks of, and how to get it back', () => {
    const gone = told(start, { type: 'gone', why: 'it was stopped' });
    for (const cols of [100, 40]) expect(plain([statusBar(gone, cols, MONO)])).toMatch(/the node is gone.*Alt\+R/);
  });
});

describe('the list of chats', () => {
  test('shows what is unread, and a mark where we are named', () => {
    const event = { type: 'message', ...message(1, { kind: 'direct', to: PEOPLE.ann, text: '@ann' }) } as const;
    expect(plain(sidebar(told(start, { type: 'node', event }), { cols: 22, rows: 20 }, MONO))).toMatch(/2 bob +1! │/);
  });

  test('a count stands apart from the name before it, however long that is', () => {
    const far = PEOPLE.carol;
    const event = {
      type: 'message',
      ...message(1, { kind: 'direct', from: far, to: PEOPLE.ann, fromName: '~Zoë Müller.endy' }),
    } as const;
    for (const cols of [17, 19, 20, 21, 22]) {
      const shown = plain(sidebar(told(start, { type: 'node', event }), { cols, rows: 30 }, MONO));
      expect(shown).toMatch(/~Z.*endy 1 │/);
    }
  });

  test('keeps the open one in sight, however many there are', () => {
    const many = Array.from({ length: 60 }, (_, n) => ({
      id: `${n}`,
      kind: 'direct' as const,
      name: `p${n}`,
      unread: 0,
    }));
    const state = told(
      start,
      { type: 'conversations', conversations: many },
      { type: 'opened', id: '50', kind: 'direct', name: 'p50' },
    );
    expect(plain(sidebar(state, { cols: 22, rows: 12 }, MONO))).toContain('p50');
  });
});

describe('the prompt', () => {
  const written = (text: string): ViewState => ({ ...start, prompt: typeInto(start.prompt, text) });

  test('puts the caret behind wide characters', () => {
    expect(prompt(written('你好 x'), { cols: 60, rows: 1 }, MONO)).toMatchObject({
      lines: ['❯ 你好 x'],
      caret: { x: 8, y: 0 },
    });
  });

  test('grows with its text to eight rows, and shows those round the caret', () => {
    const state = written(Array.from({ length: 20 }, (_, n) => `row ${n}`).join('\n'));
    const rows = layout(state).prompt;
    const { lines: shown, caret } = prompt(state, { cols: 60, rows }, MONO);
    expect([rows, shown.length, caret?.y]).toEqual([8, 8, 7]);
    expect(shown.at(-1)).toContain('row 19');
  });
});

describe('the store', () => {
  test.each([100, 60, 52])('has every column whole at %i columns', async (cols) => {
    const state = await annsScreen();
    const shown = plain(
      store(state, { name: 'store', chosen: undefined, shows: OURS.store }, { cols, rows: 20 }, MONO),
    );
    expect(shown).toMatch(/EXPIRES IN/);
    expect(shown).not.toContain('…');
  });
});

describe('completions', () => {
  test('show the chosen one among at most eight', () => {
    const candidates = Array.from({ length: 30 }, (_, n) => ({ text: `name${n}`, about: HOSTILE[0]! }));
    const shown = completions(
      { from: 0, to: 0, candidates, typed: '', caret: 0, chosen: 25, listed: true, hint: '' },
      { cols: 40, rows: 20 },
      MONO,
    );
    expect(shown.length).toBe(8);
    expect(plain(shown)).toMatch(/▸ name25/);
    for (const line of shown) expect(width(line)).toBe(40);
  });
});

describe('the layout', () => {
  test('has a wide list from 90 columns, a narrow one from 70, none below', () => {
    for (const [cols, list] of [
      [100, 22],
      [90, 22],
      [70, 17],
      [69, 0],
    ] as const) {
      expect(layout({ ...start, size: { cols, rows: 30 } }).list).toBe(list);
    }
  });

  test('always adds up to the screen', () => {
    for (const rows of [3, 5, 8, 30]) {
      for (const cols of [10, 40, 100]) {
        const error = { kind: 'error', text: 'nobody called bbo · did you mean bob?' } as const;
        const state = told(start, { type: 'resized', cols, rows }, { type: 'said', banner: error });
        const { main, banner, prompt: below } = layout(state);
        expect(main.rows + banner.length + 1 + below).toBe(rows);
      }
    }
  });
});
