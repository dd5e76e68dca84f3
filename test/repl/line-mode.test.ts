import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiEvent } from '../../src/api/schema.ts';
import { lineMode } from '../../src/repl/line-mode.ts';
import type { InputLine } from '../../src/repl/lines.ts';
import { FakeNode } from '../support/fake-node.ts';
import { GENERAL, messageId, PEOPLE, STORY_BEGINS } from '../support/fake-people.ts';
import { tempSettings } from '../support/temp-settings.ts';

/** Input that a test writes to, line by line, and ends. */
class Script implements AsyncIterable<InputLine> {
  readonly #lines: (InputLine | 'end')[] = [];
  #wake = () => {};

  type(...lines: readonly string[]): void {
    this.#lines.push(...lines.map((text) => ({ text })));
    this.#wake();
  }
  end(): void {
    this.#lines.push('end');
    this.#wake();
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<InputLine> {
    for (;;) {
      const line = this.#lines.shift();
      if (line === 'end') return;
      if (line) yield line;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

type Said = { readonly type: string; readonly [key: string]: unknown };

let api: FakeNode;
let input: Script;
let printed: string[];
let timers: { readonly ms: number; readonly then: () => void }[];
beforeEach(() => {
  api = new FakeNode({ delivery: 'by hand' });
  input = new Script();
  printed = [];
  timers = [];
});

const start = (json = true, aloud = false) =>
  lineMode({
    api,
    greeting: { version: '0.1.0', settings: {} },
    json,
    ascii: false,
    aloud,
    settings: tempSettings(),
    lingerMs: 5000,
    lines: input,
    print: (line) => printed.push(line),
    now: () => STORY_BEGINS,
    after: (ms, then) => {
      const timer = { ms, then };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  });

/** What was said after those who were there already. */
const said = (): readonly Said[] => everything().filter((_line, at) => at === 0 || at > PRESENT);
const everything = (): readonly Said[] => printed.map((line) => JSON.parse(line) as Said);
/** bob and carol are connected when the story begins. */
const PRESENT = 2;
/** Lets everything happen that needs no time. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const lineOf = (text: string) => api.book.messages.find((message) => message.text.startsWith(text));

describe('line mode in JSON', () => {
  test('the first line says who, where and which process', async () => {
    const end = start();
    input.end();
    expect(await end).toMatchObject({ ok: true });
    expect(said()[0]).toEqual({
      type: 'ready',
      id: PEOPLE.ann,
      name: 'ann',
      home: '/home/ann/.local/share/qpc',
      pid: 4121,
      addresses: ['127.0.0.1:7000'],
      version: '0.1.0',
    });
  });

  test('who is connected already is told as if it happened now', async () => {
    const end = start();
    input.end();
    await end;
    expect(everything().slice(1)).toMatchObject([
      { type: 'peer', id: PEOPLE.bob, name: 'bob', state: 'connected', address: '127.0.0.1:7002', at: STORY_BEGINS },
      { type: 'peer', name: '~carol.k7qd', state: 'connected' },
    ]);
  });

  test('each input line gives exactly one reply, in order', async () => {
    const lines = [
      '/mesh ping bob',
      '',
      'text',
      '/nonsense',
      '/chat bob',
      'hello',
      '/mesh channels',
      '//slash',
      '/quit',
    ];
    input.type(...lines);
    const end = start();
    await settle();
    for (const timer of timers) timer.then();
    await end;
    const replies = said().filter(({ type }) => type === 'reply');
    expect(replies.map(({ command, ok }) => [command, ok])).toEqual([
      ['/mesh ping', true],
      ['/chat', false],
      ['/chat', false],
      ['/nonsense', false],
      ['/chat', true],
      ['/chat', true],
      ['/mesh channels', true],
      ['/chat', true],
      ['/quit', true],
    ]);
    expect(replies[2]).toMatchObject({ error: { code: 'E_NO_CONVERSATION' } });
    expect(replies[5]).toMatchObject({ result: { id: messageId(8), state: 'queued' } });
  });

  test('messages, deliveries, peers and notices are lines as they come', async () => {
    const end = start();
    await settle();
    api.receive('bob', 'hi\nthere');
    api.emit({ type: 'peer', id: PEOPLE.dora, name: 'dora', state: 'connected', source: 'manual', at: STORY_BEGINS });
    api.emit({ type: 'notice', level: 'warn', code: 'CLOCK', message: 'the clock jumped' });
    input.end();
    await end;
    expect(said().slice(1)).toMatchObject([
      {
        type: 'message',
        id: messageId(8),
        kind: 'direct',
        from: PEOPLE.bob,
        fromName: 'bob',
        text: 'hi\nthere',
        hops: 1,
      },
      { type: 'peer', name: 'dora', state: 'connected' },
      { type: 'notice', level: 'warn', code: 'CLOCK' },
    ]);
  });

  test('news of a message never comes before the reply that names it', async () => {
    const call = api.call.bind(api);
    api.call = async (method, params) => {
      const answer = await call(method, params);
      if (method === 'send') api.deliver(messageId(8), 'sent');
      return answer;
    };
    input.type('/mesh send bob hi');
    input.end();
    await start();
    expect(said().map(({ type }) => type)).toEqual(['ready', 'reply', 'delivery']);
  });

  test('a line that is too long has its reply too', async () => {
    input.type(`/mesh send bob ${'x'.repeat(200_000)}`);
    input.end();
    await start();
    expect(said()[1]).toMatchObject({ type: 'reply', ok: false, error: { code: 'E_TOO_LARGE' } });
  });

  test('settings that differ from the running node are notices', async () => {
    const end = lineMode({
      api,
      greeting: { version: '0.1.0', settings: { listen: '127.0.0.1:1' } },
      json: true,
      ascii: false,
      aloud: false,
      settings: tempSettings(),
      lingerMs: 0,
      lines: input,
      print: (line) => printed.push(line),
      now: () => STORY_BEGINS,
      after: () => () => {},
    });
    input.end();
    await end;
    expect(everything()[1]).toMatchObject({
      type: 'notice',
      level: 'warn',
      message: expect.stringContaining('--listen'),
    });
  });
});

describe('the end of input', () => {
  test('waits for what is queued, until it has left', async () => {
    input.type('/mesh send bob hi');
    input.end();
    const end = start();
    await settle();
    expect(timers).toHaveLength(1);
    api.deliver(messageId(8), 'carried');
    expect(await end).toMatchObject({ ok: true });
    expect(timers).toHaveLength(0);
    expect(said().at(-1)).toMatchObject({ type: 'delivery', state: 'carried' });
  });

  test('but no longer than --linger', async () => {
    input.type('/mesh send dora are you there');
    input.end();
    const end = start();
    await settle();
    expect(timers.map(({ ms }) => ms)).toEqual([5000]);
    timers[0]?.then();
    expect(await end).toMatchObject({ ok: true });
  });

  test('waits for nothing when everything has left, even if the news was missed', async () => {
    input.type('/mesh send bob hi');
    const end = start();
    await settle();
    api.book.messages[8] = { ...api.book.messages[8]!, state: 'sent' };
    input.end();
    expect(await end).toMatchObject({ ok: true });
    expect(timers).toHaveLength(0);
  });

  test('a node that is gone ends it, whatever is typed', async () => {
    const end = start();
    await settle();
    api.die('killed');
    expect(await end).toMatchObject({ ok: false, error: { code: 'E_NODE_GONE' } });
  });
});

describe('line mode in words', () => {
  test('one line an event; control characters are shown, and nothing moves the cursor', async () => {
    const end = start(false);
    await settle();
    api.receive('bob', 'two\nlines \u001b]0;title\u0007 \u009b2J');
    api.emit({
      type: 'peer',
      id: PEOPLE.carol,
      name: '~\u001b[31mcarol\r',
      state: 'discovered',
      source: 'mdns',
      at: STORY_BEGINS,
    });
    input.type('/mesh send bob hi', '', '/nope');
    input.end();
    await settle();
    for (const timer of timers) timer.then();
    await end;
    expect(printed).toEqual([
      `ready: ann ${PEOPLE.ann} on 127.0.0.1:7000, qpc 0.1.0`,
      '08:00 bob is connected at 127.0.0.1:7002 (manual)',
      '08:00 ~carol.k7qd is connected at 127.0.0.1:7003 (mdns)',
      '08:00 bob: two\\u{a}lines \\u{1b}]0;title\\u{7} \\u{9b}2J',
      '08:00 ~\\u{1b}[31mcarol\\u{d} is near (mdns)',
      `⇡ ${messageId(9).slice(0, 6)} queued for bob`,
      '✗ no such command /nope · /help lists them   (// sends text that starts with a slash)',
    ]);
  });

  test('what a person was shown counts as read, conversation by conversation; what a program was told does not', async () => {
    const asked = () => api.calls.flatMap(({ method, params }) => (method === 'markRead' ? [params] : []));
    const end = start(false);
    await settle();
    for (const text of ['one', 'two', 'three']) api.receive('bob', text);
    api.receive('carol', 'four', { channel: 'general' });
    await settle();
    expect(asked().filter((params) => JSON.stringify(params).includes(PEOPLE.bob)).length).toBeLessThanOrEqual(2);
    expect(asked()).toContainEqual({ where: GENERAL });
    expect([...api.book.unread.values()].every((count) => count === 0)).toBe(true);
    input.end();
    await end;

    const before = asked().length;
    input = new Script();
    const program = start();
    await settle();
    api.receive('bob', 'five');
    input.end();
    await program;
    expect(asked()).toHaveLength(before);
  });

  test('says what is missing from whom, and that it has come', async () => {
    const end = start(false);
    await settle();
    const gap = { type: 'gap', id: messageId(9), from: PEOPLE.bob, fromName: 'bob', to: PEOPLE.ann } as const;
    api.emit({ ...gap, missing: 2 });
    api.emit({ ...gap, to: GENERAL, channel: 'general', missing: 0 });
    input.end();
    await end;
    expect(printed.slice(-2)).toEqual([
      '08:00 2 missing from bob',
      '08:00 #general what was missing from bob has come',
    ]);
  });

  test('words do not say twice that a message is queued', async () => {
    const end = start(false);
    await settle();
    input.type('/mesh send bob hi');
    await settle();
    api.deliver(messageId(8), 'queued');
    api.deliver(messageId(8), 'delivered');
    input.end();
    await end;
    expect(printed.filter((line) => line.includes(messageId(8).slice(0, 6)))).toEqual([
      `⇡ ${messageId(8).slice(0, 6)} queued for bob`,
      expect.stringContaining('delivered'),
    ]);
  });

  test('what is done here to a line is said by the reply alone, what others do is an event', async () => {
    const end = start(false);
    const [theirs, ours] = ['since 06:05', 'then the map'].map((text) => lineOf(text));
    input.type('/chat bob', '/edit ^ then the map was right', '/react ^ 👍', '/delete ^2');
    await settle();
    api.amend('bob', theirs!.id, { what: 'edited', text: 'since 06:10' });
    input.end();
    await settle();
    for (const timer of timers) timer.then();
    await end;
    const about = printed.filter((line) => /line|words|👍|takes back/.test(line));
    expect(about).toEqual([
      expect.stringMatching(`^⇡ [0-9a-f]{6} queued, gives ${ours!.id.slice(0, 6)} other words$`),
      expect.stringMatching(`^⇡ [0-9a-f]{6} queued, 👍 for ${theirs!.id.slice(0, 6)}$`),
      expect.stringMatching(/^⇡ [0-9a-f]{6} queued, takes back [0-9a-f]{6}: /),
      expect.stringMatching(/^\d\d:\d\d bob edited the line of \d\d:\d\d: since 06:10$/),
    ]);
  });

  test('what takes long is a line at each quarter and at its end; that somebody is writing is none', async () => {
    const progress = { type: 'progress', task: '1', what: 'writing mail.qpc', unit: 'bytes', of: 1000 } as const;
    const at = (done: number, over = false): ApiEvent => ({
      ...{ ...progress, done, over, startedAt: STORY_BEGINS - 2000, at: STORY_BEGINS },
    });
    const typing = { type: 'typing', from: PEOPLE.bob, fromName: 'bob', where: PEOPLE.bob, at: STORY_BEGINS } as const;
    const news = [at(100), at(260), at(300), typing, at(510), at(990), at(1000), at(1000, true)];
    const end = start(false);
    await settle();
    const before = printed.length;
    for (const event of news) api.emit(event);
    input.end();
    await end;
    expect(printed.slice(before)).toEqual([
      '08:00 writing mail.qpc: 25 percent',
      '08:00 writing mail.qpc: 50 percent',
      '08:00 writing mail.qpc: 75 percent',
      '08:00 writing mail.qpc: done, 1.0 kB in 2 s',
    ]);

    input = new Script();
    printed = [];
    const program = start();
    await settle();
    for (const event of news) api.emit(event);
    input.end();
    await program;
    expect(said().filter(({ type }) => type === 'progress' || type === 'typing')).toHaveLength(news.length);
  });

  test('to whom it is read aloud, everything is a sentence, and names who it is about', async () => {
    const end = start(false, true);
    await settle();
    input.type('/mesh send bob hi');
    await settle();
    api.deliver(messageId(8), 'delivered');
    input.end();
    await end;
    const id = messageId(8).slice(0, 6);
    expect(printed).toEqual([
      'ready: ann on 127.0.0.1:7000, qpc 0.1.0',
      '08:00 bob is connected',
      '08:00 ~carol.k7qd is connected',
      `message ${id} queued for bob`,
      `08:00 your message ${id} was delivered to bob`,
    ]);
  });

  test('JSON carries hostile text whole, and no control character as itself', async () => {
    const end = start();
    await settle();
    const text = '\u001b[2J\u007f\u009b6n\u202e\u2028\u{e0041}\ud800';
    api.receive('bob', text);
    input.end();
    await end;
    expect(printed.at(-1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u);
    expect(said().at(-1)).toMatchObject({ text });
  });
});
