import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fillCommandsPage } from '../../src/cli/commands-page.ts';
import { findCommand } from '../../src/commands/find.ts';
import { parseWords } from '../../src/commands/program.ts';
import { readLine } from '../../src/commands/run-line.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { OPTIONS } from '../../src/host/options/option-table.ts';
import { actionRows } from '../../src/tui/keys/key-map.ts';

const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

test('docs/commands.md is what the table of commands says (else: npm run build && npm run docs)', () => {
  expect(fillCommandsPage(page, { options: OPTIONS, actions: actionRows() })).toBe(page);
});

test('every command and option is on the page', () => {
  for (const { name } of COMMANDS) expect(page).toContain(name);
  for (const { name, negated } of OPTIONS) expect(page).toContain(`--${negated ? 'no-' : ''}${name}`);
});

describe('the table', () => {
  test('no two commands of a face have one name', () => {
    const names = COMMANDS.map(({ on, name }) => `${on} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every example of the chat is understood', () => {
    for (const example of COMMANDS.flatMap(({ examples }) => examples).filter((e) => e.startsWith('/'))) {
      const line = readLine(example, COMMANDS);
      if (line.kind !== 'command') throw new Error(`${example} is no command`);
      const parsed = parseWords(line.command, line.words, 'chat');
      if (!parsed.ok && !example.includes('ID@')) expect.fail(`${example}: ${parsed.error.message}`);
    }
  });

  test('every example of the shell is understood', () => {
    for (const example of COMMANDS.flatMap(({ examples }) => examples).filter((e) => e.startsWith('qpc'))) {
      const words = example
        .replace(/ [<>].*/, '')
        .split(' ')
        .slice(1);
      const found = findCommand(words, COMMANDS, 'shell');
      if (!found.ok) throw new Error(`${example} is no command`);
      if (found.command.on === 'shell' && found.command.raw) continue;
      expect(parseWords(found.command, words.slice(found.used), 'shell', OPTIONS), example).toMatchObject({ ok: true });
    }
  });

  test('a summary is one clause in lower case, without a full stop', () => {
    for (const { name, summary } of COMMANDS) expect(summary, name).toMatch(/^[a-z][^\n]{5,90}[^.\n]$/);
  });

  test('only the last word takes the rest, and nothing required follows what may be absent', () => {
    for (const { name, args } of COMMANDS) {
      const words = Object.values(args);
      expect(
        words.slice(0, -1).some(({ rest }) => rest),
        name,
      ).toBe(false);
      expect(
        words.some(({ optional }, at) => optional && words.slice(at).some((w) => !w.optional)),
        name,
      ).toBe(false);
    }
  });
});
