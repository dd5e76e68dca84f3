import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../src/api/shapes.ts';
import { SCREEN_EARLY_NEWS_MAX, SCREEN_LINES_IDLE, SCREEN_LINES_MAX } from '../../src/core/base/limits.ts';
import type { Conversation } from '../../src/tui/reading/conversations.ts';
import { openConversation, type ViewState } from '../../src/tui/screen-state.ts';
import type { ViewEvent } from '../../src/tui/view-state.ts';
import { annsScreen, GENERAL, message, PEOPLE, told } from './story.ts';

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

const heard = (of: Message): ViewEvent => ({ type: 'node', event: { type: 'message', ...of } });
const delivery = (id: string, state: NonNullable<Message['state']>): ViewEvent => ({
  type: 'node',
  event: { type: 'delivery', id, to: GENERAL, state, at: 0 },
});
const conversation = (state: ViewState, id = GENERAL): Conversation => state.conversations.find((c) => c.id === id)!;
const direct = (index: number, of: Partial<Message> = {}): Message =>
  message(index, { kind: 'direct', to: PEOPLE.ann, ...of });

describe('messages', () => {
  test('arrive in their conversation, once', () => {
    const state = told(start, heard(message(1)), heard(message(1)));
    expect(conversation(state).messages.filter((m) => m.text === 'line 1').length).toBe(1);
  });

  test('count as unread where nobody looks, and name us with a mark', () => {
    const state = told(start, heard(direct(1)), heard(direct(2, { text: 'hey @ann, there?' })));
    expect(conversation(state, PEOPLE.bob)).toMatchObject({ unread: 2, mentions: 1 });
    expect(conversation(told(start, heard(message(1)))).unread).toBe(0);
  });

  test('count as unread in the open conversation too, when the reader is away, scrolled up or in another view', () => {
    const scrolled = told(start, { type: 'resized', cols: 100, rows: 4 }, { type: 'scrolled', rows: -1 });
    const elsewhere = told(start, { type: 'pane', pane: { name: 'identity' } });
    const away = told(start, { type: 'focus', focused: false });
    for (const state of [scrolled, elsewhere, away]) {
      expect(conversation(told(state, heard(message(1))))).toMatchObject({ unread: 1, fresh: message(1).id });
    }
  });

  test('@anna is not us', () => {
    expect(conversation(told(start, heard(direct(1, { text: '@anna hi' }))), PEOPLE.bob).mentions).toBe(0);
  });

  test('of ours from another screen are not news', () => {
    const state = told(start, heard(direct(1, { from: PEOPLE.ann, to: PEOPLE.bob, state: 'queued' })));
    expect(conversation(state, PEOPLE.bob)).toMatchObject({ unread: 0 });
  });

  test('are under the name that their author has now, as are quotes of them', () => {
    const answer = message(2, { re: { id: message(1).id, from: PEOPLE.bob, fromName: 'bob', text: 'line 1' } });
    const before = told(start, heard(message(1)), heard(answer));
    const peers = before.peers.map((peer) => (peer.id === PEOPLE.bob ? { ...peer, name: 'robert' } : peer));
    const bob = before.peers.find(({ id }) => id === PEOPLE.bob)!;
    const event = { type: 'peer', id: bob.id, name: 'robert', state: 'connected', source: 'mdns', at: 0 } as const;
    const byList = told(before, { type: 'peers', peers });
    const byNews = told(before, { type: 'node', event });
    for (const state of [byList, byNews]) {
      expect(conversation(state).messages.slice(-2)).toMatchObject([
        { fromName: 'robert' },
        { fromName: 'robert', re: { fromName: 'robert' } },
      ]);
    }
  });

  test('of somebody new make a conversation, at the end of the list', () => {
    const state = told(start, heard(direct(1, { from: PEOPLE.carol, fromName: '~carol.k7qd' })));
    expect(state.conversations.at(-1)).toMatchObject({ id: PEOPLE.carol, name: '~carol.k7qd', unread: 1 });
  });
});

describe('delivery', () => {
  const own = message(1, { from: PEOPLE.ann, state: 'queued' });
  const stateAfter = (...events: ViewEvent[]): Message['state'] =>
    conversation(told(start, { type: 'written', message: own }, ...events)).messages.at(-1)?.state;

  test('moves on by its message', () => expect(stateAfter(delivery(own.id, 'delivered'))).toBe('delivered'));
  test('never goes back', () => expect(stateAfter(delivery(own.id, 'read'), delivery(own.id, 'sent'))).toBe('read'));
  test('cannot fail what has arrived', () => {
    expect(stateAfter(delivery(own.id, 'delivered'), delivery(own.id, 'expired'))).toBe('delivered');
  });
  test('may begin again after a failure', () => {
    expect(stateAfter(delivery(own.id, 'expired'), delivery(own.id, 'queued'))).toBe('queued');
  });
  test('of a message that is not on screen changes nothing', () => {
    expect(told(start, delivery('f'.repeat(64), 'read')).conversations).toBe(start.conversations);
  });
  test('that is faster than its message is not lost, and only a bounded part of it is kept', () => {
    const early = told(start, delivery(own.id, 'carried'), { type: 'written', message: own });
    expect(conversation(early).messages.at(-1)?.state).toBe('carried');
    const many = told(start, ...Array.from({ length: 300 }, (_, n) => delivery(`${n}`, 'sent')));
    expect(many.early.length).toBe(SCREEN_EARLY_NEWS_MAX);
  });
});

test('what was done is said until another conversation is opened, what went wrong stays', () => {
  const said = (kind: 'done' | 'error') =>
    told(
      start,
      { type: 'said', banner: { kind, text: 'x' } },
      { type: 'opened', id: PEOPLE.bob, kind: 'direct', name: 'bob' },
    ).banner?.text;
  expect([said('done'), said('error')]).toEqual([undefined, 'x']);
});

describe('a change of ours to a line', () => {
  test('is no longer pending once the node says that it left', () => {
    const edited = { id: 'e'.repeat(64), at: 0, state: 'queued' } as const;
    const state = told(start, { type: 'written', message: message(1, { from: PEOPLE.ann, state: 'read', edited }) });
    const line = conversation(told(state, delivery(edited.id, 'sent'))).messages.at(-1);
    expect(line).toMatchObject({ state: 'read', edited: { state: 'sent' } });
  });
});

describe('conversations', () => {
  test('keep their place when the list is read again', () => {
    const list = [...start.conversations].reverse().map(({ id, kind, name, unread }) => ({ id, kind, name, unread }));
    const state = told(start, { type: 'conversations', conversations: list });
    expect(state.conversations.map((c) => c.id)).toEqual(start.conversations.map((c) => c.id));
  });

  test('that the node has no more go, unless open', () => {
    const state = told(start, { type: 'conversations', conversations: [] });
    expect(state.conversations.map((c) => c.id)).toEqual([GENERAL]);
  });

  test('show a rule above what was unread when the reader came, until they leave', () => {
    const heardTwo = told(start, heard(direct(1)), heard(direct(2)));
    const there = told(heardTwo, { type: 'opened', id: PEOPLE.bob, kind: 'direct', name: 'bob' });
    expect(openConversation(there)?.fresh).toBe(message(1).id);
    const seen = told(there, { type: 'seen', id: PEOPLE.bob });
    expect(openConversation(seen)).toMatchObject({ unread: 0, fresh: message(1).id });
    const back = told(seen, { type: 'opened', id: GENERAL, kind: 'channel', name: '#general' });
    expect(conversation(back, PEOPLE.bob).fresh).toBeUndefined();
  });

  test('find the rule in a page of history by the number of unread lines of others', () => {
    const list = [{ id: PEOPLE.dora, kind: 'direct', name: 'dora', unread: 2 } as const];
    const page = [
      direct(1, { from: PEOPLE.dora }),
      direct(2, { from: PEOPLE.dora }),
      direct(3, { from: PEOPLE.ann, to: PEOPLE.dora, state: 'sent' }),
      direct(4, { from: PEOPLE.dora }),
    ];
    const state = told(
      start,
      { type: 'conversations', conversations: list },
      { type: 'opened', id: PEOPLE.dora, kind: 'direct', name: 'dora' },
      { type: 'page', id: PEOPLE.dora, page: { messages: page, more: false } },
    );
    expect(openConversation(state)?.fresh).toBe(page[1]?.id);
  });

  test('hold a bounded number of lines; the oldest leave and can be read again', () => {
    const many = Array.from({ length: SCREEN_LINES_MAX + 10 }, (_, n) => heard(message(n + 1)));
    const state = told(start, ...many);
    expect(conversation(state)).toMatchObject({ history: 'more' });
    expect(conversation(state).messages.length).toBeLessThanOrEqual(SCREEN_LINES_MAX);
    expect(conversation(state).messages.length).toBeGreaterThan(SCREEN_LINES_MAX * 0.8);
    const left = told(state, { type: 'opened', id: PEOPLE.bob, kind: 'direct', name: 'bob' });
    expect(conversation(left).messages.length).toBe(SCREEN_LINES_IDLE);
  });

  test('that come while the reader is in the past of a full one leave what is read where it is', () => {
    const room = SCREEN_LINES_MAX - conversation(start).messages.length;
    const many = Array.from({ length: room }, (_, n) => heard(message(n + 1)));
    const up = told(start, ...many, { type: 'scrolled', rows: -1_000_000 });
    const news = Array.from({ length: 100 }, (_, n) => heard(message(10_000 + n)));
    const after = told(up, ...news);
    expect(conversation(after).messages === conversation(up).messages).toBe(true);
    expect(conversation(after)).toMatchObject({ newer: true, unread: 100 });
  });

  test('take a line once, wherever it stands among those that are held', () => {
    const many = Array.from({ length: 300 }, (_, n) => heard(message(n + 1)));
    const state = told(
      start,
      ...many,
      heard(message(1)),
      heard(message(150)),
      heard(message(300)),
      heard(message(299)),
    );
    expect(new Set(conversation(state).messages.map(({ id }) => id)).size).toBe(conversation(state).messages.length);
  });

  test('are in the order of rank and id once they are read again, however they came', () => {
    const [late, early] = [heard(message(5)), heard(message(3))];
    const shown = conversation(told(start, late, early));
    expect(shown.messages.slice(-2).map(({ rank }) => rank)).toEqual([14, 12]);
    const state = told(start, late, early, {
      type: 'page',
      id: GENERAL,
      page: { messages: [message(4)], more: false },
    });
    expect(
      conversation(state)
        .messages.slice(-3)
        .map(({ rank }) => rank),
    ).toEqual([12, 13, 14]);
  });

  test('take older pages in front, without repeating what is known', () => {
    const older = [message(-30), message(-20)];
    const page = { messages: [...older, ...conversation(start).messages.slice(0, 2)], more: true };
    const state = told(start, { type: 'page', id: GENERAL, page });
    expect(conversation(state).messages.slice(0, 2)).toEqual(older);
    expect(new Set(conversation(state).messages.map((m) => m.id)).size).toBe(conversation(state).messages.length);
  });
});

describe('scrolling', () => {
  const long = (): ViewState => told(start, ...Array.from({ length: 200 }, (_, n) => heard(message(n + 1))));

  test('up and down again is back at the newest', () => {
    const up = told(long(), { type: 'scrolled', rows: -50 });
    expect(up.anchor).toBeDefined();
    expect(told(up, { type: 'scrolled', rows: 50 }).anchor).toBeUndefined();
  });

  test('what arrives does not move what is read', () => {
    const up = told(long(), { type: 'scrolled', rows: -50 });
    expect(told(up, heard(message(300))).anchor).toEqual(up.anchor);
  });

  test('stops at the oldest line with the pane full', () => {
    const top = told(long(), { type: 'scrolled', rows: -10_000 });
    expect(told(top, { type: 'scrolled', rows: -5 }).anchor).toEqual(top.anchor);
    expect(told(long(), { type: 'anchored', at: 'oldest' }).anchor).toEqual(top.anchor);
  });

  test('does nothing where all lines are in sight', () => {
    expect(told(start, { type: 'scrolled', rows: -5 }).anchor).toBeUndefined();
  });
});

describe('the node', () => {
  test('that is gone leaves everything on screen; when it is back, lines are read again', () => {
    const gone = told(start, { type: 'gone', why: 'it was stopped' });
    expect(gone.gone).toBe('it was stopped');
    expect(gone.prompt).toBe(start.prompt);
    const refused: ViewEvent = { type: 'said', banner: { kind: 'error', text: 'the connection to the node broke' } };
    const back = told(gone, refused, { type: 'returned' });
    expect(back).toMatchObject({ gone: undefined, banner: undefined });
    expect(conversation(back)).toMatchObject({ history: 'wanted', messages: conversation(start).messages });
  });

  test('is heard when it warns', () => {
    const event = { type: 'notice', level: 'warn', code: 'X', message: 'no multicast here' } as const;
    expect(told(start, { type: 'node', event }).banner).toEqual({ kind: 'warning', text: 'no multicast here' });
  });
});
