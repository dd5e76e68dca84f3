import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiEvent } from '../../src/api/schema.ts';
import { eventLine } from '../../src/commands/event-line.ts';
import { runLine } from '../../src/commands/run-line.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { LineContext } from '../../src/repl/line-context.ts';
import { FakeNode } from '../support/fake-node.ts';
import { GENERAL, messageId, PEOPLE, STORY_BEGINS } from '../support/fake-people.ts';
import { tempSettings } from '../support/temp-settings.ts';

/*
 * Line mode for those who do not see the screen: what happens is a sentence, and nothing that is printed is drawn.
 */

let context: LineContext;
beforeEach(() => {
  context = new LineContext({ ascii: false, aloud: true, now: () => STORY_BEGINS, settings: tempSettings() });
  context.learn([
    { id: PEOPLE.bob, name: 'bob' },
    { id: GENERAL, name: '#general' },
  ]);
});

const heard = (event: ApiEvent): string => eventLine(event, context);

/** A line of the story that comes in now. */
function message(more: object = {}) {
  const line = {
    id: messageId(9),
    kind: 'channel',
    from: PEOPLE.bob,
    fromName: 'bob',
    to: GENERAL,
    channel: 'general',
  };
  return { ...line, text: 'on it', created: STORY_BEGINS, received: STORY_BEGINS, hops: 1, ...more } as const;
}
const event = (more: object = {}): ApiEvent => ({ type: 'message', ...message(more) }) as ApiEvent;
const direct = { kind: 'direct', to: PEOPLE.ann, channel: undefined };

describe('events are sentences', () => {
  test('somebody wrote, here or to you, or in answer to something', () => {
    expect(heard(event())).toBe('08:00 bob wrote in general: on it');
    expect(heard(event(direct))).toBe('08:00 bob wrote to you: on it');
    expect(heard(event({ re: { id: messageId(1), from: PEOPLE.ann, fromName: 'ann', text: 'who?' } }))).toBe(
      '08:00 bob wrote in general, in answer to "who?": on it',
    );
  });

  test('what you wrote says where, and how far it is', () => {
    const own = { from: PEOPLE.ann, fromName: 'ann', hops: 0, state: 'queued' };
    expect(heard(event(own))).toBe(`08:00 you wrote in general: on it (message ${messageId(9).slice(0, 6)}, queued)`);
    expect(heard(event({ ...own, ...direct, to: PEOPLE.bob }))).toContain('you wrote to bob: on it');
  });

  test.each([
    ['queued', 'is queued for bob'],
    ['carried', 'is carried by others for bob'],
    ['sent', 'was sent to bob'],
    ['delivered', 'was delivered to bob'],
    ['read', 'was read by bob'],
    ['expired', 'has expired on its way to bob'],
    ['refused', 'was refused on its way to bob: too large'],
  ] as const)('%s', (state, words) => {
    const detail = state === 'refused' ? { detail: 'too large' } : {};
    expect(heard({ type: 'delivery', id: messageId(9), to: PEOPLE.bob, state, at: STORY_BEGINS, ...detail })).toBe(
      `08:00 your message ${messageId(9).slice(0, 6)} ${words}`,
    );
  });

  test('whom it was for is left out when nobody knows a name', () => {
    const told = heard({ type: 'delivery', id: messageId(9), to: PEOPLE.dora, state: 'sent', at: STORY_BEGINS });
    expect(told).toBe(`08:00 your message ${messageId(9).slice(0, 6)} was sent`);
  });

  test('lines that change', () => {
    const by = { from: PEOPLE.bob, fromName: 'bob' };
    const changed = (by: object): ApiEvent => ({ type: 'changed', ...message(), by }) as unknown as ApiEvent;
    expect(heard(changed({ ...by, what: 'edited' }))).toBe('08:00 bob edited the line of 08:00 in general: on it');
    expect(heard(changed({ ...by, what: 'deleted' }))).toBe('08:00 bob took back the line of 08:00 in general');
    expect(heard(changed({ ...by, what: 'reacted', sign: '👍' }))).toBe(
      '08:00 bob reacted with 👍 to the line "on it" of bob',
    );
  });

  test('who comes and goes, what is missing, what the node says', () => {
    const bob = { type: 'peer', id: PEOPLE.bob, name: 'bob', source: 'manual', at: STORY_BEGINS } as const;
    expect(heard({ ...bob, state: 'connected', address: '127.0.0.1:7002' })).toBe('08:00 bob is connected');
    const gap = {
      type: 'gap',
      id: messageId(9),
      from: PEOPLE.bob,
      fromName: 'bob',
      to: GENERAL,
      channel: 'general',
    } as const;
    expect(heard({ ...gap, missing: 2 })).toBe('08:00 in general, 2 missing from bob');
    expect(heard({ type: 'notice', level: 'info', code: 'X', message: 'so it is' })).toBe('08:00 note: so it is');
  });

  test('text of others is not touched, but for what a terminal would obey', () => {
    expect(heard(event({ text: 'a · b → c ✓ \u001b[2J' }))).toBe('08:00 bob wrote in general: a · b → c ✓ \\u{1b}[2J');
  });
});

describe('time', () => {
  test('as ISO 8601 once it is set so, at once', () => {
    expect(context.change('time', 'iso').ok).toBe(true);
    expect(heard(event())).toBe('2026-11-20T08:00:00Z bob wrote in general: on it');
  });
});

describe('answers', () => {
  /** Arrows, lines, boxes, blocks, shapes, ticks, braille; and the signs that stand between our own words. */
  const DRAWN = /[\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2800-\u28ff·…»«│]/;

  test('no answer and no refusal of any command draws', async () => {
    const api = new FakeNode({ delivery: 'by hand' });
    const lines = COMMANDS.filter(({ on, name }) => on === 'node' && name !== 'quit').flatMap(({ name, examples }) => [
      `/${name}`,
      `/help ${name}`,
      ...examples.filter((example) => example.startsWith('/') && !example.includes('--svg')),
    ]);
    expect(lines.length).toBeGreaterThan(80);
    for (const line of [...lines, '/nope', 'text', '/etc/passwd', '/set theme blue', '/mesh peers now']) {
      const { lines: said } = await runLine(line.replace('👍', ':tada:'), api, context);
      for (const one of said) expect(one, line).not.toMatch(DRAWN);
    }
  });

  test('what is wrong is said in words, and what to do after a comma', async () => {
    const { lines } = await runLine('/ping bbo', new FakeNode(), context);
    expect(lines).toEqual(['error: nobody called bbo, /contacts lists 2']);
  });

  test('where only ASCII can be shown, our own signs are ASCII too', async () => {
    const ascii = new LineContext({ ascii: true, aloud: false, now: () => STORY_BEGINS, settings: tempSettings() });
    const { lines } = await runLine('/chat', Object.assign(new FakeNode(), {}), ascii);
    for (const line of [...lines, ...(await runLine('/mesh store', new FakeNode(), ascii)).lines])
      expect(line).toMatch(/^[\x20-\x7e]*$/);
  });
});
