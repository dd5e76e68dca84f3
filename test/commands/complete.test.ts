import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete, completeWords, followed } from '../../src/commands/complete.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { FakeNode } from '../support/fake-node.ts';
import { tempDir } from '../support/temp-dir.ts';

const api = new FakeNode();
const names = { commands: COMMANDS, api };
const texts = async (line: string) => (await complete(line, line.length, names)).items.map(({ text }) => text);

describe('Tab in the chat', () => {
  for (const [line, offered] of [
    ['/mesh s', ['send', 'server', 'status', 'store', 'subscribe']],
    ['/st', ['status', 'store']],
    ['/he', ['help']],
    ['/mesh send b', ['bob']],
    ['/send ~c', ['~carol.k7qd']],
    ['/mesh send bob ', []],
    ['/mesh subscribe --', ['--key', '--private']],
    ['/mesh subscribe --private #g', ['#general']],
    ['/chat ', ['bob', '~carol.k7qd', 'dora', '#general']],
    ['/search --in d', ['dora']],
    ['/history --limit 5 b', ['bob']],
    ['/help ver', ['verify']],
    ['see you @b', ['@bob']],
    ['who reads #g', ['#general']],
    ['plain text', []],
    ['//me', []],
    ['/nonsense b', []],
    ['/up', []],
  ] as const) {
    test(line, async () => expect(await texts(line)).toEqual(offered));
  }

  test('only what stands before the caret counts', async () => {
    expect(await complete('/mesh send b and more', 12, names)).toMatchObject({ from: 11, items: [{ text: 'bob' }] });
  });

  test('of files, where one is asked for: hidden ones only behind a dot, none that draws on the screen', async () => {
    const home = tempDir();
    for (const name of ['mail.qpc', 'more.qpc', '.hidden', 'm\u001b[2J']) writeFileSync(join(home, name), '');
    mkdirSync(join(home, 'stick'));
    const inside = (names: readonly string[]) => names.map((name) => join(home, name));
    expect(await texts(`/mesh store import ${home}/`)).toEqual([...inside(['mail.qpc', 'more.qpc']), `${home}/stick/`]);
    expect(await texts(`/store export ${home}/ma`)).toEqual(inside(['mail.qpc']));
    expect(await texts(`/store export ${home}/.h`)).toEqual(inside(['.hidden']));
    expect(await texts(`/store export ${home}/nowhere/`)).toEqual([]);
    expect([`${home}/stick/`, 'mail.qpc'].map((text) => followed(text, 1))).toEqual([`${home}/stick/`, 'mail.qpc ']);
    expect(await completeWords(['store', 'import', `${home}/`], names)).toEqual([]);
  });

  test('why is asked of messages too', async () => {
    const sent = await api.call('send', { peer: 'dora', text: 'hi' });
    const id = (sent.ok && sent.result.id) || '';
    expect((await texts(`/mesh why ${id.slice(0, 4)}`)).map((text) => id.startsWith(text))).toEqual([true]);
    expect(await texts('/mesh why ')).toContain('bob');
  });

  test('each offer says what it is', async () => {
    expect((await complete('/mesh pe', 8, names)).items).toEqual([
      { text: 'peers', about: expect.stringContaining('nodes') },
    ]);
  });

  test('any line and caret give offers that fit what is typed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 30 }),
        fc.nat(30),
        fc.constantFrom('', '/', '/mesh ', '/search '),
        async (line, caret, start) => {
          const whole = start + line;
          const { from, items } = await complete(whole, Math.min(caret, whole.length), names);
          const typed = whole.slice(from, caret);
          for (const { text } of items)
            expect(text.startsWith(typed) || typed === '' || text.startsWith('"')).toBe(true);
        },
      ),
    );
  });
});

describe('Tab on a screen', () => {
  const lines = [
    { id: 'abcd'.repeat(16), own: false, from: 'bob', text: 'see the map' },
    { id: 'beef'.repeat(16), own: true, from: 'ann', text: 'I see it\nnow' },
    { id: 'cafe'.repeat(16), own: false, from: '~carol.k7qd', text: 'me too' },
  ];
  const settings = [
    { name: 'theme', about: 'colours', value: 'auto', choices: ['auto', 'dark', 'light'], counts: 'at once' },
  ] as const;
  const offers = async (line: string, asked = true) => {
    const screen = { speakers: ['~carol.k7qd', 'bo', 'bob'], lines, asked };
    return (await complete(line, line.length, { ...names, settings, screen })).items;
  };
  const shown = async (line: string) => (await offers(line)).map(({ text }) => text);

  test('those who wrote here come first, also who is not known otherwise', async () => {
    expect(await shown('hi @b')).toEqual(['@bo', '@bob']);
    expect(await shown('hi @c')).toEqual(['@~carol.k7qd']);
  });

  test('a bare word is the beginning of a name only where Tab was pressed', async () => {
    expect(await shown('bo')).toEqual(['@bo', '@bob']);
    expect(await offers('bo', false)).toEqual([]);
  });

  test('what is behind a command is a text as any other', async () => {
    expect(await shown('/mesh send bob hello @b')).toEqual(['@bo', '@bob']);
  });

  test('emoji by their names, then by what they are tagged with', async () => {
    expect(await offers('so :tad')).toEqual([{ text: '🎉', name: ':tada:', about: 'hooray party' }]);
    expect((await shown('hello :th')).slice(0, 3)).toEqual(['👍', '🤔', '👎']);
    expect((await shown(':+1'))[0]).toBe('👍');
    expect(await shown(':party')).toContain('🎉');
    expect(await shown('/react ^ :tad')).toEqual(['🎉']);
    for (const text of [':', ':)', ':p', 'at 12:30', ':nosuchthing']) expect(await shown(text), text).toEqual([]);
  });

  test('messages by ^ or the first digits, with what they say: those of others to answer, ours to change', async () => {
    expect(await offers('/reply ')).toEqual([
      { text: '^', about: 'bob: see the map' },
      { text: '^2', about: '~carol.k7qd: me too' },
    ]);
    expect(await offers('/edit ^')).toEqual([{ text: '^', about: 'ann: I see it now' }]);
    // What `^` counts there is what Tab shows there.
    expect(await offers('/mesh details ^')).toEqual([{ text: '^', about: 'ann: I see it now' }]);
    expect(await shown('/react caf')).toEqual(['cafeca']);
    expect(await shown('/delete cafe')).toEqual([]);
  });

  test('the values of a setting', async () => {
    expect(await shown('/set th')).toEqual(['theme']);
    expect(await shown('/set theme ')).toEqual(['auto', 'dark', 'light']);
  });

  test('where nothing begins so, what has the letters', async () => {
    expect((await shown('/prs'))[0]).toBe('peers');
    expect(await shown('/chat gnrl')).toEqual(['#general']);
    expect(await shown('/chat #gen')).toEqual(['#general']);
    expect(await texts('/prs')).toEqual([]);
  });

  test('somebody spoken to at the start of a line gets a colon, elsewhere a blank', () => {
    expect([followed('@bob', 0), followed('@bob', 4), followed('#general', 0)]).toEqual([
      '@bob: ',
      '@bob ',
      '#general ',
    ]);
  });
});

describe('Tab in a shell', () => {
  for (const [words, offered] of [
    [['me'], ['members', 'mesh']],
    [
      ['identity', ''],
      ['backup', 'passphrase', 'restore'],
    ],
    [
      ['send', '--wait', ''],
      ['delivered', 'queued', 'read', 'sent'],
    ],
    [['send', '--wait', 'sent', 'b'], ['bob']],
    [
      ['mesh', 'st'],
      ['status', 'store'],
    ],
    [['cha'], ['channels']],
  ] as const) {
    test(words.join(' '), async () => {
      expect((await completeWords(words, names)).map(({ text }) => text)).toEqual(offered);
    });
  }

  test('without a node, names of commands are still offered', async () => {
    expect(await completeWords(['send', 'b'], { commands: COMMANDS })).toEqual([]);
    expect((await completeWords(['dem'], { commands: COMMANDS })).map(({ text }) => text)).toEqual(['demo']);
  });
});
