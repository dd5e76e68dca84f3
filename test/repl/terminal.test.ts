import { join } from 'node:path';
import pty, { type IPty } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeNode } from '../support/fake-node.ts';
import { messageId } from '../support/fake-people.ts';
import { serveFake } from '../support/fake-profile.ts';
import { cleanEnv } from '../support/line-mode.ts';
import { tempDir } from '../support/temp-dir.ts';

/*
 * Line mode on a terminal, for people who want no full screen: with a history, Tab, and a line that is not broken by what happens.
 */

const QPC = join(import.meta.dirname, '../../bin/qpc.js');

let home: string;
let node: FakeNode;
let endNode: () => Promise<void>;
let terminal: IPty;
let seen: string;
let ended: Promise<number>;
beforeEach(async () => {
  home = tempDir();
  node = new FakeNode({ delivery: 'by hand' });
  endNode = await serveFake(home, node);
});
afterEach(async () => {
  terminal.kill();
  await endNode();
});

/** Starts qpc on a terminal, in line mode. */
async function start(env: NodeJS.ProcessEnv = {}, flags: readonly string[] = ['--plain']): Promise<void> {
  const all = { ...cleanEnv(), QPC_HOME: home, TERM: 'xterm-256color', ...env };
  terminal = pty.spawn(process.execPath, [QPC, ...flags, '--linger', '0'], { cols: 100, rows: 30, env: all });
  seen = '';
  terminal.onData((data) => {
    seen += data;
  });
  ended = new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  await until('~carol.k7qd is connected');
}

const until = async (text: string): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!seen.includes(text)) {
    if (performance.now() > deadline) throw new Error(`never saw ${JSON.stringify(text)} in ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('line mode on a terminal', () => {
  beforeEach(() => start());

  test('Tab completes commands and names, and Enter sends', async () => {
    terminal.write('/mesh sen\t');
    await until('/mesh send ');
    terminal.write('bo\t');
    await until('/mesh send bob ');
    terminal.write('hi there\r');
    await until('queued for bob');
    expect(node.book.messages.at(-1)?.text).toBe('hi there');
  });

  test('the arrow up brings the last line back', async () => {
    terminal.write('/chat bob\r');
    await until('text now goes to bob');
    terminal.write('again\r');
    await until('queued for bob');
    terminal.write('\u001b[A\r');
    await until(messageId(9).slice(0, 6));
    expect(node.book.messages.slice(8).map(({ text }) => text)).toEqual(['again', 'again']);
  });

  test('what was typed is there at the next start', async () => {
    terminal.write('/mesh ping bob\r');
    await until('bob answered in');
    terminal.write('\u0004');
    await ended;
    await start();
    terminal.write('\u001b[A\r');
    await until('bob answered in');
  });

  test('what comes while somebody types does not break the line', async () => {
    terminal.write('/mesh ping b');
    await until('/mesh ping b');
    node.receive('bob', 'are you there?');
    await until('are you there?');
    terminal.write('ob\r');
    await until('bob answered in');
  });

  test('nothing that a stranger says is obeyed by the terminal', async () => {
    const before = seen.length;
    node.receive('bob', '\u001b]0;mine\u0007\u001b[2J\u001b[6n\u009b1A\rbob: fake\u202e');
    await until('fake');
    expect(seen.slice(before)).not.toMatch(/[\u001b\u0007\u009b\u202e]|\r(?!\n)/);
  });

  test('Ctrl+D leaves with 0', async () => {
    terminal.write('\u0004');
    expect(await ended).toBe(0);
  });

  test('Ctrl+C leaves with 130', async () => {
    terminal.write('\u0003');
    expect(await ended).toBe(130);
  });
});

describe('a terminal that is read aloud (ACCESSIBLE=1)', () => {
  beforeEach(() => start({ ACCESSIBLE: '1' }, []));
  /** Everything that a terminal obeys but the end of a line, and the erasing of what was typed last. */
  const OBEYED = /[\u001b\u009b\u0007]|\r(?!\n)/;

  test('nothing that is written moves anything, whatever is pressed and happens', async () => {
    terminal.write('/mesh ping bx');
    await until('/mesh ping bx');
    terminal.write('\u007fob\r');
    await until('bob answered in');
    terminal.write('\u001b[A\u001b[A\u001b[B\u001b[D\u001b[C\u001b[H\u0001\u0005\u001b[3~\u001b[5~\t\u0015');
    node.receive('bob', 'are you there?');
    await until('bob wrote to you: are you there?');
    terminal.write('/set time iso\r');
    await until('time is iso now');
    terminal.write('\u0004');
    expect(await ended).toBe(0);
    expect(seen).not.toMatch(OBEYED);
  });

  test('what was typed last is erased in its cells, a word at once with Ctrl+W', async () => {
    terminal.write('/mesh send bob a你👍x');
    await until('👍x');
    const before = seen.length;
    terminal.write('\u007f\u007f\u007f');
    await until('\b \b'.repeat(5));
    expect(seen.slice(before)).toBe('\b \b'.repeat(5));
    terminal.write('!\r');
    await until('queued for bob');
    expect(node.book.messages.at(-1)?.text).toBe('a!');
    terminal.write('/mesh send bob one two\u0017three\r');
    await until(messageId(9).slice(0, 6));
    expect(node.book.messages.at(-1)?.text).toBe('one three');
  });

  test('Tab goes on as far as it is clear, and lists the rest as lines', async () => {
    terminal.write('/mesh sto\t');
    await until('/mesh store ');
    terminal.write('\t');
    await until('export: write the sealed mail');
    await until('import: take sealed mail');
    await until('\n/mesh store ');
    terminal.write('\u0015/mesh ping bo\t\r');
    await until('bob answered in');
  });

  test('↑ writes an earlier line as a new one; it is there at the next start too', async () => {
    terminal.write('/chat bob\r');
    await until('text now goes to bob');
    terminal.write('again\r');
    await until('queued for bob');
    terminal.write('\u001b[A');
    await until('\nagain');
    terminal.write(' and again\r');
    await until(messageId(9).slice(0, 6));
    expect(node.book.messages.slice(8).map(({ text }) => text)).toEqual(['again', 'again and again']);
    terminal.write('\u0004');
    await ended;
    await start({ ACCESSIBLE: '1' }, []);
    terminal.write('\u001b[A');
    await until('\nagain and again');
  });

  test('what comes while somebody types stands on a line of its own, and the line is written again', async () => {
    terminal.write('/mesh ping b');
    await until('/mesh ping b');
    node.receive('bob', 'are you there?');
    await until('are you there?\r\n/mesh ping b');
    terminal.write('ob\r');
    await until('bob answered in');
  });

  test('Ctrl+C leaves with 130', async () => {
    terminal.write('\u0003');
    expect(await ended).toBe(130);
  });
});

test('a terminal that says it is dumb is not moved about in either', async () => {
  await start({ TERM: 'dumb' }, []);
  terminal.write('/mesh pin\t bob\r');
  await until('bob answered in');
  expect(seen).not.toContain('\u001b');
});

test('ACCESSIBLE=0 is no wish', async () => {
  await start({ ACCESSIBLE: '0' });
  terminal.write('/mesh ping bbo\r');
  await until('✗ nobody called bbo · /contacts lists 2');
});
