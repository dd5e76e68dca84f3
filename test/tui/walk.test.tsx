import { describe, expect, test, vi } from 'vitest';
import type { NodeApi, Result } from '../../src/api/schema.ts';
import { SCREEN_PATIENCE_MS } from '../../src/core/base/limits.ts';
import { FakeNode } from '../support/fake-node.ts';
import { PEOPLE } from '../support/fake-people.ts';
import { asked, holding, sit } from './sit.tsx';

describe('writing', () => {
  test('what is typed is sent on Enter, even glued to it, and its tick changes in place', async () => {
    using ann = await sit();
    await ann.typed('good morning\r', /ann │ good morning +⇡/);
    const [row] = ann.lines().flatMap((line, y) => (line.includes('good morning') ? [y] : []));
    ann.node.deliver(ann.node.book.messages.at(-1)!.id, 'delivered');
    await ann.until(/good morning +✓✓/);
    expect(ann.line(row!)).toContain('good morning');
    expect(ann.prompt()).toMatch(/^❯ write to #general/);
  });

  test('a refused line stays in the prompt, with the reason above', async () => {
    using ann = await sit();
    await ann.typed('/mehs peers\r', '✗ no such command /mehs');
    expect(ann.prompt()).toBe('❯ /mehs peers');
    expect(asked(ann.node, 'send').length + asked(ann.node, 'broadcast').length).toBe(0);
    await ann.typed('x', () => !ann.text().includes('no such command'));
  });

  test('the caret stands behind what is typed, in cells', async () => {
    using ann = await sit();
    await ann.typed('你好 x');
    expect(ann.cursor()).toEqual({ x: 8, y: 23 });
  });

  test('Ctrl+J makes a line, ↑ moves in the text before it goes back to what was sent', async () => {
    using ann = await sit();
    await ann.sent('first');
    await ann.typed('one\ntwo', () => ann.prompt() === '  two');
    await ann.pressed('Up Up', () => ann.prompt() === '❯ first');
    await ann.pressed('Down', () => ann.line(-2) === '❯ one');
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
    await ann.wentOut('one\ntwo\nthree');
  });

  test('several lines that begin with a command never run; a second Enter sends them as text', async () => {
    using ann = await sit();
    ann.paste('/quit\r/quit\r');
    await ann.until('❯ /quit');
    await ann.pressed('Enter', 'several lines are never run');
    expect(ann.hasLeft()).toBe(false);
    ann.press('Enter');
    await ann.wentOut('/quit\n/quit');
  });

  test('nor do they when they are many and shown folded', async () => {
    using ann = await sit();
    ann.paste('/quit\r'.repeat(40));
    await ann.until('pasted 40 lines');
    await ann.pressed('Enter', 'several lines are never run');
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
    await ann.typed('/mesh send dora are you there\r', /^· ⇡ [0-9a-f]{6} queued for dora/m);
    ann.node.deliver(ann.node.book.messages.at(-1)!.id, 'delivered');
    await ann.until(/^· ✓✓ [0-9a-f]{6} delivered for dora/m);
  });

  test('the same where only ASCII is shown', async () => {
    using ann = await sit({ env: { LANG: 'C' } });
    await ann.typed('/mesh send dora are you there\r', /^- \. [0-9a-f]{6} queued for dora/m);
    ann.node.deliver(ann.node.book.messages.at(-1)!.id, 'delivered');
    await ann.until(/^- ok [0-9a-f]{6} delivered for dora/m);
  });

  test('the first message of somebody who has nothing open opens its conversation', async () => {
    using ann = await sit();
    Object.assign(ann.session.state, { open: undefined, conversations: [] });
    await ann.typed('/mesh send dora first\r', /ann │ first +⇡/);
    expect(ann.text()).not.toContain('queued for');
  });

  test('whoever joins a channel reads it, and is told so', async () => {
    using ann = await sit();
    await ann.typed('/mesh subscribe hills\r', /^ #hills · channel/m);
    await ann.until('you now read #hills');
  });

  test('an answer of two lines about what was done needs no view of its own', async () => {
    using ann = await sit();
    await ann.typed('/mesh broadcast valley hello all\r', 'you now read #valley');
    expect(ann.text()).not.toContain('Esc back');
  });

  test('/chat alone lists the conversations', async () => {
    using ann = await sit();
    await ann.typed('/chat\r', /^ \/chat .*Esc back/m);
  });
});

describe('moving', () => {
  test('Alt+2 opens the second chat, which tells the node what has been read', async () => {
    using ann = await sit();
    ann.node.receive('bob', 'are you there?');
    await ann.until(/2 bob +1/);
    await ann.pressed('M-2', 'are you there?');
    await ann.until(/then the map is right.*\n.*─ 1 new ─/);
    expect(asked(ann.node, 'markRead')).toContainEqual({ where: PEOPLE.bob });
    await ann.until(() => !/2 bob +1/.test(ann.text()));
  });

  test('Alt+A goes where there is news', async () => {
    using ann = await sit();
    ann.node.receive('dora', 'back again');
    await ann.until(/dora +1/);
    await ann.pressed('M-a', 'dora · away, heard 26 h ago');
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
    await ann.pressed('Esc', 'line 399');
  });

  test('a narrower and wider window leaves the same screen', async () => {
    using ann = await sit();
    const before = ann.text();
    ann.resize({ cols: 50, rows: 10 });
    await ann.gone('NEARBY');
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
      await ann.pressed('Esc', 'thanks');
    });
  }

  for (const [glued, words] of [
    ['\x1b\x06', /Search in #general/],
    ['\x1b/', /accept +let a stranger/],
  ] as const) {
    test(`Esc and ${JSON.stringify(glued.slice(1))} in one moment are two keys`, async () => {
      using ann = await sit();
      await ann.pressed('M-i', /compare these words aloud/);
      ann.type(glued);
      await ann.until(words);
      expect(ann.text()).not.toContain('compare these words aloud');
    });
  }

  test('a letter that means nothing among the peers is written, and so is what follows it', async () => {
    using ann = await sit();
    await ann.pressed('M-p', 'Peers');
    ann.type('hello bob');
    await ann.until(/^❯ hello bob/m);
    expect(ann.text()).toContain('thanks');
  });

  test('in the peers Enter begins a chat with the chosen one', async () => {
    using ann = await sit();
    await ann.pressed('M-p', '~carol.k7qd');
    await ann.typed('/caro', /\/ caro/);
    await ann.pressed('Enter Enter', 'Nothing has been said with ~carol.k7qd yet');
  });

  test('an answer of several lines is a view to scroll, one of one line stands above the prompt', async () => {
    using ann = await sit();
    await ann.typed('/mesh route\r', /^ \/mesh route .*Esc back/);
    ann.press('Esc');
    await ann.typed('/mesh ping bob\r', /^· bob answered in 2.4 ms/m);
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
    await ann.typed('/mesh why bob\r', /^ \/mesh why bob .*Esc back/);
    await ann.until(last);
  });
});

describe('completing', () => {
  test('a slash shows what there is, Tab puts it in, Esc takes it out', async () => {
    using ann = await sit();
    await ann.typed('/ver', /verify +/);
    await ann.pressed('Tab', '❯ /verify');
    await ann.typed('b', / bob +/);
    await ann.pressed('Tab', '❯ /verify bob');
  });

  test('Tab goes round the candidates', async () => {
    using ann = await sit();
    await ann.typed('/mesh p', /peers +.*\n.*ping/);
    await ann.pressed('Tab', '❯ /mesh peers');
    await ann.pressed('Tab', '❯ /mesh ping');
    await ann.pressed('Esc', () => ann.prompt() === '❯ /mesh p');
  });
});

describe('leaving', () => {
  test('Ctrl+C clears the line first, then asks for a second one', async () => {
    using ann = await sit();
    await ann.typed('draft');
    await ann.pressed('C-c', 'write to #general');
    await ann.pressed('C-c', 'Ctrl+C again to quit');
    expect(ann.hasLeft()).toBe(false);
    await ann.pressed('C-c', ann.hasLeft);
  });

  test('/quit leaves', async () => {
    using ann = await sit();
    await ann.typed('/quit\r', ann.hasLeft);
  });
});

describe('a node that does not answer', () => {
  test('is said after a while, and taken back when it answers', async () => {
    using ann = await sit();
    const { letGo } = holding(ann.node, 'any');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const refreshed = ann.session.link.refresh();
    vi.advanceTimersByTime(SCREEN_PATIENCE_MS);
    vi.useRealTimers();
    await ann.until('! the node does not answer');
    letGo();
    await refreshed;
    await ann.gone('does not answer');
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
    expect(ann.prompt()).toBe('❯ half a thought');
    await ann.pressed('M-r', '◉ 2 peers');
    await ann.pressed('Enter', () => asked(again, 'broadcast').length === 1);
  });
});
