import { describe, expect, test } from 'vitest';
import type { Notebook } from '../../src/api/notebook.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { App } from '../../src/tui/app.tsx';
import { Session } from '../../src/tui/session.ts';
import { Terminal } from '../../src/tui/terminal.ts';
import { FakeNode } from '../support/fake-node.ts';
import { PEOPLE, STORY_BEGINS } from '../support/fake-people.ts';
import { mount } from '../support/screen.ts';

type Asked = { readonly node?: FakeNode; readonly notebook?: Notebook };

/** ann at her screen, her node beside it. */
async function sit({ node = new FakeNode({ delivery: 'by hand' }), notebook }: Asked = {}) {
  const written: string[] = [];
  const session = new Session({
    api: node,
    greeting: { version: '0.1.0', settings: {} },
    commands: COMMANDS,
    size: { cols: 100, rows: 30 },
    ascii: false,
    now: () => STORY_BEGINS,
    notebook,
    emit: (bytes) => void written.push(bytes),
    quit: () => {},
  });
  const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color' };
  const screen = mount(<App session={session} terminal={new Terminal(() => {})} env={env} />, { cols: 100, rows: 30 });
  await session.start();
  const unmount = screen[Symbol.dispose];
  const dispose = (): void => {
    session.stop();
    unmount();
  };
  return Object.assign(screen, { node, session, written, [Symbol.dispose]: dispose });
}

const asked = (node: FakeNode, method: string): unknown[] =>
  node.calls.filter((call) => call.method === method).map((call) => call.params);

/** A profile in which nothing was begun. */
function fresh(): FakeNode {
  const node = new FakeNode();
  node.book.name = `node-${PEOPLE.ann.slice(0, 4)}`;
  node.book.contacts.length = 0;
  node.book.channels.length = 0;
  node.book.messages.length = 0;
  return node;
}

describe('the first start', () => {
  test('asks for a name, goes on with Enter, and is over with Esc; the next start asks nothing', async () => {
    const lines: string[] = [];
    const notebook = {
      history: () => lines,
      remember: (line: string) => void lines.push(line),
      drafts: () => new Map(),
      keepDraft: () => {},
    };
    const node = fresh();
    {
      using ann = await sit({ node, notebook });
      await ann.until(/Pick a name that others see\n +❯/);
      ann.type('ann\r');
      await ann.until(/✓ 2 {2}Pick a name that others see +ann/);
      expect(asked(node, 'nick')).toEqual([{ name: 'ann' }]);
      expect(ann.line(ann.cursor().y)).toMatch(/❯ ▏ ID@HOST:PORT/);
      ann.press('Esc');
      await ann.until('Welcome to qpc');
      ann.type('/setup\r');
      await ann.until('The first steps');
    }
    node.book.name = `node-${PEOPLE.ann.slice(0, 4)}`;
    using again = await sit({ node, notebook });
    await again.until('Welcome to qpc');
    expect(again.text()).not.toContain('The first steps');
  });

  test('a pasted address stays in its step, and is added with Enter', async () => {
    const node = fresh();
    using ann = await sit({ node });
    await ann.until('Pick a name');
    ann.press('Down', 'Down');
    await ann.until(/their qpc: address/);
    ann.paste(`${PEOPLE.bob}\n`);
    await ann.until(/❯ bbob/);
    ann.press('Enter');
    await ann.until(() => asked(node, 'add').length === 1);
    expect(asked(node, 'add')).toEqual([{ who: PEOPLE.bob }]);
  });
});

describe('the ways to somebody', () => {
  test('are opened from the peers, traced with t, and Esc goes back one view at a time', async () => {
    using ann = await sit();
    ann.press('M-p');
    await ann.until('~carol.k7qd');
    await ann.until(/▸◉ bob/);
    ann.type('r');
    await ann.until(/Route to bob/);
    ann.type('t');
    await ann.until(/bob is reached · 1 hop/);
    expect(ann.text()).toMatch(/\( you \)─+ 1\.5 ms ─+\( bob \)/);
    ann.press('Esc');
    await ann.until('Peers —');
    ann.press('Esc');
    await ann.until('thanks');
  });

  test('that cannot be traced say why above the prompt', async () => {
    using ann = await sit();
    ann.type('/mesh route dora\r');
    await ann.until('There is no way now');
    ann.type('t');
    await ann.until(/✗ no way to dora now/);
    expect(ann.text()).not.toContain('tracing');
  });
});

describe('the map', () => {
  test('is walked with arrows, becomes a list with l, and is copied with y', async () => {
    using ann = await sit();
    ann.press('M-m');
    await ann.until(/\( you \)─/);
    ann.press('Down');
    await ann.until(/─ ~carol.k7qd ─/);
    ann.type('l');
    await ann.until(/^ you\n/m);
    ann.type('y');
    await ann.until(/copied/);
    expect(
      Buffer.from(
        ann.written
          .join('')
          .replace(/^.*;/, '')
          .replace(/[^A-Za-z0-9+/=].*$/s, ''),
        'base64',
      ).toString(),
    ).toMatch(/^you, 2 nodes within 1 hop\n {2}bob {2}2\.4 ms\n/);
  });
});

describe('going somewhere', () => {
  test('Ctrl+G and a few letters open a chat; the caret stands where one types', async () => {
    using ann = await sit();
    await ann.until('thanks');
    ann.press('C-g');
    await ann.until('a few letters of a chat');
    ann.type('bo');
    await ann.until(/❯ bo▏/);
    expect(ann.cursor()).toEqual({ x: 5, y: 1 });
    ann.press('Enter');
    await ann.until('then the map is right');
  });
});

describe('the help', () => {
  test('is searched and run from', async () => {
    using ann = await sit();
    await ann.until('thanks');
    ann.type('?');
    await ann.until('type to search keys and commands');
    ann.type('what this node keeps');
    await ann.until(/Alt\+S +what this node keeps/);
    ann.press('Enter');
    await ann.until('Carried for others');
  });
});

describe('a message', () => {
  test('/mesh why of one of ours shows who has it', async () => {
    using ann = await sit();
    await ann.until('thanks');
    const id = ann.node.book.messages.find(({ state }) => state === 'delivered')!.id;
    ann.session.tell({ type: 'pane', pane: { name: 'details', message: id, top: 0 } });
    await ann.until(/signed for by its reader's node \(bob\)/);
    ann.type('r');
    await ann.until('Route to bob');
  });
});
