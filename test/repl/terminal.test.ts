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

let node: FakeNode;
let endNode: () => Promise<void>;
let terminal: IPty;
let seen: string;
let ended: Promise<number>;
beforeEach(async () => {
  const home = tempDir();
  node = new FakeNode({ delivery: 'by hand' });
  endNode = await serveFake(home, node);
  const env = { ...cleanEnv(), QPC_HOME: home, TERM: 'xterm-256color' };
  terminal = pty.spawn(process.execPath, [QPC, '--plain', '--linger', '0'], { cols: 100, rows: 30, env });
  seen = '';
  terminal.onData((data) => {
    seen += data;
  });
  ended = new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  await until('ready: ann');
});
afterEach(async () => {
  terminal.kill();
  await endNode();
});

const until = async (text: string): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!seen.includes(text)) {
    if (performance.now() > deadline) throw new Error(`never saw ${JSON.stringify(text)} in ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('line mode on a terminal', () => {
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
