import { performance } from 'node:perf_hooks';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/api/shapes.ts';
import { SCREEN_LINES_MAX, SCREEN_PAGE_LINES } from '../../../src/core/base/limits.ts';
import { layout } from '../../../src/tui/layout.ts';
import type { Conversation } from '../../../src/tui/reading/conversations.ts';
import { visible } from '../../../src/tui/reading/scroll.ts';
import { openConversation, type ViewState } from '../../../src/tui/screen-state.ts';
import { Upkeep } from '../../../src/tui/upkeep.ts';
import type { ViewEvent } from '../../../src/tui/view-state.ts';
import { chat } from '../../../src/tui/views/chat.ts';
import { annsScreen, GENERAL, MONO, message, PEOPLE, told } from '../story.ts';

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

/** A conversation of so many lines with the node; the screen reads pages of it as it would over the socket. */
class Past {
  readonly lines: Message[];
  asked = 0;

  constructor(count: number) {
    this.lines = Array.from({ length: count }, (_, n) =>
      message(n, { id: idOf(n), rank: n + 1, text: `line ${n} of the past` }),
    );
  }

  /** The screen after everything that it wants to read now has come. */
  read(state: ViewState): ViewState {
    const events: ViewEvent[] = [];
    const link = {
      page: async (id: string, asked: object) => {
        events.push({ type: 'page', id, page: this.page({ ...asked, limit: SCREEN_PAGE_LINES }), asked });
        this.asked++;
      },
    };
    const upkeep = new Upkeep({ tell: () => {}, state: () => state, emit: () => {}, now: () => 0 });
    upkeep.keep(state, link as unknown as Parameters<Upkeep['keep']>[1]);
    return told(state, ...events);
  }

  page({ before, after, around, limit }: { before?: string; after?: string; around?: string; limit: number }) {
    const at = (id: string): number => this.lines.findIndex((line) => line.id === id);
    const from = after !== undefined ? at(after) + 1 : around !== undefined ? at(around) - (limit >> 1) : undefined;
    const to = from !== undefined ? from + limit : before !== undefined ? at(before) : this.lines.length;
    const first = Math.max(0, from ?? to - limit);
    return { messages: this.lines.slice(first, to), more: first > 0, moreAfter: to < this.lines.length };
  }
}

const idOf = (n: number): string => `${n}`.padStart(64, '0');
const open = (state: ViewState): Conversation => openConversation(state)!;
const inSight = (state: ViewState): string[] => {
  const sight = visible(open(state), state.anchor, layout(state).main)!;
  return open(state)
    .messages.slice(sight.from, sight.to + 1)
    .map(({ id }) => id);
};

/** A screen that has `#general` of `past` open, its newest lines read. */
const reading = (past: Past): ViewState => {
  const empty = start.conversations.map(
    (one): Conversation => ({ ...one, messages: [], history: 'wanted', fresh: undefined }),
  );
  return past.read({ ...start, conversations: empty });
};

describe('a jump', () => {
  test('into the past reads one page round the line, marks it and puts it in the middle', () => {
    const past = new Past(10_000);
    const jumped = told(reading(past), { type: 'sought', line: idOf(1234), mode: 'marked' });
    expect(jumped.seeking?.line).toBe(idOf(1234));
    past.asked = 0;
    const there = past.read(jumped);
    expect(past.asked).toBe(1);
    expect(there).toMatchObject({ chosen: { id: idOf(1234), mode: 'marked' }, seeking: undefined });
    expect(open(there)).toMatchObject({ newer: true, history: 'more' });
    expect(open(there).messages.length).toBeLessThanOrEqual(SCREEN_PAGE_LINES);
    expect(inSight(there)).toContain(idOf(1234));
  });

  test('to a line that is held asks nothing', () => {
    const past = new Past(1_000);
    const there = told(reading(past), { type: 'sought', line: idOf(900), mode: 'keys' });
    expect(there.seeking).toBeUndefined();
    expect(inSight(there)).toContain(idOf(900));
  });

  test('to a line that is nowhere says so and leaves everything as it was', () => {
    const state = reading(new Past(1_000));
    const sought = told(state, { type: 'sought', line: idOf(5_000), mode: 'marked' });
    const page: ViewEvent = {
      type: 'page',
      id: GENERAL,
      page: { messages: [], more: false, moreAfter: false },
      asked: { around: idOf(5_000) },
    };
    const after = told(sought, page);
    expect(after.banner?.text).toBe('that line is not here');
    expect(open(after).messages).toBe(open(state).messages);
  });

  test('that the reader gave up before its page came changes nothing', () => {
    const past = new Past(10_000);
    const sought = told(reading(past), { type: 'sought', line: idOf(50), mode: 'marked' });
    const away = told(sought, { type: 'anchored', at: 'newest' });
    const asked = { around: idOf(50) };
    const after = told(away, { type: 'page', id: GENERAL, page: past.page({ ...asked, limit: 200 }), asked });
    expect(open(after).messages).toBe(open(away).messages);
  });

  test('to the first unread line goes far back when that is where it is', () => {
    const past = new Past(10_000);
    const state = reading(past);
    const fresh = state.conversations.map((one) =>
      one.id === GENERAL ? { ...one, fresh: idOf(20), news: 9_980 } : one,
    );
    const there = past.read(told({ ...state, conversations: fresh }, { type: 'anchored', at: 'fresh' }));
    expect(inSight(there)).toContain(idOf(20));
    expect(chat(there, layout(there).main, MONO).join('\n')).toContain('9980 new');
  });
});

describe('a window of the past', () => {
  const far = (past: Past, line: number): ViewState =>
    past.read(told(reading(past), { type: 'sought', line: idOf(line), mode: 'marked' }));

  test('reads on at its end, page by page, until it has the newest line', () => {
    const past = new Past(1_000);
    let state = far(past, 100);
    for (let key = 0; key < 200 && open(state).newer; key++)
      state = past.read(told(state, { type: 'scrolled', rows: 20 }));
    expect(open(state)).toMatchObject({ newer: false });
    expect(open(state).messages.at(-1)?.id).toBe(idOf(999));
    state = told(state, { type: 'scrolled', rows: 10_000 });
    expect(state.anchor).toBeUndefined();
  });

  test('has neither holes nor doubles, whichever way it grew', () => {
    const past = new Past(3_000);
    let state = far(past, 1_500);
    for (const rows of [-400, -400, 900, 900, -2_000, 3_000])
      state = past.read(told(state, { type: 'scrolled', rows }));
    const ranks = open(state).messages.map(({ rank }) => rank);
    for (let n = 1; n < ranks.length; n++) expect(ranks[n]).toBe(ranks[n - 1]! + 1);
  });

  test('does not take lines that come now, but counts them', () => {
    const past = new Past(1_000);
    const state = far(past, 100);
    const now = told(state, { type: 'node', event: { type: 'message', ...message(5_000, { rank: 5_000 }) } });
    expect(open(now).messages).toBe(open(state).messages);
    expect(open(now).unread).toBe(1);
  });

  test('gives way to the newest lines on Esc, which are read anew; until then it stays on screen', () => {
    const past = new Past(1_000);
    const leaving = told(far(past, 100), { type: 'anchored', at: 'newest' });
    expect(open(leaving).messages.length).toBeGreaterThan(0);
    const newest = past.read(leaving);
    expect(open(newest)).toMatchObject({ newer: false });
    expect(open(newest).messages[0]?.id).toBe(idOf(800));
    expect(inSight(newest)).toContain(idOf(999));
  });

  test('is not the end of the conversation: nothing is seen by standing at its last line', () => {
    const state = far(new Past(1_000), 100);
    const end = told(state, { type: 'scrolled', rows: 10_000 });
    expect(end.anchor).toBeDefined();
    const event = { type: 'message', ...message(5_000, { rank: 5_000 }) } as const;
    expect(open(told(end, { type: 'node', event })).unread).toBe(1);
  });

  test('gives way when the reader writes', () => {
    const past = new Past(1_000);
    const mine = message(5_000, { rank: 5_000, from: PEOPLE.ann, state: 'queued' });
    past.lines.push(mine);
    const written = past.read(told(far(past, 100), { type: 'written', message: mine }));
    expect(inSight(written)).toContain(mine.id);
  });

  test('holds a bounded number of lines however far is scrolled, and stays where the reader is', () => {
    const past = new Past(2 * SCREEN_LINES_MAX);
    let state = reading(past);
    for (let page = 0; page < 2_000 && open(state).history === 'more'; page++) {
      state = past.read(told(state, { type: 'scrolled', rows: -10_000 }));
      expect(open(state).messages.length).toBeLessThanOrEqual(SCREEN_LINES_MAX);
    }
    expect(open(state)).toMatchObject({ history: 'whole', newer: true });
    expect(inSight(told(state, { type: 'scrolled', rows: -10_000 }))).toContain(idOf(0));
  });
});

describe('the node that was gone and is back', () => {
  test('with more than a page of news: who reads the newest lines gets them, who reads the past stays there', () => {
    const past = new Past(1_000);
    const before = reading(past);
    const scrolled = told(before, { type: 'scrolled', rows: -50 });
    past.lines.push(
      ...Array.from({ length: 500 }, (_, n) => message(2_000 + n, { id: idOf(1_000 + n), rank: 1_001 + n })),
    );
    const newest = past.read(told(before, { type: 'returned' }));
    expect(inSight(newest)).toContain(idOf(1_499));
    const still = past.read(told(scrolled, { type: 'returned' }));
    expect(inSight(still)).toEqual(inSight(scrolled));
    expect(open(still).newer).toBe(true);
  });
});

test('a key costs the same at 100,000 lines of history as at 1,000', () => {
  const costOf = (past: Past): number => {
    let state = past.read(told(reading(past), { type: 'sought', line: idOf(500), mode: 'marked' }));
    const times: number[] = [];
    for (let key = 0; key < 60; key++) {
      const began = performance.now();
      state = told(state, { type: 'scrolled', rows: key % 2 === 0 ? -3 : 3 });
      chat(state, layout(state).main, MONO);
      times.push(performance.now() - began);
    }
    return times.toSorted((a, b) => a - b)[30]!;
  };
  const few = costOf(new Past(1_000));
  expect(costOf(new Past(100_000))).toBeLessThan(few * 3 + 1);
});
