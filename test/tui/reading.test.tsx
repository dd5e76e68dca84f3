import { describe, expect, test, vi } from 'vitest';
import { TYPING_SHOWN_MS } from '../../src/core/base/limits.ts';
import type { FakeNode } from '../support/fake-node.ts';
import { GENERAL, PEOPLE, STORY_BEGINS } from '../support/fake-people.ts';
import { asked, sit } from './sit.tsx';

const general = { channel: 'general' } as const;

/** `#general` with so many lines of bob. */
const long =
  (count: number) =>
  (node: FakeNode): void => {
    for (let n = 0; n < count; n++)
      node.receive('bob', `line ${n} about the ${n % 100 === 0 ? 'lantern' : 'weather'}`, general);
    node.receive('bob', 'thanks', general);
    node.book.unread.clear();
  };

describe('a chosen message', () => {
  test('is marked, ↑ and ↓ choose another, letters that do something are named, Esc ends it', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until(/▸07:59 .*thanks/);
    await ann.until(/▸ ↑↓ choose · y copy · r reply · \+ react · i details · Esc done/);
    ann.press('Up');
    await ann.until(/▸07:57 .*I can hear it/);
    await ann.until(/e edit · d delete/);
    ann.press('Esc');
    await ann.until(() => !ann.text().includes('↑↓ choose'));
    expect(ann.text()).not.toContain('▸');
  });

  test('is copied with y through OSC 52, and how many characters is said', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('y copy');
    ann.type('y');
    await ann.until('✓ copied 6 characters (OSC 52)');
    expect(ann.emitted).toEqual([`\x1b]52;c;${Buffer.from('thanks').toString('base64')}\x1b\\`]);
  });

  test('inside tmux the copy is handed through', async () => {
    using ann = await sit({ env: { TMUX: '/tmp/tmux-1/default,1,0', TERM: 'tmux-256color' } });
    ann.press('M-v');
    await ann.until('y copy');
    ann.type('y');
    await ann.until('allow-passthrough');
    expect(ann.emitted[0]).toMatch(/^\x1bPtmux;\x1b\x1b\]52;c;dGhhbmtz\x1b\x1b\\\x1b\\$/);
  });

  test('is answered with r: what it says stands above the prompt, and the answer names it', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('r reply');
    ann.type('r');
    await ann.until(/↳ ~carol.k7qd: thanks · Esc: no answer\n❯/);
    ann.type('you are welcome\r');
    await ann.until(/┌ ~carol.k7qd: thanks *\n.*ann │ you are welcome/);
    expect(asked(ann.node, 'broadcast')).toEqual([
      { topic: '#general', text: 'you are welcome', re: ann.node.book.messages[7]!.id },
    ]);
    expect(ann.text()).not.toContain('↳');
  });

  test('Esc ends the answer, and the text stays', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('r reply');
    ann.type('r');
    await ann.until('↳');
    ann.type('half a thou');
    await ann.until('❯ half a thou');
    ann.press('Esc');
    await ann.until(() => !ann.text().includes('↳'));
    expect(ann.line(-1)).toBe('❯ half a thou');
  });

  test('of ours is edited with e: its words come into the prompt, the draft comes back afterwards', async () => {
    using ann = await sit();
    ann.type('a draft');
    await ann.until('❯ a draft');
    ann.press('M-v');
    await ann.until('↑↓');
    ann.press('Up');
    await ann.until('e edit');
    ann.type('e');
    await ann.until('❯ I can hear it from here');
    await ann.until('↳ editing your line');
    ann.type(' too\r');
    await ann.until(/I can hear it from here too \(edited ⇡\)/);
    await ann.until('❯ a draft');
  });

  test('Esc leaves an edit, the draft is back, and undo has the words', async () => {
    using ann = await sit();
    ann.type('a draft');
    await ann.until('❯ a draft');
    ann.press('M-v');
    await ann.until('↑↓');
    ann.press('Up');
    await ann.until('e edit');
    ann.type('e');
    await ann.until('editing');
    ann.type('!');
    await ann.until('from here!');
    ann.press('Esc');
    await ann.until(() => ann.line(-1) === '❯ a draft');
    ann.press('C-_');
    await ann.until('❯ I can hear it from here!');
  });

  test('of ours is deleted with d, which asks once', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('↑↓');
    ann.press('Up');
    await ann.until('d delete');
    ann.type('d');
    await ann.until('take this line back?');
    ann.type('n');
    await ann.until('d delete');
    expect(asked(ann.node, 'delete')).toEqual([]);
    ann.type('d');
    await ann.until('take this line back?');
    ann.type('d');
    await ann.until('deleted by you ⇡');
  });

  test('gets a sign with + and a digit, or by its name', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('+ react');
    ann.type('+');
    await ann.until('react: 1 👍');
    ann.type('1');
    await ann.until(/thanks *\n.*│ 👍 1/);
    ann.press('M-v');
    await ann.until('+ react');
    ann.type('+');
    await ann.until('react: 1 👍');
    ann.type(':tada:');
    await ann.until('react with :tada: · Enter');
    ann.press('Enter');
    await ann.until(/│ 🎉 1/);
  });

  test('links are opened only on Enter in the line that shows all of the address and its host', async () => {
    using ann = await sit();
    ann.node.receive('bob', 'see https://wiki.example/route?x=1, ann', general);
    await ann.until('wiki.example');
    ann.press('M-v');
    await ann.until('o open link');
    ann.type('o');
    await ann.until('open https://wiki.example/route?x=1 at wiki.example? · Enter opens it');
    ann.press('Esc');
    await ann.until('o open link');
    expect(ann.links).toEqual([]);
    ann.type('o');
    await ann.until('Enter opens it');
    ann.press('Enter');
    await ann.until('✓ opened https://wiki.example/route?x=1');
    expect(ann.links).toEqual(['https://wiki.example/route?x=1']);
  });

  test('that failed is sent again or discarded with x', async () => {
    using ann = await sit();
    ann.type('is anybody there\r');
    await ann.until(/anybody there +⇡/);
    ann.press('M-v');
    await ann.until('x send again, discard');
    ann.type('x');
    await ann.until('s sends it again · x discards it');
    ann.type('x');
    await ann.until(/anybody there +✗/);
  });

  test('g goes to what it answers, however far back', async () => {
    using ann = await sit({ prepare: long(1_000) });
    ann.node.receive('bob', 'so it is', general, ann.node.book.messages[20]!.id);
    await ann.until('so it is');
    ann.press('M-v');
    await ann.until('g what it answers');
    ann.type('g');
    await ann.until(/▸.*line 12 about/);
    ann.press('Esc');
    ann.press('Esc');
    await ann.until('so it is');
  });

  test('unfolds with Enter when it is long', async () => {
    using ann = await sit({ rows: 60 });
    ann.node.receive('bob', Array.from({ length: 50 }, (_, n) => `row ${n}`).join('\n'), general);
    await ann.until('30 more lines');
    ann.press('M-v');
    await ann.until('↑↓ choose');
    ann.press('Enter');
    await ann.until('row 49');
  });

  test('says why a letter does nothing for it, and that what is typed is not written', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('↑↓ choose');
    ann.type('e');
    await ann.until('e does nothing here: only lines of yours can be edited');
    ann.type('k');
    await ann.until('letters act on the chosen line now · Esc, then write');
    expect(ann.session.state.prompt.editor.text).toBe('');
  });

  test('does not stand in the way of other keys', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.until('↑↓ choose');
    ann.press('M-p');
    await ann.until(/Peers —/);
    ann.press('Esc');
    await ann.until('thanks');
    ann.type('hi');
    await ann.until('❯ hi');
  });
});

describe('searching', () => {
  test('finds as it is typed, shows where the words stand, goes there and back', async () => {
    using ann = await sit({ prepare: long(1_000) });
    ann.press('C-f');
    await ann.until(/Search in #general .*Esc back/);
    ann.type('lantern');
    await ann.until('1 of 10, the newest first');
    await ann.until(/▸ .*line 900 about the lantern/);
    ann.press('Down', 'Down');
    await ann.until(/▸ .*line 700/);
    ann.press('Enter');
    await ann.until(/▸.*line 700 about the lantern/);
    await ann.until('n next hit');
    ann.type('n');
    await ann.until(/▸.*line 600 about the lantern/);
    ann.press('Esc');
    await ann.until('4 of 10, the newest first');
    ann.press('Esc');
    await ann.until('thanks');
    expect(ann.text()).not.toContain('lantern');
  });

  test('reads further hits as they come into sight', async () => {
    using ann = await sit({ prepare: long(400) });
    ann.press('C-f');
    ann.type('weather');
    await ann.until('1 of 50 or more');
    for (let hits = 50; hits < 350; hits += 50) {
      for (let page = 0; page < 6; page++) ann.press('PgDn');
      await ann.until(new RegExp(`of ${hits + 50} or more,`));
    }
    for (let page = 0; page < 6; page++) ann.press('PgDn');
    await ann.until(/of 396,/);
  });

  test('looks through all conversations with Tab, and says where a line is', async () => {
    using ann = await sit();
    ann.press('C-f');
    ann.type('hill');
    await ann.until('nothing found');
    ann.press('Tab');
    await ann.until(/Search in all conversations/);
    await ann.until(/▸ +07:52 +bob +bob +the hill node is back/);
    ann.press('Enter');
    await ann.until(/▸07:52 +bob │ the hill node is back/);
    ann.press('Esc', 'Esc');
    await ann.until('thanks');
  });

  test('takes a paste as words, without what a terminal would obey', async () => {
    using ann = await sit();
    ann.press('C-f');
    await ann.until('from:bob');
    ann.paste('relay\n\x1b]0;owned\x07 school');
    await ann.until(/ \/ relay \]0;owned school/);
    expect(ann.raw).not.toContain('owned\x07');
  });

  test('says what can be typed before anything is, and when nothing is found', async () => {
    using ann = await sit();
    ann.press('C-f');
    await ann.until('from:bob');
    ann.type('xyzzy');
    await ann.until('nothing found');
  });
});

describe('jumping', () => {
  test('Alt+Shift+N and Alt+N go to mentions of us', async () => {
    using ann = await sit({
      prepare: (node) => {
        node.receive('bob', '@ann are you there', general);
        long(60)(node);
      },
    });
    ann.press('M-N');
    await ann.until(/▸.*@ann are you there/);
    ann.press('M-N');
    await ann.until('no mention of you before this one');
    ann.press('M-n');
    await ann.until('no mention of you after this one');
    // In another conversation that would be said of it.
    ann.press('M-2');
    await ann.until(() => !ann.text().includes('no mention of you'));
    ann.press('M-1', 'Esc', 'Esc');
    await ann.until('thanks');
  });

  test('Alt+U goes to the first unread line though it is not held', async () => {
    using ann = await sit({ prepare: long(10) });
    ann.node.receive('dora', 'one');
    await ann.until(/3 dora +1/);
    ann.press('M-3');
    await ann.until(/─ 1 new ─/);
    ann.press('M-u');
    await ann.until('one');
  });
});

describe('a mention before all lines that are held', () => {
  test('is found by searching', async () => {
    using ann = await sit({
      prepare: (node) => {
        node.receive('bob', '@ann are you there', general);
        long(900)(node);
      },
    });
    ann.press('M-N');
    await ann.until(/▸.*@ann are you there/);
    expect(ann.session.state.conversations[0]?.newer).toBe(true);
  });
});

describe('what was done to a line far back', () => {
  test('shows there, and the reader stays', async () => {
    using ann = await sit({ prepare: long(300) });
    for (let page = 0; page < 3; page++) ann.press('PgUp');
    await ann.until('newer lines');
    ann.press('M-v');
    await ann.until('+ react');
    ann.type('+');
    await ann.until('react: 1');
    ann.type('1');
    await ann.until(/│ 👍 1/);
    expect(ann.text()).toContain('newer lines');
    expect(ann.text()).not.toContain('queued');
  });
});

describe('a chat with far more news than a page', () => {
  test('opens at its newest line, says how many are above, and Alt+U goes to the first', async () => {
    using ann = await sit({
      prepare: (node) => {
        for (let n = 0; n < 900; n++) node.receive('dora', `news ${n}`);
        node.receive('bob', 'thanks', general);
      },
    });
    await ann.until(/dora +99\+/);
    ann.press('M-2');
    await ann.until('↑ 900 new: Alt+U');
    ann.press('M-u');
    await ann.until(/─ 900 new ─+\n.*news 0\n/);
    ann.press('Esc');
    await ann.until('news 899');
  });
});

describe('/mute', () => {
  test('takes the notices of a conversation away, and gives them back', async () => {
    using ann = await sit({ env: { TERM: 'xterm-kitty' } });
    ann.type('/mute bob\r');
    await ann.until('bob gives no notice from now on');
    ann.session.tell({ type: 'focus', focused: false });
    await ann.until(() => ann.session.state.conversations.some(({ muted }) => muted));
    ann.node.receive('bob', 'psst');
    expect(ann.emitted).toEqual([]);
    await ann.until(/2 bob +1 /);
    ann.type('/mute bob\r');
    await ann.until('bob gives notice again');
    await ann.until(() => !ann.session.state.conversations.some(({ muted }) => muted));
    ann.node.receive('bob', 'hello?');
    expect(ann.emitted.length).toBe(1);
  });
});

describe('/copy', () => {
  test('copies the newest line of others', async () => {
    using ann = await sit();
    ann.type('/copy\r');
    await ann.until('✓ copied 6 characters (OSC 52)');
    expect(ann.emitted.length).toBe(1);
  });
});

describe('/search', () => {
  test('shows its hits in the view, in all conversations', async () => {
    using ann = await sit();
    ann.type('/search hill\r');
    await ann.until(/Search in all conversations/);
    await ann.until(/▸ +07:52 +bob +bob +the hill node is back/);
    ann.press('Esc');
    await ann.until('thanks');
  });
});

describe('a draft', () => {
  test('is marked in the list of chats', async () => {
    using ann = await sit();
    ann.type('not yet');
    await ann.until('❯ not yet');
    ann.press('M-2');
    await ann.until(/1 #general +✎ │/);
  });
});

describe('the unread rule', () => {
  test('stands above what came while the terminal was not looked at, and moves when that has been seen', async () => {
    using ann = await sit();
    ann.input.reports.emit('focus', false);
    ann.session.tell({ type: 'focus', focused: false });
    ann.node.receive('bob', 'first', general);
    ann.node.receive('bob', 'second', general);
    await ann.until(/─ 2 new ─+\n.*first\n.*second/);
    expect(asked(ann.node, 'markRead').length).toBe(1);
    ann.session.tell({ type: 'focus', focused: true });
    await ann.until(() => asked(ann.node, 'markRead').length === 2);
    ann.session.tell({ type: 'focus', focused: false });
    ann.node.receive('bob', 'third', general);
    await ann.until(/second\n.*─ 1 new ─+\n.*third/);
  });
});

describe('who is writing', () => {
  test('is said in the status bar, until it has been long enough or the line comes', async () => {
    using ann = await sit();
    const event = { type: 'typing', from: PEOPLE.bob, fromName: 'bob', where: GENERAL, at: STORY_BEGINS } as const;
    ann.node.emit(event);
    await ann.until('bob is writing');
    ann.node.receive('bob', 'there', general);
    await ann.until(() => !ann.text().includes('is writing'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    ann.node.emit(event);
    vi.advanceTimersByTime(200);
    ann.pass(TYPING_SHOWN_MS);
    vi.advanceTimersByTime(TYPING_SHOWN_MS);
    vi.useRealTimers();
    await ann.until(() => !ann.text().includes('is writing'));
  });

  test('is told to the others while we write a text, not a command, at most once in 3 s', async () => {
    using ann = await sit();
    ann.type('/mesh');
    await ann.until('❯ /mesh');
    expect(asked(ann.node, 'typing')).toEqual([]);
    ann.press('C-u');
    ann.type('hello there');
    await ann.until('❯ hello there');
    expect(asked(ann.node, 'typing')).toEqual([{ where: GENERAL }]);
    ann.pass(3_000);
    ann.type('!');
    await ann.until('hello there!');
    expect(asked(ann.node, 'typing').length).toBe(2);
  });
});

describe('a notice on the desktop', () => {
  const kitty = { TERM: 'xterm-kitty' };
  const away = async (asked: Parameters<typeof sit>[0] = {}) => {
    const ann = await sit({ env: kitty, ...asked });
    ann.session.tell({ type: 'focus', focused: false });
    return ann;
  };

  test('is given of what is for us alone and of what names us, once in a while for a conversation', async () => {
    using ann = await away();
    ann.node.receive('bob', 'secret words');
    ann.node.receive('bob', 'more of them');
    ann.node.receive('bob', 'for all', general);
    ann.node.receive('carol', '@ann hello', general);
    expect(ann.emitted.length).toBe(2);
    expect(ann.emitted[0]).toContain('qpc: bob');
    expect(ann.emitted[1]).toMatch(/carol\.k7qd in #general.*calls you/s);
    for (const bytes of ann.emitted) expect(bytes).not.toMatch(/secret|hello/);
    ann.pass(30_000);
    ann.node.receive('bob', 'later');
    expect(ann.emitted.length).toBe(3);
  });

  test('is not given to who looks, who wants none, or over the network', async () => {
    using looking = await sit({ env: kitty });
    looking.node.receive('bob', 'hi');
    using none = await away({ notify: 'off' });
    none.node.receive('bob', 'hi');
    using remote = await away({ env: { ...kitty, SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' } });
    remote.node.receive('bob', 'hi');
    expect([looking.emitted, none.emitted, remote.emitted]).toEqual([[], [], []]);
    using wanted = await away({ notify: 'text', env: { ...kitty, SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' } });
    wanted.node.receive('bob', 'hi');
    expect(wanted.emitted.length).toBe(1);
  });

  test('has the text only where that was asked for, cleaned and short; a bell is only a bell', async () => {
    using ann = await away({ notify: 'text' });
    ann.node.receive('bob', `\x1b]0;owned\x07${'long '.repeat(100)}`);
    expect(ann.emitted[0]).toContain('long long');
    expect(ann.emitted[0]).not.toMatch(/\x1b\]0;|\x07/);
    expect(ann.emitted[0]!.length).toBeLessThan(260);
    using bell = await away({ notify: 'bell' });
    bell.node.receive('bob', 'hi');
    expect(bell.emitted).toEqual(['\x07']);
  });
});

describe('links on the screen', () => {
  test('that are wrapped are one link for the terminal, also after Ink has drawn them', async () => {
    using ann = await sit({ cols: 60, env: { TERM: 'xterm-kitty' } });
    const url = 'https://wiki.example/a/long/path/that/has/to/be/wrapped/at/least/once';
    ann.node.receive('bob', url, general);
    await ann.until(/at\/least\/onc\s+│ e/);
    const links = [...ann.raw.matchAll(/\x1b\]8;([^;]*);([^\x1b\x07]+)(?:\x1b\\|\x07)/g)].map(([, id, to]) => ({
      id,
      to,
    }));
    expect(links.length).toBeGreaterThan(1);
    expect(new Set(links.map(({ id, to }) => `${id} ${to}`)).size).toBe(1);
    expect(links[0]).toMatchObject({ to: url, id: expect.stringMatching(/^id=/) });
    for (const line of ann.lines()) expect(line).not.toContain('8;');
  });
});

describe('what takes long', () => {
  test('is not said of a node that is gone', async () => {
    using ann = await sit();
    const task = { type: 'progress', task: 't', what: 'writing mail.qpc', unit: 'lines', startedAt: 0 } as const;
    ann.node.emit({ ...task, done: 1, at: STORY_BEGINS, over: false });
    await ann.until('writing mail.qpc');
    ann.node.die();
    await ann.until('the node is gone');
    expect(ann.text()).not.toContain('writing mail.qpc');
  });

  test('is said with its rate while it lasts', async () => {
    using ann = await sit();
    const task = {
      type: 'progress',
      task: 't',
      what: 'writing mail.qpc',
      unit: 'bytes',
      startedAt: STORY_BEGINS,
    } as const;
    ann.node.emit({ ...task, done: 12_400_000, of: 40_000_000, at: STORY_BEGINS + 6_000, over: false });
    await ann.until('writing mail.qpc: 12 MB of 40 MB, 2.1 MB/s');
    ann.node.emit({ ...task, done: 40_000_000, of: 40_000_000, at: STORY_BEGINS + 19_000, over: true });
    await ann.until(() => !ann.text().includes('writing mail.qpc'));
  });

  test('a command that is not answered for a second says so; Esc leaves it running and its answer still comes', async () => {
    using ann = await sit();
    const { promise, resolve } = Promise.withResolvers<void>();
    const call = ann.node.call.bind(ann.node);
    let waits = false;
    ann.node.call = async (...asked) => {
      if (asked[0] === 'ping') {
        waits = true;
        await promise;
      }
      return call(...asked);
    };
    ann.type('/mesh ping bob\r');
    await ann.until(() => waits);
    ann.pass(1_000);
    await ann.until(/\/mesh ping bob… 1 s · Esc leaves it running/, 3_000);
    ann.press('Esc');
    await ann.until(() => !ann.text().includes('leaves it running'));
    resolve();
    await ann.until(/^· .*2.4 ms/m);
  });
});

describe('the caret', () => {
  test('is not in the line being written while letters act on a chosen line', async () => {
    using ann = await sit();
    ann.type('abc');
    await ann.until('❯ abc');
    expect(ann.cursor()).toEqual({ x: 5, y: 23 });
    ann.press('M-v');
    await ann.until('↑↓ choose');
    expect(ann.raw.lastIndexOf('\x1b[?25l')).toBeGreaterThan(ann.raw.lastIndexOf('\x1b[?25h'));
    ann.press('Enter');
    await ann.until(() => ann.raw.lastIndexOf('\x1b[?25h') > ann.raw.lastIndexOf('\x1b[?25l'));
  });
});
