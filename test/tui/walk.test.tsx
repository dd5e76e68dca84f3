import { describe, expect, test, vi } from 'vitest';
import type { NodeApi, Result } from '../../src/api/schema.ts';
import { SCREEN_PATIENCE_MS } from '../../src/core/base/limits.ts';
import { FakeNode } from '../support/fake-node.ts';
import { PEOPLE } from '../support/fake-people.ts';
import { asked, sit } from './sit.tsx';

describe('writing', () => {
  test('what is typed is sent on Enter, even glued to it, and its tick changes in place', async () => {
    using ann = await sit();
    ann.type('good morning\r');
    await ann.until(/ann │ good morning +⇡/);
    const [row] = ann.lines().flatMap((line, y) => (line.includes('good morning') ? [y] : []));
    ann.node.deliver(ann.node.book.messages.at(-1)!.id, 'delivered');
    await ann.until(/good morning +✓✓/);
    expect(ann.line(row!)).toContain('good morning');
    expect(ann.line(-1)).toMatch(/^❯ write to #general/);
  });

  test('a refused line stays in the prompt, with the reason above', async () => {
    using ann = await sit();
    ann.type('/mehs peers\r');
    await ann.until('✗ no such command /mehs');
    expect(ann.line(-1)).toBe('❯ /mehs peers');
    expect(asked(ann.node, 'send').length + asked(ann.node, 'broadcast').length).toBe(0);
    ann.type('x');
    await ann.until(() => !ann.text().includes('no such command'));
  });

  test('the caret stands behind what is typed, in cells', async () => {
    using ann = await sit();
    ann.type('你好 x');
    await ann.until('❯ 你好 x');
    expect(ann.cursor()).toEqual({ x: 8, y: 23 });
  });

  test('Ctrl+J makes a line, ↑ moves in the text before it goes back to what was sent', async () => {
    using ann = await sit();
    ann.type('first\r');
    await ann.until(/first +⇡/);
    ann.type('one\ntwo');
    await ann.until(() => ann.line(-1) === '  two');
    ann.press('Up', 'Up');
    await ann.until(() => ann.line(-1) === '❯ first');
    ann.press('Down');
    await ann.until(() => ann.line(-2) === '❯ one');
  });
});

describe('pasting', () => {
  test('several lines are one draft and nothing is sent', async () => {
    using ann = await sit();
    ann.paste('one\rtwo\rthree');
    await ann.until('three');
    expect(ann.line(-3)).toBe('❯ one');
    expect(asked(ann.node, 'broadcast')).toEqual([]);
    ann.press('Enter');
    await ann.until(() => asked(ann.node, 'broadcast').length === 1);
    expect(asked(ann.node, 'broadcast')).toEqual([{ topic: '#general', text: 'one\ntwo\nthree' }]);
  });

  test('several lines that begin with a command never run; a second Enter sends them as text', async () => {
    using ann = await sit();
    ann.paste('/quit\r/quit\r');
    await ann.until('❯ /quit');
    ann.press('Enter');
    await ann.until('several lines are never run');
    expect(ann.hasLeft()).toBe(false);
    ann.press('Enter');
    await ann.until(() => asked(ann.node, 'broadcast').length === 1);
    expect(asked(ann.node, 'broadcast')).toEqual([{ topic: '#general', text: '/quit\n/quit' }]);
  });

  test('nor do they when they are many and shown folded', async () => {
    using ann = await sit();
    ann.paste('/quit\r'.repeat(40));
    await ann.until('pasted 40 lines');
    ann.press('Enter');
    await ann.until('several lines are never run');
    expect(ann.hasLeft()).toBe(false);
  });

  test('control characters of a paste reach neither the prompt nor the terminal', async () => {
    using ann = await sit();
    ann.paste('safe\x1b]0;owned\x07\x1b[31m text');
    await ann.until('❯ safe]0;owned[31m text');
    expect(ann.raw).not.toContain('owned\x07');
  });
});

describe('sending from elsewhere', () => {
  test('what is said above the prompt says how far the message is now', async () => {
    using ann = await sit();
    ann.type('/mesh send dora are you there\r');
    await ann.until(/^· ⇡ [0-9a-f]{6} queued for dora/m);
    ann.node.deliver(ann.node.book.messages.at(-1)!.id, 'delivered');
    await ann.until(/^· ✓✓ [0-9a-f]{6} delivered for dora/m);
  });

  test('the first message of somebody who has nothing open opens its conversation', async () => {
    using ann = await sit();
    Object.assign(ann.session.state, { open: undefined, conversations: [] });
    ann.type('/mesh send dora first\r');
    await ann.until(/ann │ first +⇡/);
    expect(ann.text()).not.toContain('queued for');
  });

  test('whoever joins a channel reads it, and is told so', async () => {
    using ann = await sit();
    ann.type('/mesh subscribe hills\r');
    await ann.until(/^ #hills · channel/m);
    await ann.until('you now read #hills');
  });

  test('an answer of two lines about what was done needs no view of its own', async () => {
    using ann = await sit();
    ann.type('/mesh broadcast valley hello all\r');
    await ann.until('you now read #valley');
    expect(ann.text()).not.toContain('Esc back');
  });

  test('/chat alone lists the conversations', async () => {
    using ann = await sit();
    ann.type('/chat\r');
    await ann.until(/^ \/chat .*Esc back/m);
  });
});

describe('moving', () => {
  test('Alt+2 opens the second chat, which tells the node what has been read', async () => {
    using ann = await sit();
    ann.node.receive('bob', 'are you there?');
    await ann.until(/2 bob +1/);
    ann.press('M-2');
    await ann.until('are you there?');
    await ann.until(/then the map is right.*\n.*─ 1 new ─/);
    expect(asked(ann.node, 'markRead')).toContainEqual({ where: PEOPLE.bob });
    await ann.until(() => !/2 bob +1/.test(ann.text()));
  });

  test('Alt+A goes where there is news', async () => {
    using ann = await sit();
    ann.node.receive('dora', 'back again');
    await ann.until(/dora +1/);
    ann.press('M-a');
    await ann.until('dora · away, heard 26 h ago');
  });

  test('nothing is marked as read while the terminal is not looked at', async () => {
    using ann = await sit();
    ann.session.tell({ type: 'focus', focused: false });
    const before = asked(ann.node, 'markRead').length;
    ann.node.receive('bob', 'psst', { channel: 'general' });
    await ann.until('psst');
    expect(asked(ann.node, 'markRead').length).toBe(before);
    ann.session.tell({ type: 'focus', focused: true });
    await ann.until(() => asked(ann.node, 'markRead').length === before + 1);
  });

  test('older lines are read from the node as the reader scrolls up, newest first', async () => {
    using ann = await sit({ rows: 12 });
    for (let n = 0; n < 400; n++) ann.node.receive('bob', `line ${n}`, { channel: 'general' });
    await ann.until('line 399');
    ann.session.tell({ type: 'returned' });
    await ann.until(() => asked(ann.node, 'history').length >= 2);
    ann.press('M-Home');
    ann.session.tell({ type: 'anchored', at: 'oldest' });
    await ann.until(/who runs the relay/);
    ann.press('Esc');
    await ann.until('line 399');
  });

  test('a narrower and wider window leaves the same screen', async () => {
    using ann = await sit();
    const before = ann.text();
    ann.resize({ cols: 50, rows: 10 });
    await ann.until(() => !ann.text().includes('NEARBY'));
    expect(ann.lines().length).toBe(10);
    ann.resize({ cols: 100, rows: 24 });
    await ann.until('NEARBY');
    expect(ann.text()).toBe(before);
  });
});

describe('views', () => {
  for (const [key, words] of [
    ['M-p', /Peers — 2 connected, 1 away/],
    ['M-s', /Carried for others/],
    ['M-i', /compare these words aloud/],
    ['M-h', /type to search keys and commands/],
    ['C-g', /a few letters of a chat/],
    ['M-m', /Mesh map — 2 nodes within 1 hop/],
    ['?', /next chat with news/],
  ] as const) {
    test(`${key} opens, Esc goes back`, async () => {
      using ann = await sit({ rows: 32 });
      ann.press(key);
      await ann.until(words);
      ann.press('Esc');
      await ann.until('thanks');
    });
  }

  for (const [glued, words] of [
    ['\x1b\x06', /Search in #general/],
    ['\x1b/', /accept +let a stranger/],
  ] as const) {
    test(`Esc and ${JSON.stringify(glued.slice(1))} in one moment are two keys`, async () => {
      using ann = await sit();
      ann.press('M-i');
      await ann.until(/compare these words aloud/);
      ann.type(glued);
      await ann.until(words);
      expect(ann.text()).not.toContain('compare these words aloud');
    });
  }

  test('in the peers Enter begins a chat with the chosen one', async () => {
    using ann = await sit();
    ann.press('M-p');
    await ann.until('~carol.k7qd');
    ann.type('/caro');
    await ann.until(/\/ caro/);
    ann.press('Enter', 'Enter');
    await ann.until('Nothing has been said with ~carol.k7qd yet');
  });

  test('an answer of several lines is a view to scroll, one of one line stands above the prompt', async () => {
    using ann = await sit();
    ann.type('/mesh route\r');
    await ann.until(/^ \/mesh route .*Esc back/);
    ann.press('Esc');
    ann.type('/mesh ping bob\r');
    await ann.until(/^· bob answered in 2.4 ms/m);
  });
});

describe('an answer of one line that is too long to stand above the prompt', () => {
  test('is a view too, so that nothing of it is cut off', async () => {
    using ann = await sit({ cols: 60 });
    const last = 'everything';
    const call = ann.node.call.bind(ann.node);
    const paragraph = `${'bob is not connected. '.repeat(12)}${last}`;
    const why: Result<'why'> = { paragraph, findings: [] };
    const long = (async (method, params) =>
      method === 'why' ? { ok: true, result: why } : call(method, params)) as NodeApi['call'];
    vi.spyOn(ann.node, 'call').mockImplementation(long);
    ann.type('/mesh why bob\r');
    await ann.until(/^ \/mesh why bob .*Esc back/);
    await ann.until(last);
  });
});

describe('completing', () => {
  test('a slash shows what there is, Tab puts it in, Esc takes it out', async () => {
    using ann = await sit();
    ann.type('/ver');
    await ann.until(/verify +/);
    ann.press('Tab');
    await ann.until('❯ /verify');
    ann.type('b');
    await ann.until(/ bob +/);
    ann.press('Tab');
    await ann.until('❯ /verify bob');
  });

  test('Tab goes round the candidates', async () => {
    using ann = await sit();
    ann.type('/mesh p');
    await ann.until(/peers +.*\n.*ping/);
    ann.press('Tab');
    await ann.until('❯ /mesh peers');
    ann.press('Tab');
    await ann.until('❯ /mesh ping');
    ann.press('Esc');
    await ann.until(() => ann.line(-1) === '❯ /mesh p');
  });
});

describe('leaving', () => {
  test('Ctrl+C clears the line first, then asks for a second one', async () => {
    using ann = await sit();
    ann.type('draft');
    await ann.until('❯ draft');
    ann.press('C-c');
    await ann.until('write to #general');
    ann.press('C-c');
    await ann.until('Ctrl+C again to quit');
    expect(ann.hasLeft()).toBe(false);
    ann.press('C-c');
    await ann.until(ann.hasLeft);
  });

  test('/quit leaves', async () => {
    using ann = await sit();
    ann.type('/quit\r');
    await ann.until(ann.hasLeft);
  });
});

describe('a node that does not answer', () => {
  test('is said after a while, and taken back when it answers', async () => {
    using ann = await sit();
    const { promise: awake, resolve: wake } = Promise.withResolvers<void>();
    const call = ann.node.call.bind(ann.node);
    ann.node.call = async (...asked) => {
      await awake;
      return call(...asked);
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const refreshed = ann.session.link.refresh();
    vi.advanceTimersByTime(SCREEN_PATIENCE_MS);
    vi.useRealTimers();
    await ann.until('! the node does not answer');
    wake();
    await refreshed;
    await ann.until(() => !ann.text().includes('does not answer'));
  });
});

describe('a lost node', () => {
  test('is said, keeps what is typed, and comes back with Alt+R', async () => {
    const again = new FakeNode();
    using ann = await sit({ reconnect: async () => again });
    ann.type('half a thought');
    // Keys take a turn to come to the prompt; what is lost with the node must have been there.
    await ann.until('❯ half a thought');
    ann.node.die('it was stopped');
    await ann.until('the node is gone: it was stopped');
    expect(ann.line(-1)).toBe('❯ half a thought');
    ann.press('M-r');
    await ann.until('◉ 2 peers');
    ann.press('Enter');
    await ann.until(() => asked(again, 'broadcast').length === 1);
  });
});
