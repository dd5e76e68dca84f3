import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Draft, Notebook } from '../../src/api/notebook.ts';
import type { Method, NodeApi } from '../../src/api/schema.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { TEXT_BYTES_MAX } from '../../src/core/base/limits.ts';
import { FileNotebook } from '../../src/host/profile/notebook.ts';
import { act } from '../../src/tui/act.ts';
import { App } from '../../src/tui/app.tsx';
import { EMPTY } from '../../src/tui/editor.ts';
import { written } from '../../src/tui/folds.ts';
import type { Action } from '../../src/tui/keys.ts';
import { Session } from '../../src/tui/session.ts';
import { Terminal } from '../../src/tui/terminal.ts';
import { FakeNode } from '../support/fake-node.ts';
import { STORY_BEGINS } from '../support/fake-people.ts';
import { mount } from '../support/screen.ts';
import { tempDir } from '../support/temp-dir.ts';

type Sitting = {
  readonly notebook?: Notebook;
  readonly env?: Readonly<Record<string, string>>;
  readonly cols?: number;
  readonly rows?: number;
};

/** ann at her screen, in #general. */
async function sit({ notebook, env = {}, cols = 100, rows = 24 }: Sitting = {}) {
  const node = new FakeNode({ delivery: 'by hand' });
  const session = new Session({
    api: node,
    greeting: { version: '0.1.0', settings: {} },
    commands: COMMANDS,
    size: { cols, rows },
    ascii: false,
    now: () => STORY_BEGINS,
    notebook,
    quit: () => {},
  });
  const usual = { LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env };
  const screen = mount(<App session={session} terminal={new Terminal(() => {})} env={usual} />, { cols, rows });
  await session.start();
  await screen.until(/thanks/);
  const unmount = screen[Symbol.dispose];
  const dispose = (): void => {
    session.stop();
    unmount();
  };
  const prompt = (): string => screen.line(-1);
  const asked = (method: Method) => node.calls.filter((call) => call.method === method).map(({ params }) => params);
  return Object.assign(screen, { node, session, prompt, asked, [Symbol.dispose]: dispose });
}

describe('drafts', () => {
  test('stay with their conversation, with caret and undo, through other chats and views', async () => {
    using ann = await sit();
    ann.type('half a thought');
    ann.press('C-w', 'M-2');
    await ann.until('write to bob');
    ann.type('for bob');
    ann.press('M-1');
    await ann.until(/❯ half a$/);
    expect(ann.cursor().x).toBe(7 + 2);
    ann.press('C-_');
    await ann.until('❯ half a thought');
    ann.press('M-p');
    await ann.until('Peers');
    ann.press('Esc');
    await ann.until('thanks');
    ann.press('M-2');
    await ann.until('❯ for bob');
  });

  test('what was killed in one can be put back in another', async () => {
    using ann = await sit();
    ann.type('carry me');
    ann.press('C-u', 'M-2');
    await ann.until('write to bob');
    ann.press('C-y');
    await ann.until('❯ carry me');
  });

  test('are there again after the screen was killed, and the node died', async () => {
    const home = tempDir();
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      ann.type('two lines\nof it');
      ann.press('M-2');
      await ann.until('write to bob');
      ann.node.die();
      ann.type('for bob');
      await ann.until('❯ for bob');
    }
    using again = await sit({ notebook: new FileNotebook(home) });
    await again.until('❯ two lines');
    expect(again.cursor().x).toBe(5 + 2);
    again.press('M-2');
    await again.until('❯ for bob');
  });

  test('that were sent, or erased, are not there again', async () => {
    const home = tempDir();
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      ann.type('to be sent');
      ann.press('M-2');
      await ann.until('write to bob');
      ann.type('to be erased');
      await ann.until('❯ to be erased');
    }
    {
      using ann = await sit({ notebook: new FileNotebook(home) });
      await ann.until('❯ to be sent');
      ann.press('Enter');
      await ann.until(/to be sent +⇡/);
      ann.press('M-2');
      await ann.until('❯ to be erased');
      ann.press('C-u');
      await ann.until('write to bob');
    }
    expect(new FileNotebook(home).drafts().size).toBe(0);
    expect(new FileNotebook(home).history()).toEqual(['to be sent']);
  });

  test('hold nothing that a terminal would obey, whoever has written into the file', async () => {
    const notebook: Notebook = {
      history: () => ['\x1b[31mold\x07'],
      remember: () => {},
      drafts: () => new Map([['', { text: 'a\x1b]0;owned\x07b', caret: 99 }]]),
      keepDraft: () => {},
    };
    using ann = await sit({ notebook });
    await ann.until('❯ a]0;ownedb');
    ann.press('Up');
    await ann.until('❯ [31mold');
  });

  test('while an older line is looked at, what was begun is what is kept', async () => {
    const kept = new Map<string, Draft>();
    const notebook: Notebook = {
      history: () => ['older'],
      remember: () => {},
      drafts: () => new Map(),
      keepDraft: (where, draft) => kept.set(where, draft),
    };
    using ann = await sit({ notebook });
    ann.type('begun');
    ann.press('Up');
    await ann.until('❯ older');
    ann.session.stop();
    expect([...kept.values()].map(({ text }) => text)).toEqual(['begun']);
    ann.press('M-2');
    await ann.until('write to bob');
    ann.press('M-1');
    await ann.until('❯ begun');
  });

  test('what was typed before anything was open is in the first that opens', async () => {
    const node = new FakeNode();
    const gate = Promise.withResolvers<void>();
    const call = node.call.bind(node);
    node.call = (async (...asked: Parameters<NodeApi['call']>) => {
      await gate.promise;
      return call(...asked);
    }) as NodeApi['call'];
    const session = new Session({
      api: node,
      greeting: { version: '0.1.0', settings: {} },
      commands: COMMANDS,
      size: { cols: 100, rows: 24 },
      ascii: false,
      now: () => STORY_BEGINS,
      quit: () => {},
    });
    const started = session.start();
    session.writing.type('early bird');
    gate.resolve();
    await started;
    expect(session.state.open).toBeDefined();
    expect(session.state.prompt.editor.text).toBe('early bird');
    session.stop();
  });

  test('a line that was refused comes back to its conversation, wherever the person is by then', async () => {
    using ann = await sit();
    const call = ann.node.call.bind(ann.node);
    const gate = Promise.withResolvers<void>();
    ann.node.call = (async (method: Method, params: never) => {
      if (method === 'broadcast') {
        await gate.promise;
        return { ok: false, error: { code: 'E_FULL', message: 'the store is full' } };
      }
      return call(method, params);
    }) as NodeApi['call'];
    ann.type('not lost\r');
    await ann.until('write to #general');
    ann.press('M-2');
    await ann.until('write to bob');
    gate.resolve();
    await ann.until('the store is full');
    expect(ann.prompt()).toContain('write to bob');
    ann.press('M-1');
    await ann.until('❯ not lost');
  });

  test('where something else was begun meanwhile, a refused line is one key away', async () => {
    using ann = await sit();
    const call = ann.node.call.bind(ann.node);
    const gate = Promise.withResolvers<void>();
    ann.node.call = (async (method: Method, params: never) => {
      if (method === 'broadcast') await gate.promise;
      return method === 'broadcast' ? { ok: false, error: { code: 'E_FULL', message: 'full' } } : call(method, params);
    }) as NodeApi['call'];
    ann.type('not lost\r');
    await ann.until('write to #general');
    ann.type('next');
    gate.resolve();
    await ann.until('full · ↑ brings the line back');
    expect(ann.prompt()).toBe('❯ next');
    ann.press('Up');
    await ann.until('❯ not lost');
    ann.press('Down');
    await ann.until('❯ next');
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
        const session = new Session({
          api: node,
          greeting: { version: '0.1.0', settings: {} },
          commands: COMMANDS,
          size: { cols: 100, rows: 24 },
          ascii: false,
          now: () => STORY_BEGINS,
          quit: () => {},
        });
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
      ann.type('for all\r');
      await ann.until(/for all +⇡/);
      ann.type('/mesh subscribe hills --key AAAA\r');
      await ann.until(() => ann.asked('subscribe').length === 1);
    }
    using again = await sit({ notebook: new FileNotebook(home) });
    again.press('M-2', 'Up');
    await again.until('❯ for all');
    again.press('Up');
    await again.until('❯ for all');
  });

  test('Ctrl+R finds it by a few letters: Enter takes it, Esc gives back what was being written', async () => {
    using ann = await sit();
    for (const line of ['see the map', 'meet at the post', 'maps are old']) {
      ann.type(`${line}\r`);
      await ann.until(new RegExp(`${line} +⇡`));
    }
    ann.type('begun');
    ann.press('C-r');
    ann.type('map');
    await ann.until(/❯ maps are old\n +search map +1 of 3/);
    ann.press('C-r');
    await ann.until(/❯ see the map\n/);
    expect(ann.cursor()).toEqual({ x: 2 + 'search map'.length, y: 23 });
    ann.press('Esc');
    await ann.until('❯ begun');
    ann.press('C-r');
    ann.type('mtp');
    await ann.until(/❯ meet at the post\n/);
    ann.press('Enter');
    await ann.until(() => ann.prompt() === '❯ meet at the post');
    expect(ann.asked('broadcast').length).toBe(3);
    ann.press('C-_');
    await ann.until('❯ begun');
  });

  test('while it is looked for, Ctrl+D does not quit, ? is a letter, and another chat keeps what was begun', async () => {
    using ann = await sit();
    ann.type('why?\r');
    await ann.until(/why\? +⇡/);
    ann.press('C-r');
    ann.type('?');
    await ann.until(/search \? +1 of 1/);
    ann.press('C-d');
    await ann.until('write to #general');
    ann.type('begun');
    ann.press('C-r', 'M-2');
    await ann.until('write to bob');
    ann.press('M-1');
    await ann.until('❯ begun');
  });

  test('letters that nothing has are said to have nothing', async () => {
    using ann = await sit();
    ann.type('one\r');
    await ann.until(/one +⇡/);
    ann.press('C-r');
    ann.type('xyz');
    await ann.until('nothing that was sent has these letters');
    ann.press('C-u', 'Tab');
    await ann.until('❯ one');
  });
});

describe('completing', () => {
  test('what goes on stands in grey, → or Tab takes it', async () => {
    using ann = await sit();
    ann.type('@bo');
    await ann.until('❯ @bob');
    expect(ann.cursor().x).toBe(5);
    ann.press('Right');
    await ann.until(() => ann.cursor().x === 2 + '@bob: '.length);
    ann.type('come to #gen');
    await ann.until('come to #general');
    ann.press('Tab');
    await ann.until(() => ann.cursor().x === 2 + '@bob: come to #general '.length);
  });

  test('nothing grey is sent', async () => {
    using ann = await sit();
    ann.type('@bo');
    await ann.until('❯ @bob');
    ann.press('Enter');
    await ann.until(() => ann.asked('broadcast').length === 1);
    expect(ann.asked('broadcast')).toEqual([{ topic: '#general', text: '@bo' }]);
  });

  test('Tab again opens the list and goes round, Shift+Tab back, Esc restores what was typed', async () => {
    using ann = await sit();
    ann.type('/verify ');
    ann.press('Tab');
    await ann.until(() => ann.prompt() === '❯ /verify bob');
    ann.press('Tab');
    await ann.until(/▸ ~carol.k7qd/);
    expect(ann.prompt()).toBe('❯ /verify ~carol.k7qd');
    ann.press('S-Tab');
    await ann.until(() => ann.prompt() === '❯ /verify bob');
    ann.press('Esc');
    await ann.until(() => ann.prompt() === '❯ /verify');
    ann.press('Tab');
    ann.type('!');
    await ann.until(() => ann.prompt() === '❯ /verify bob !');
  });

  test('emoji are listed by name as soon as two letters are there, ↓ and ↑ choose', async () => {
    using ann = await sit();
    ann.type('hello :t');
    await ann.until('❯ hello :t');
    ann.type('h');
    await ann.until(/:thumbsup: 👍 .*\n.*:thinking: 🤔/);
    await ann.until('❯ hello :thumbsup: 👍');
    expect(ann.cursor().x).toBe(2 + 'hello :th'.length);
    ann.press('Down');
    await ann.until(() => ann.prompt() === '❯ hello 👍');
    ann.press('Down');
    await ann.until(() => ann.prompt() === '❯ hello 🤔');
    ann.press('Up');
    await ann.until(() => ann.prompt() === '❯ hello 👍');
    ann.press('Enter');
    await ann.until(() => ann.asked('broadcast').length === 1);
    expect(ann.asked('broadcast')).toEqual([{ topic: '#general', text: 'hello 👍 ' }]);
  });

  test('a bare word becomes somebody on Tab, and only then', async () => {
    using ann = await sit();
    ann.type('bo');
    ann.press('Tab');
    await ann.until('❯ @bob:');
  });

  test('a command says in grey what words it takes, and Tab behind a whole word goes on to the next', async () => {
    using ann = await sit();
    ann.type('/mesh send');
    ann.press('Tab');
    await ann.until('❯ /mesh send PEER TEXT…');
    expect(ann.cursor().x).toBe(2 + '/mesh send '.length);
    ann.type('b');
    await ann.until('❯ /mesh send bob');
    ann.press('Right');
    await ann.until('❯ /mesh send bob TEXT…');
    ann.press('Right');
    ann.type('hi');
    await ann.until('❯ /mesh send bob hi');
  });

  test('what is typed right behind Tab comes behind what it finds, however long that takes', async () => {
    using ann = await sit();
    const call = ann.node.call.bind(ann.node);
    ann.node.call = (async (method: Method, params: never) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return call(method, params);
    }) as NodeApi['call'];
    ann.type('bo\tare you at #gen\tnow?\r');
    await ann.until(() => ann.asked('broadcast').length === 1);
    expect(ann.asked('broadcast')).toEqual([{ topic: '#general', text: '@bob: are you at #general now?' }]);
  });

  test('/reply names messages by ^, with what they say', async () => {
    using ann = await sit();
    ann.type('/reply ');
    ann.press('Tab', 'Tab');
    await ann.until(/▸ \^2 +\S+: /);
  });
});

describe('a line that grows', () => {
  test('↑ climbs rows that are wrapped, in their column, before it goes back to what was sent', async () => {
    using ann = await sit({ cols: 40 });
    ann.type(`${'x'.repeat(50)}`);
    await ann.until(() => ann.cursor().x === 14);
    ann.press('Up');
    await ann.until(() => ann.cursor().y === 22);
    expect(ann.cursor().x).toBe(14);
    ann.press('Down');
    await ann.until(() => ann.cursor().y === 23);
  });

  test('says how much of a message it is from four fifths on, and Enter refuses what is too much', async () => {
    using ann = await sit();
    ann.paste(`${'long word '.repeat(5000)}`);
    await ann.until(/50 kB of 61 kB/);
    ann.paste(`${'more words '.repeat(2000)}`);
    await ann.until(/11 kB too long: a message may have 61 kB/);
    ann.press('Enter');
    await ann.until('not sent: 11 kB too long');
    expect(ann.asked('broadcast')).toEqual([]);
    ann.press('Backspace', 'Enter');
    await ann.until(() => ann.asked('broadcast').length === 1);
  });

  test('a message may have exactly its bound', async () => {
    using ann = await sit();
    ann.paste('é'.repeat(TEXT_BYTES_MAX / 2));
    await ann.until('pasted 1 line');
    ann.type('x');
    await ann.until(/1 B too long/);
    ann.press('Backspace', 'Enter');
    await ann.until(() => ann.asked('broadcast').length === 1);
  });
});

describe('a paste', () => {
  test('of 5 MB is refused within half a second, and what was written stays', async () => {
    using ann = await sit();
    ann.type('kept');
    await ann.until('❯ kept');
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
    expect(ann.asked('broadcast')).toEqual([]);
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
    ann.type('e');
    await ann.until(() => ann.line(-2) === '❯ some');
    expect(ann.line(-1)).toBe('  and more');
    ann.press('C-_');
    await ann.until(() => ann.line(-1) === '❯ some');
  });

  test('one that fails leaves the line as it was, and is said to', async () => {
    using ann = await sit({ env: editor('echo lost > "$1"; exit 1') });
    ann.type('kept');
    ann.press('C-x', 'C-e');
    await ann.until('ended with 1: nothing was changed');
    expect(ann.prompt()).toBe('❯ kept');
  });

  test('Ctrl+X and another key do nothing', async () => {
    using ann = await sit();
    ann.press('C-x');
    ann.type('q');
    ann.type('a');
    await ann.until('❯ a');
  });
});
