import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Draft, Notebook } from '../../../src/api/notebook.ts';
import type { Method, NodeApi } from '../../../src/api/schema.ts';
import { TEXT_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { FileNotebook } from '../../../src/host/profile/notebook.ts';
import { act } from '../../../src/tui/act.ts';
import type { Action } from '../../../src/tui/keys/keys.ts';
import { EMPTY } from '../../../src/tui/line/editor.ts';
import { written } from '../../../src/tui/line/folds.ts';
import type { Session } from '../../../src/tui/session.ts';
import { FakeNode } from '../../support/fake-node.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { asked, holding, sessionOf, sit } from '../sit.tsx';

describe('drafts', () => {
  test('stay with their conversation, with caret and undo, through other chats and views', async () => {
    using ann = await sit();
    ann.type('half a thought');
    await ann.pressed('C-w M-2', 'write to bob');
    ann.type('for bob');
    await ann.pressed('M-1', /❯ half a$/);
    expect(ann.cursor().x).toBe(7 + 2);
    await ann.pressed('C-_', '❯ half a thought');
    await ann.pressed('M-p', 'Peers');
    await ann.pressed('Esc', 'thanks');
    await ann.pressed('M-2', '❯ for bob');
  });

  test('what was killed in one can be put back in another', async () => {
    using ann = await sit();
    ann.type('carry me');
    await ann.pressed('C-u M-2', 'write to bob');
    await ann.pressed('C-y', '❯ carry me');
  });

  test('are there again after the screen was killed, and the node died', async () => {
    const home = tempDir();
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      ann.type('two lines\nof it');
      await ann.pressed('M-2', 'write to bob');
      ann.node.die();
      await ann.typed('for bob');
    }
    using again = await sit({ notebook: new FileNotebook(home) });
    await again.until('❯ two lines');
    expect(again.cursor().x).toBe(5 + 2);
    await again.pressed('M-2', '❯ for bob');
  });

  test('that were sent, or erased, are not there again', async () => {
    const home = tempDir();
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      ann.type('to be sent');
      await ann.pressed('M-2', 'write to bob');
      await ann.typed('to be erased');
    }
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      await ann.until('❯ to be sent');
      await ann.pressed('Enter', /to be sent +⇡/);
      await ann.pressed('M-2', '❯ to be erased');
      await ann.pressed('C-u', 'write to bob');
    }
    expect(new FileNotebook(home).drafts().size).toBe(0);
    expect(new FileNotebook(home).history()).toEqual(['to be sent']);
  });

  test('hold nothing that a terminal would obey, whoever has written into the file', async () => {
    const notebook: Notebook = {
      history: () => ['\x1b[31mold\x07'],
      remember: () => {},
      forget: () => {},
      drafts: () => new Map([['', { text: 'a\x1b]0;owned\x07b', caret: 99 }]]),
      keepDraft: () => {},
    };
    using ann = await sit({ notebook });
    await ann.until('❯ a]0;ownedb');
    await ann.pressed('Up', '❯ [31mold');
  });

  test('while an older line is looked at, what was begun is what is kept', async () => {
    const kept = new Map<string, Draft>();
    const notebook: Notebook = {
      history: () => ['older'],
      remember: () => {},
      forget: () => {},
      drafts: () => new Map(),
      keepDraft: (where, draft) => kept.set(where, draft),
    };
    using ann = await sit({ notebook });
    ann.type('begun');
    await ann.pressed('Up', '❯ older');
    ann.session.stop();
    expect([...kept.values()].map(({ text }) => text)).toEqual(['begun']);
    await ann.pressed('M-2', 'write to bob');
    await ann.pressed('M-1', '❯ begun');
  });

  test('what was typed before anything was open is in the first that opens', async () => {
    const node = new FakeNode();
    const { letGo } = holding(node, 'any');
    const session = sessionOf(node);
    const started = session.start();
    session.writing.type('early bird');
    letGo();
    await started;
    expect(session.state.open).toBeDefined();
    expect(session.state.prompt.editor.text).toBe('early bird');
    session.stop();
  });

  test('a line that was refused comes back to its conversation, wherever the person is by then', async () => {
    using ann = await sit();
    const { letGo } = holding(ann.node, 'broadcast', { code: 'E_FULL', message: 'the store is full' });
    await ann.typed('not lost\r', 'write to #general');
    await ann.pressed('M-2', 'write to bob');
    letGo();
    await ann.until('the store is full');
    expect(ann.prompt()).toContain('write to bob');
    await ann.pressed('M-1', '❯ not lost');
  });

  test('where something else was begun meanwhile, a refused line is one key away', async () => {
    using ann = await sit();
    const { letGo } = holding(ann.node, 'broadcast', { code: 'E_FULL', message: 'full' });
    await ann.typed('not lost\r', 'write to #general');
    ann.type('next');
    letGo();
    await ann.until('full · ↑ brings the line back');
    expect(ann.prompt()).toBe('❯ next');
    await ann.pressed('Up', '❯ not lost');
    await ann.pressed('Down', '❯ next');
  });
});

describe('nothing that was typed is lost', () => {
  type Screen = { readonly session: Session; readonly node: FakeNode; readonly settled: () => Promise<void> };
  type Step = readonly [name: string, run: (screen: Screen) => void | Promise<void>];

  const key = (action: Action) => (screen: Screen) => act(screen.session, action);
  const keys =
    (...actions: readonly Action[]) =>
    (screen: Screen) => {
      for (const action of actions) act(screen.session, action);
    };
  const STEPS: readonly Step[] = [
    ['Esc', key({ name: 'back' })],
    ['chat 1', key({ name: 'open', position: 0 })],
    ['chat 2', key({ name: 'open', position: 1 })],
    ['chat 3', key({ name: 'open', position: 2 })],
    ['peers and back', keys({ name: 'pane', pane: 'peers' }, { name: 'back' })],
    ['help and back', keys({ name: 'pane', pane: 'help' }, { name: 'back' })],
    ['↑↓ and Esc', keys({ name: 'up' }, { name: 'down' }, { name: 'back' })],
    [
      'Ctrl+R and Esc',
      ({ session }) => {
        session.writing.act({ name: 'searchHistory' });
        session.writing.type('la');
        act(session, { name: 'back' });
      },
    ],
    [
      'Tab and Esc',
      async ({ session, settled }) => {
        session.writing.act({ name: 'complete' });
        await settled();
        session.writing.back();
      },
    ],
    [
      'undo and redo',
      keys({ name: 'edit', op: 'undo' }, { name: 'edit', op: 'redo' }, { name: 'edit', op: 'lineEnd' }),
    ],
    ['narrow', ({ session }) => session.tell({ type: 'resized', cols: 20, rows: 5 })],
    ['wide', ({ session }) => session.tell({ type: 'resized', cols: 120, rows: 40 })],
    ['an error', ({ session }) => session.tell({ type: 'said', banner: { kind: 'error', text: 'no' } })],
    ['a message', ({ node }) => void node.receive('bob', 'hi', { channel: 'general' })],
    ['the node dies', ({ node }) => node.die()],
  ];
  const anyStep = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...STEPS) },
    fc.constantFrom('a', 'word ', '@b', '#', ':th', '\n', '/he', '你', '👩‍👧 ').map((text) => text),
  );

  test('by any key that is not for erasing, by another chat, by a view, by a resize, by the death of the node', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
        const node = new FakeNode({ delivery: 'by hand' });
        const session = sessionOf(node);
        const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
        await session.start();
        const texts = new Map<string | undefined, string>();
        try {
          for (const step of steps) {
            const { open } = session.state;
            if (typeof step === 'string') {
              session.writing.type(step);
              texts.set(open, (texts.get(open) ?? '') + step);
            } else await step[1]({ session, node, settled });
            await settled();
            const { prompt, open: now, drafts } = session.state;
            expect(written(prompt.editor)).toBe(texts.get(now) ?? '');
            for (const [where, text] of texts)
              if (where !== now) expect(written(drafts.get(where ?? '') ?? EMPTY)).toBe(text);
          }
        } finally {
          session.stop();
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('what was sent before', () => {
  test('is shared by all conversations and by the next screen', async () => {
    const home = tempDir();
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      await ann.sent('for all');
      await ann.typed('/mesh subscribe hills --key AAAA\r', () => asked(ann.node, 'subscribe').length === 1);
    }
    using again = await sit({ notebook: new FileNotebook(home) });
    await again.pressed('M-2 Up', '❯ for all');
    await again.pressed('Up', '❯ for all');
  });

  test('is not brought back when it was taken back, on this screen and at the next start', async () => {
    const home = tempDir();
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      await ann.sent('kept');
      await ann.sent('hunter2');
      ann.type('/delete ^\r');
      await ann.until(() => new FileNotebook(home).history().join() === 'kept,/delete ^');
      await ann.pressed('Up Up', '❯ kept');
    }
    using again = await sit({ notebook: new FileNotebook(home) });
    await again.pressed('Up Up', '❯ kept');
  });

  test('Ctrl+R finds it by a few letters: Enter takes it, Esc gives back what was being written', async () => {
    using ann = await sit();
    for (const line of ['see the map', 'meet at the post', 'maps are old']) await ann.sent(line);
    ann.type('begun');
    ann.press('C-r');
    await ann.typed('map', /❯ maps are old\n +search map +1 of 3/);
    await ann.pressed('C-r', /❯ see the map\n/);
    expect(ann.cursor()).toEqual({ x: 2 + 'search map'.length, y: 23 });
    await ann.pressed('Esc', '❯ begun');
    ann.press('C-r');
    await ann.typed('mtp', /❯ meet at the post\n/);
    await ann.pressed('Enter', () => ann.prompt() === '❯ meet at the post');
    expect(asked(ann.node, 'broadcast').length).toBe(3);
    await ann.pressed('C-_', '❯ begun');
  });

  test('while it is looked for, Ctrl+D does not quit, ? is a letter, and another chat keeps what was begun', async () => {
    using ann = await sit();
    await ann.sent('why?');
    ann.press('C-r');
    await ann.typed('?', /search \? +1 of 1/);
    await ann.pressed('C-d', 'write to #general');
    ann.type('begun');
    await ann.pressed('C-r M-2', 'write to bob');
    await ann.pressed('M-1', '❯ begun');
  });

  test('the letters looked for are erased by characters as people count them, and by words', async () => {
    using ann = await sit();
    await ann.sent('see the map');
    ann.press('C-r');
    await ann.typed('the 👩‍👧', 'nothing that was sent has these letters');
    await ann.pressed('Backspace', /search the +1 of 1/);
    await ann.typed('map', /search the map +1 of 1/);
    await ann.pressed('C-w', /search the +1 of 1/);
    expect(ann.session.state.prompt.search?.query).toBe('the ');
  });

  test('letters that nothing has are said to have nothing', async () => {
    using ann = await sit();
    await ann.sent('one');
    ann.press('C-r');
    await ann.typed('xyz', 'nothing that was sent has these letters');
    await ann.pressed('C-u Tab', '❯ one');
  });
});

describe('completing', () => {
  test('a text goes out without the blanks at its end, which are there behind every completed name; those before it stay', async () => {
    using ann = await sit();
    ann.type('  see @bob \r');
    await ann.until(() => asked(ann.node, 'broadcast').length === 1);
    expect(asked(ann.node, 'broadcast')[0]).toMatchObject({ text: '  see @bob' });
  });

  test('what goes on stands in grey, → or Tab takes it', async () => {
    using ann = await sit();
    await ann.typed('@bo', '❯ @bob');
    expect(ann.cursor().x).toBe(5);
    await ann.pressed('Right', () => ann.cursor().x === 2 + '@bob: '.length);
    await ann.typed('come to #gen', 'come to #general');
    await ann.pressed('Tab', () => ann.cursor().x === 2 + '@bob: come to #general '.length);
  });

  test('nothing grey is sent', async () => {
    using ann = await sit();
    await ann.typed('@bo', '❯ @bob');
    ann.press('Enter');
    await ann.wentOut('@bo');
  });

  test('Tab again opens the list and goes round, Shift+Tab back, Esc restores what was typed', async () => {
    using ann = await sit();
    ann.type('/verify ');
    await ann.pressed('Tab', () => ann.prompt() === '❯ /verify bob');
    await ann.pressed('Tab', /▸ ~carol.k7qd/);
    expect(ann.prompt()).toBe('❯ /verify ~carol.k7qd');
    await ann.pressed('S-Tab', () => ann.prompt() === '❯ /verify bob');
    await ann.pressed('Esc', () => ann.prompt() === '❯ /verify');
    ann.press('Tab');
    await ann.typed('!', () => ann.prompt() === '❯ /verify bob !');
  });

  test('emoji are listed by name as soon as two letters are there, ↓ and ↑ choose', async () => {
    using ann = await sit();
    await ann.typed('hello :t');
    await ann.typed('h', /:thumbsup: 👍 .*\n.*:thinking: 🤔/);
    // The newest line is above the list, not below it.
    expect(ann.text()).toMatch(/thanks[\s\S]*:thumbsup:/);
    await ann.until('❯ hello :thumbsup: 👍');
    expect(ann.cursor().x).toBe(2 + 'hello :th'.length);
    await ann.pressed('Down', () => ann.prompt() === '❯ hello 👍');
    await ann.pressed('Down', () => ann.prompt() === '❯ hello 🤔');
    await ann.pressed('Up', () => ann.prompt() === '❯ hello 👍');
    ann.press('Enter');
    await ann.wentOut('hello 👍');
  });

  test('a bare word becomes somebody on Tab, and only then', async () => {
    using ann = await sit();
    ann.type('bo');
    await ann.pressed('Tab', '❯ @bob:');
  });

  test('a command says in grey what words it takes, and Tab behind a whole word goes on to the next', async () => {
    using ann = await sit();
    ann.type('/mesh send');
    await ann.pressed('Tab', '❯ /mesh send PEER TEXT…');
    expect(ann.cursor().x).toBe(2 + '/mesh send '.length);
    await ann.typed('b', '❯ /mesh send bob');
    await ann.pressed('Right', '❯ /mesh send bob TEXT…');
    ann.press('Right');
    await ann.typed('hi', '❯ /mesh send bob hi');
  });

  test('what is typed right behind Tab comes behind what it finds, however long that takes', async () => {
    using ann = await sit();
    const call = ann.node.call.bind(ann.node);
    ann.node.call = (async (method: Method, params: never) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return call(method, params);
    }) as NodeApi['call'];
    ann.type('bo\tare you at #gen\tnow?\r');
    await ann.wentOut('@bob: are you at #general now?');
  });

  test('/reply names messages by ^, with what they say', async () => {
    using ann = await sit();
    ann.type('/reply ');
    await ann.pressed('Tab Tab', /▸ \^2 +\S+: /);
  });
});

describe('a line that grows', () => {
  test('↑ climbs rows that are wrapped, in their column, before it goes back to what was sent', async () => {
    using ann = await sit({ cols: 40 });
    await ann.typed(`${'x'.repeat(50)}`, () => ann.cursor().x === 14);
    await ann.pressed('Up', () => ann.cursor().y === 22);
    expect(ann.cursor().x).toBe(14);
    await ann.pressed('Down', () => ann.cursor().y === 23);
  });

  test('says how much of a message it is from four fifths on, and Enter refuses what is too much', async () => {
    using ann = await sit();
    ann.paste(`${'long word '.repeat(5000)}`);
    await ann.until(/50 kB of 61 kB/);
    ann.paste(`${'more words '.repeat(2000)}`);
    await ann.until(/11 kB too long: a message may have 61 kB/);
    await ann.pressed('Enter', 'not sent: 11 kB too long');
    expect(asked(ann.node, 'broadcast')).toEqual([]);
    await ann.pressed('Backspace Enter', () => asked(ann.node, 'broadcast').length === 1);
  });

  test('a message may have exactly its bound', async () => {
    using ann = await sit();
    ann.paste('é'.repeat(TEXT_BYTES_MAX / 2));
    await ann.until('pasted 1 line');
    await ann.typed('x', /1 B too long/);
    await ann.pressed('Backspace Enter', () => asked(ann.node, 'broadcast').length === 1);
  });
});

describe('a paste', () => {
  test('of 5 MB is refused within a second, and what was written stays', async () => {
    using ann = await sit();
    await ann.typed('kept');
    const begun = performance.now();
    ann.paste('0123456789abcde\n'.repeat(330_000));
    await ann.until('not pasted: it is more than this line holds');
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(ann.prompt()).toBe('❯ kept');
  });

  test('that holds the end of a paste is one all the same, and runs nothing', async () => {
    using ann = await sit();
    ann.paste('one\x1b[201~\r/quit\r');
    await ann.until('/quit');
    expect(asked(ann.node, 'broadcast')).toEqual([]);
    expect(ann.line(-2)).toBe('❯ one');
  });
});

describe('$EDITOR', () => {
  const editor = (script: string): Readonly<Record<string, string>> => {
    const path = join(tempDir(), 'editor');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return { EDITOR: path, TMPDIR: tempDir() };
  };

  test('Ctrl+X E hands it the line, and takes what it made of it', async () => {
    using ann = await sit({ env: editor('echo "and more" >> "$1"') });
    ann.type('some');
    ann.press('C-x');
    await ann.typed('e', () => ann.line(-2) === '❯ some');
    expect(ann.prompt()).toBe('  and more');
    await ann.pressed('C-_', () => ann.prompt() === '❯ some');
  });

  test('one that fails leaves the line as it was, and is said to', async () => {
    using ann = await sit({ env: editor('echo lost > "$1"; exit 1') });
    ann.type('kept');
    await ann.pressed('C-x C-e', 'ended with 1: nothing was changed');
    expect(ann.prompt()).toBe('❯ kept');
  });

  test('Ctrl+X and another key do nothing', async () => {
    using ann = await sit();
    ann.press('C-x');
    ann.type('q');
    await ann.typed('a');
  });
});
