import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { parseWords } from '../../src/commands/program.ts';
import { readLine } from '../../src/commands/run-line.ts';
import { splitWords } from '../../src/commands/split.ts';
import { COMMANDS } from '../../src/commands/table.ts';

const named = (name: string): Command => {
  const found = COMMANDS.find((c) => c.name === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
};
const send = named('mesh send');
const search = named('search');
const rename = named('rename');

describe('words of a line', () => {
  for (const [line, words] of [
    [' bob hi', ['bob', '--', 'hi']],
    [" bob don't", ['bob', '--', "don't"]],
    [' bob  two  blanks ', ['bob', '--', 'two  blanks ']],
    [' bob --json', ['bob', '--', '--json']],
    [' bob -- x', ['bob', '--', '-- x']],
    [' bob "quoted"', ['bob', '--', '"quoted"']],
    [' "bob smith" hi', ['bob smith', '--', 'hi']],
    [" o'hara hi", ["o'hara", '--', 'hi']],
    [" 'a'b hi", ["'a'b", '--', 'hi']],
    [' "open hi', ['"open', '--', 'hi']],
    [' bob', ['bob']],
    ['', []],
  ] as const) {
    test(JSON.stringify(line), () => expect(splitWords(line, send)).toEqual(words));
  }

  test('before a text that is the first word, known options are options and all else is text', () => {
    expect(splitWords(' --in #general the relay', search)).toEqual(['--in', '#general', '--', 'the relay']);
    expect(splitWords(' --in=bob x', search)).toEqual(['--in=bob', '--', 'x']);
    expect(splitWords(' -- --in bob', search)).toEqual(['--', '--in bob']);
    expect(splitWords(' --out of range', search)).toEqual(['--', '--out of range']);
    expect(splitWords(' -1 degrees', search)).toEqual(['--', '-1 degrees']);
  });

  test('where no text follows, every word is a word', () => {
    expect(splitWords(" bob 'Bob of the hill'", rename)).toEqual(['bob', 'Bob of the hill']);
  });
});

/** Text that a person could type on a line, beginning with something that is not blank. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .map((s) => s.replace(/[\r\n]/g, ' ').replace(/^[ \t]+/, '') || 'x');
const name = fc.stringMatching(/^[^\s\-"'/][^\s]{0,20}$/);

describe('every text survives', () => {
  test('as the message of /mesh send', () => {
    fc.assert(
      fc.property(name, text, (who, what) => {
        const line = readLine(`/mesh send ${who} ${what}`, COMMANDS);
        if (line.kind !== 'command') throw new Error('not a command');
        expect(parseWords(line.command, line.words, 'chat')).toMatchObject({
          ok: true,
          input: { peer: who, text: what },
        });
      }),
    );
  });

  test('as words of a shell, behind --', () => {
    fc.assert(
      fc.property(name, fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 5 }), (who, what) => {
        fc.pre(what.join(' ') !== '');
        expect(parseWords(send, ['--', who, ...what], 'shell')).toMatchObject({
          ok: true,
          input: { peer: who, text: what.join(' ') },
        });
      }),
    );
  });

  test('without a slash, as it is; with two, without the first', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (line) => {
        const read = readLine(line, COMMANDS);
        if (!/^\s*\//.test(line)) expect(read).toEqual({ kind: 'text', text: line });
        expect(readLine(`//${line}`, COMMANDS)).toEqual({ kind: 'text', text: `/${line}` });
      }),
    );
  });
});

describe('any line is read', () => {
  test('what begins with one slash is a command or an error, never text', () => {
    const tail = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('mesh send', 'mesh', 'help -h', '-', '--', 'set --'),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[ \t]*$/), tail, (blanks, rest) => {
        fc.pre(!rest.startsWith('/'));
        expect(readLine(`${blanks}/${rest}`, COMMANDS).kind).not.toBe('text');
      }),
    );
  });

  test('any words give input or one sentence, and never throw', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        '--',
        '-',
        '-h',
        '--json',
        '--in',
        '--limit',
        '--no-x',
        '--=',
        '--limit=5',
        '1',
        '__proto__',
        'constructor',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...COMMANDS), fc.array(word, { maxLength: 6 }), (command, words) => {
        const parsed = parseWords(command, words, 'shell', [{ name: 'mdns', negated: true, help: '' }]);
        if (!parsed.ok)
          expect(parsed.error).toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(/^[^\n]+$/) });
      }),
    );
  });

  test('a megabyte is answered at once', () => {
    const before = performance.now();
    for (const line of ['x', ' ', '/', "'", '-', '/mesh send bob '])
      readLine(line.repeat(1_000_000 / line.length), COMMANDS);
    readLine(`/mesh send ${"'".repeat(100_000)} ${'-- '.repeat(5_000)}`, COMMANDS);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
