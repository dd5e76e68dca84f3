import { describe, expect, test } from 'vitest';
import { FakeNode } from '../../support/fake-node.ts';
import { PEOPLE } from '../../support/fake-people.ts';
import { asked, sit } from '../sit.tsx';

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
      forget: () => {},
      drafts: () => new Map(),
      keepDraft: () => {},
    };
    const node = fresh();
    {
      using ann = await sit({ rows: 30, node, notebook });
      await ann.until(/Pick a name that others see\n +❯/);
      await ann.typed('ann\r', /✓ 2 {2}Pick a name that others see +ann/);
      expect(asked(node, 'nick')).toEqual([{ name: 'ann' }]);
      expect(ann.line(ann.cursor().y)).toMatch(/❯ ▏ ID@HOST:PORT/);
      await ann.pressed('Esc', 'Welcome to qpc');
      await ann.typed('/setup\r', 'The first steps');
    }
    node.book.name = `node-${PEOPLE.ann.slice(0, 4)}`;
    using again = await sit({ rows: 30, node, notebook });
    await again.until('Welcome to qpc');
    expect(again.text()).not.toContain('The first steps');
  });

  test('a pasted address stays in its step, and is added with Enter', async () => {
    const node = fresh();
    using ann = await sit({ rows: 30, node });
    await ann.until('Pick a name');
    await ann.pressed('Down Down', /their qpc: address/);
    ann.paste(`${PEOPLE.bob}\n`);
    await ann.until(/❯ bbob/);
    await ann.pressed('Enter', () => asked(node, 'add').length === 1);
    expect(asked(node, 'add')).toEqual([{ who: PEOPLE.bob }]);
  });
});

describe('the ways to somebody', () => {
  test('are opened from the peers, traced with t, and Esc goes back one view at a time', async () => {
    using ann = await sit({ rows: 30 });
    await ann.pressed('M-p', '~carol.k7qd');
    await ann.until(/▸◉ bob/);
    await ann.typed('r', /Route to bob/);
    await ann.typed('t', /bob is reached · 1 hop/);
    expect(ann.text()).toMatch(/\( you \)─+ 1\.5 ms ─+\( bob \)/);
    await ann.pressed('Esc', 'Peers —');
    await ann.pressed('Esc', 'thanks');
  });

  test('that cannot be traced say why above the prompt', async () => {
    using ann = await sit({ rows: 30 });
    await ann.typed('/mesh route dora\r', 'There is no way now');
    await ann.typed('t', /✗ no way to dora now/);
    expect(ann.text()).not.toContain('tracing');
  });
});

describe('the map', () => {
  test('is walked with arrows, becomes a list with l, and is copied with y', async () => {
    using ann = await sit({ rows: 30 });
    await ann.pressed('M-m', /\( you \)─/);
    await ann.pressed('Down', /─ ~carol.k7qd ─/);
    await ann.typed('l', /^ you\n/m);
    await ann.typed('y', /copied/);
    expect(
      Buffer.from(
        ann.emitted
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
    using ann = await sit({ rows: 30 });
    await ann.pressed('C-g', 'a few letters of a chat');
    await ann.typed('bo', /❯ bo▏/);
    expect(ann.cursor()).toEqual({ x: 5, y: 1 });
    await ann.pressed('Enter', 'then the map is right');
  });
});

describe('the help', () => {
  test('is searched and run from', async () => {
    using ann = await sit({ rows: 30 });
    await ann.typed('?', 'type to search keys and commands');
    await ann.typed('what this node keeps', /Alt\+S +what this node keeps/);
    await ann.pressed('Enter', 'Carried for others');
  });
});

describe('a message', () => {
  test('/mesh why of one of ours shows who has it', async () => {
    using ann = await sit({ rows: 30 });
    const id = ann.node.book.messages.find(({ state }) => state === 'delivered')!.id;
    ann.session.tell({ type: 'pane', pane: { name: 'details', message: id, top: 0 } });
    await ann.until(/signed for by its reader's node \(bob\)/);
    await ann.typed('r', 'Route to bob');
  });
});
