import { describe, expect, test, vi } from 'vitest';
import type { Notebook } from '../../../src/api/notebook.ts';
import { TYPING_SHOWN_MS } from '../../../src/core/base/limits.ts';
import type { FakeNode } from '../../support/fake-node.ts';
import { GENERAL, PEOPLE, STORY_BEGINS } from '../../support/fake-people.ts';
import { asked, holding, sit } from '../sit.tsx';

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
    await ann.pressed('M-v', /▸07:59 .*thanks/);
    await ann.until(/▸ ↑↓ choose · y copy · r reply · \+ react · i details · Esc done/);
    await ann.pressed('Up', /▸07:57 .*I can hear it/);
    await ann.until(/e edit · d delete/);
    await ann.pressed('Esc', () => !ann.text().includes('↑↓ choose'));
    expect(ann.text()).not.toContain('▸');
  });

  test('is copied with y through OSC 52, and how many characters is said', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.took('y copy', '✓ copied 6 characters (OSC 52)');
    expect(ann.emitted).toEqual([`\x1b]52;c;${Buffer.from('thanks').toString('base64')}\x1b\\`]);
  });

  test('inside tmux the copy is handed through', async () => {
    using ann = await sit({ env: { TMUX: '/tmp/tmux-1/default,1,0', TERM: 'tmux-256color' } });
    ann.press('M-v');
    await ann.took('y copy', 'allow-passthrough');
    expect(ann.emitted[0]).toMatch(/^\x1bPtmux;\x1b\x1b\]52;c;dGhhbmtz\x1b\x1b\\\x1b\\$/);
  });

  test('is answered with r: what it says stands above the prompt, and the answer names it', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.took('r reply', /↳ ~carol.k7qd: thanks · Esc: no answer\n❯/);
    await ann.typed('you are welcome\r', /┌ ~carol.k7qd: thanks *\n.*ann │ you are welcome/);
    expect(asked(ann.node, 'broadcast')).toEqual([
      { topic: '#general', text: 'you are welcome', re: ann.node.book.messages[7]!.id },
    ]);
    expect(ann.text()).not.toContain('↳');
  });

  test('Esc ends the answer, and the text stays', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.took('r reply', '↳');
    await ann.typed('half a thou');
    await ann.pressed('Esc', () => !ann.text().includes('↳'));
    expect(ann.prompt()).toBe('❯ half a thou');
  });

  test('of ours is edited with e: its words come into the prompt, the draft comes back afterwards', async () => {
    using ann = await sit();
    await ann.typed('a draft');
    await ann.pressed('M-v', '↑↓');
    ann.press('Up');
    await ann.took('e edit', '❯ I can hear it from here');
    await ann.until('↳ editing your line');
    await ann.typed(' too\r', /I can hear it from here too \(edited ⇡\)/);
    await ann.until('❯ a draft');
  });

  test('a screen that is killed during an edit leaves the draft for the next one, and the new words below it', async () => {
    const kept = new Map<string, string>();
    const keepDraft: Notebook['keepDraft'] = (where, { text }) => kept.set(where, text);
    const notebook: Notebook = {
      history: () => [],
      remember: () => {},
      forget: () => {},
      drafts: () => new Map(),
      keepDraft,
    };
    using ann = await sit({ notebook });
    await ann.typed('a draft');
    await ann.pressed('M-v', '↑↓');
    ann.press('Up');
    await ann.took('e edit', '❯ I can hear it from here');
    ann.session.stop();
    expect([...kept.values()]).toEqual(['a draft']);
    ann.type(' too');
    await ann.until('from here too');
    ann.session.stop();
    expect([...kept.values()]).toEqual(['a draft\nI can hear it from here too']);
  });

  test('Esc leaves an edit, the draft is back, and undo has the words', async () => {
    using ann = await sit();
    await ann.typed('a draft');
    await ann.pressed('M-v', '↑↓');
    ann.press('Up');
    await ann.took('e edit', 'editing');
    await ann.typed('!', 'from here!');
    await ann.pressed('Esc', () => ann.prompt() === '❯ a draft');
    await ann.pressed('C-_', '❯ I can hear it from here!');
  });

  test('of ours is deleted with d, which asks once', async () => {
    using ann = await sit();
    await ann.pressed('M-v', '↑↓');
    ann.press('Up');
    await ann.took('d delete', 'take this line back?');
    await ann.typed('n', 'd delete');
    expect(asked(ann.node, 'delete')).toEqual([]);
    await ann.typed('d', 'take this line back?');
    await ann.typed('d', 'deleted by you ⇡');
  });

  test('gets a sign with + and a digit, or by its name', async () => {
    using ann = await sit();
    ann.press('M-v');
    await ann.took('+ react', 'react: 1 👍');
    await ann.typed('1', /thanks *\n.*│ 👍 1/);
    ann.press('M-v');
    await ann.took('+ react', 'react: 1 👍');
    await ann.typed(':tada:', 'react with :tada: · Enter');
    await ann.pressed('Enter', /│ 🎉 1/);
  });

  test('links are opened only on Enter in the line that shows all of the address and its host', async () => {
    using ann = await sit();
    ann.node.receive('bob', 'see https://wiki.example/route?x=1, ann', general);
    await ann.until('wiki.example');
    ann.press('M-v');
    await ann.took('o open link', 'open https://wiki.example/route?x=1 at wiki.example? · Enter opens it');
    await ann.pressed('Esc', 'o open link');
    expect(ann.links).toEqual([]);
    await ann.typed('o', 'Enter opens it');
    await ann.pressed('Enter', '✓ opened https://wiki.example/route?x=1');
    expect(ann.links).toEqual(['https://wiki.example/route?x=1']);
  });

  test('that failed is sent again or discarded with x', async () => {
    using ann = await sit();
    await ann.typed('is anybody there\r', /anybody there +⇡/);
    ann.press('M-v');
    await ann.took('x send again, discard', 's sends it again · x discards it');
    await ann.typed('x', /anybody there +✗/);
  });

  test('g goes to what it answers, however far back', async () => {
    using ann = await sit({ prepare: long(1_000) });
    ann.node.receive('bob', 'so it is', general, ann.node.book.messages[20]!.id);
    await ann.until('so it is');
    ann.press('M-v');
    await ann.took('g what it answers', /▸.*line 12 about/);
    await ann.pressed('Esc Esc', 'so it is');
  });

  test('unfolds with Enter when it is long', async () => {
    using ann = await sit({ rows: 60 });
    ann.node.receive('bob', Array.from({ length: 50 }, (_, n) => `row ${n}`).join('\n'), general);
    await ann.until('30 more lines');
    await ann.pressed('M-v', '↑↓ choose');
    await ann.pressed('Enter', 'row 49');
  });

  test('says why a letter does nothing for it, and that what is typed is not written', async () => {
    using ann = await sit();
    await ann.pressed('M-v', '↑↓ choose');
    await ann.typed('e', 'e does nothing here: only lines of yours can be edited');
    await ann.typed('k', 'letters act on the chosen line now · Esc, then write');
    expect(ann.session.state.prompt.editor.text).toBe('');
  });

  test('does not stand in the way of other keys', async () => {
    using ann = await sit();
    await ann.pressed('M-v', '↑↓ choose');
    await ann.pressed('M-p', /Peers —/);
    await ann.pressed('Esc', 'thanks');
    await ann.typed('hi');
  });
});

describe('searching', () => {
  test('finds as it is typed, shows where the words stand, goes there and back', async () => {
    using ann = await sit({ prepare: long(1_000) });
    await ann.pressed('C-f', /Search in #general .*Esc back/);
    await ann.typed('lantern', '1 of 10, the newest first');
    await ann.until(/▸ .*line 900 about the lantern/);
    await ann.pressed('Down Down', /▸ .*line 700/);
    await ann.pressed('Enter', /▸.*line 700 about the lantern/);
    await ann.took('n next hit', /▸.*line 600 about the lantern/);
    await ann.pressed('Esc', '4 of 10, the newest first');
    await ann.pressed('Esc', 'thanks');
    expect(ann.text()).not.toContain('lantern');
  });

  test('reads further hits as they come into sight', async () => {
    using ann = await sit({ prepare: long(400) });
    ann.press('C-f');
    await ann.typed('weather', '1 of 50 or more');
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
    await ann.typed('hill', 'nothing found');
    await ann.pressed('Tab', /Search in all conversations/);
    await ann.until(/▸ +07:52 +bob +bob +the hill node is back/);
    await ann.pressed('Enter', /▸07:52 +bob │ the hill node is back/);
    await ann.pressed('Esc Esc', 'thanks');
  });

  test('takes a paste as words, without what a terminal would obey', async () => {
    using ann = await sit();
    await ann.pressed('C-f', 'from:bob');
    ann.paste('relay\n\x1b]0;owned\x07 school');
    await ann.until(/ \/ relay \]0;owned school/);
    expect(ann.raw).not.toContain('owned\x07');
  });

  test('says what can be typed before anything is, and when nothing is found', async () => {
    using ann = await sit();
    await ann.pressed('C-f', 'from:bob');
    await ann.typed('xyzzy', 'nothing found');
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
    await ann.pressed('M-N', /▸.*@ann are you there/);
    await ann.pressed('M-N', 'no mention of you before this one');
    await ann.pressed('M-n', 'no mention of you after this one');
    // In another conversation that would be said of it.
    await ann.pressed('M-2', () => !ann.text().includes('no mention of you'));
    await ann.pressed('M-1 Esc Esc', 'thanks');
  });

  test('Alt+U goes to the first unread line though it is not held', async () => {
    using ann = await sit({ prepare: long(10) });
    ann.node.receive('dora', 'one');
    await ann.until(/3 dora +1/);
    await ann.pressed('M-3', /─ 1 new ─/);
    await ann.pressed('M-u', 'one');
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
    await ann.pressed('M-N', /▸.*@ann are you there/);
    expect(ann.session.state.conversations[0]?.newer).toBe(true);
  });
});

describe('what was done to a line far back', () => {
  test('shows there, and the reader stays', async () => {
    using ann = await sit({ prepare: long(300) });
    for (let page = 0; page < 3; page++) ann.press('PgUp');
    await ann.until('newer lines');
    ann.press('M-v');
    await ann.took('+ react', 'react: 1');
    await ann.typed('1', /│ 👍 1/);
    expect(ann.text()).toContain('newer lines');
    expect(ann.text()).not.toContain('queued');
  });
});

describe('a chat with far more news than a page', () => {
  const withNews = (count = 900) =>
    sit({
      prepare: (node) => {
        for (let n = 0; n < count; n++) node.receive('dora', `news ${n}`);
        node.receive('bob', 'thanks', general);
      },
    });

  test('is read from the first of it on, and dora is not told that it was read before the end was in sight', async () => {
    using ann = await withNews();
    const told = () => asked(ann.node, 'markRead').some((where) => JSON.stringify(where).includes(PEOPLE.dora));
    await ann.until(/dora +99\+/);
    await ann.pressed('M-2', /─ 900 new ─+\n.*news 0\n/);
    await ann.pressed('PgDn', 'news 25');
    expect(told()).toBe(false);
    await ann.pressed('Esc', 'news 899');
    await ann.until(told);
  });

  test('says at its end how many are above, and Alt+U goes to the first', async () => {
    using ann = await withNews();
    await ann.until(/dora +99\+/);
    await ann.pressed('M-2', /─ 900 new ─+\n.*news 0\n/);
    await ann.pressed('Esc', '↑ 900 new: Alt+U');
    await ann.pressed('M-u', /─ 900 new ─+\n.*news 0\n/);
  });

  test('counts what comes while it is read, and has no rule any more once it is answered', async () => {
    using ann = await withNews(1);
    await ann.pressed('M-2', /─ 1 new ─/);
    ann.node.receive('dora', 'two');
    await ann.until(/─ 2 new ─/);
    await ann.sent('seen');
    expect(ann.text()).not.toMatch(/\d new/);
  });
});

describe('/mute', () => {
  test('takes the notices of a conversation away, and gives them back', async () => {
    using ann = await sit({ env: { TERM: 'xterm-kitty' } });
    await ann.typed('/mute bob\r', 'bob gives no notice from now on');
    ann.session.tell({ type: 'focus', focused: false });
    await ann.until(() => ann.session.state.conversations.some(({ muted }) => muted));
    ann.node.receive('bob', 'psst');
    expect(ann.emitted).toEqual([]);
    await ann.until(/2 bob +1 /);
    await ann.typed('/mute bob\r', 'bob gives notice again');
    await ann.until(() => !ann.session.state.conversations.some(({ muted }) => muted));
    ann.node.receive('bob', 'hello?');
    expect(ann.emitted.length).toBe(1);
  });
});

describe('/copy', () => {
  test('copies the newest line of others', async () => {
    using ann = await sit();
    await ann.typed('/copy\r', '✓ copied 6 characters (OSC 52)');
    expect(ann.emitted.length).toBe(1);
  });
});

describe('/search', () => {
  test('shows its hits in the view, in all conversations', async () => {
    using ann = await sit();
    await ann.typed('/search hill\r', /Search in all conversations/);
    await ann.until(/▸ +07:52 +bob +bob +the hill node is back/);
    await ann.pressed('Esc', 'thanks');
  });
});

describe('a draft', () => {
  test('is marked in the list of chats', async () => {
    using ann = await sit();
    await ann.typed('not yet');
    await ann.pressed('M-2', /1 #general +✎ │/);
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
    await ann.gone('is writing');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    ann.node.emit(event);
    vi.advanceTimersByTime(200);
    ann.pass(TYPING_SHOWN_MS);
    vi.advanceTimersByTime(TYPING_SHOWN_MS);
    vi.useRealTimers();
    await ann.gone('is writing');
  });

  test('is told to the others while we write a text, not a command, at most once in 3 s', async () => {
    using ann = await sit();
    await ann.typed('/mesh');
    expect(asked(ann.node, 'typing')).toEqual([]);
    ann.press('C-u');
    await ann.typed('hello there');
    expect(asked(ann.node, 'typing')).toEqual([{ where: GENERAL }]);
    ann.pass(3_000);
    await ann.typed('!', 'hello there!');
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
    await ann.gone('writing mail.qpc');
  });

  test('a command that is not answered for a second says so; Esc leaves it running and its answer still comes', async () => {
    using ann = await sit();
    const { waits, letGo } = holding(ann.node, 'ping');
    await ann.typed('/mesh ping bob\r', waits);
    ann.pass(1_000);
    await ann.until(/\/mesh ping bob… 1 s · Esc leaves it running/, 3_000);
    await ann.pressed('Esc', () => !ann.text().includes('leaves it running'));
    letGo();
    await ann.until(/^· .*2.4 ms/m);
  });
});

describe('the caret', () => {
  test('is not in the line being written while letters act on a chosen line', async () => {
    using ann = await sit();
    await ann.typed('abc');
    expect(ann.cursor()).toEqual({ x: 5, y: 23 });
    await ann.pressed('M-v', '↑↓ choose');
    expect(ann.raw.lastIndexOf('\x1b[?25l')).toBeGreaterThan(ann.raw.lastIndexOf('\x1b[?25h'));
    await ann.pressed('Enter', () => ann.raw.lastIndexOf('\x1b[?25h') > ann.raw.lastIndexOf('\x1b[?25l'));
  });
});
