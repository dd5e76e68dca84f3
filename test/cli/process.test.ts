import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeNode } from '../support/fake-node.ts';
import { messageId, PEOPLE } from '../support/fake-people.ts';
import { serveFake } from '../support/fake-profile.ts';
import { cleanEnv } from '../support/line-mode.ts';
import { tempDir } from '../support/temp-dir.ts';

/*
 * bin/qpc.js as a process, from the build, on a real socket; behind it the fake node of this process.
 */

const QPC = join(import.meta.dirname, '../../bin/qpc.js');

let home: string;
let node: FakeNode;
let endNode: () => Promise<void>;
beforeEach(async () => {
  home = tempDir();
  node = new FakeNode({ delivery: 'by hand' });
  endNode = await serveFake(home, node);
});
afterEach(() => endNode());

type Run = {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number>;
};

function qpc(args: readonly string[], input?: string, env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [QPC, ...args], { env: { ...cleanEnv(), QPC_HOME: home, ...env } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  if (input !== undefined) child.stdin.end(input);
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? (signal ? -1 : -2)));
  });
  return { child, out: () => out, err: () => err, ended };
}

const asked = (method: string): number => node.calls.filter((call) => call.method === method).length;
const until = async (holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('one command', () => {
  test('prints its result, says goodbye and exits 0', async () => {
    const run = qpc(['mesh', 'channels', '--json']);
    expect(await run.ended).toBe(0);
    expect(JSON.parse(run.out())).toMatchObject({ channels: [{ channel: 'general' }] });
    expect(run.err()).toBe('');
    expect(asked('goodbye')).toBe(1);
  });

  test('an error goes to standard error, with its exit code', async () => {
    const run = qpc(['ping', 'bbo']);
    expect(await run.ended).toBe(3);
    expect(run.out()).toBe('');
    expect(run.err()).toBe('qpc: nobody called bbo\n     qpc contacts lists 2\n');
  });

  test('a wrong option anywhere is one sentence and exit code 2', async () => {
    for (const args of [
      ['--listen', 'x', 'status'],
      ['status', '--lsten', 'x'],
      ['--json=yes', 'status'],
      ['--home'],
    ]) {
      const run = qpc(args);
      expect(await run.ended).toBe(2);
      expect(run.err()).toMatch(/^qpc: [^\n]+\n( {5}[^\n]+\n)?$/);
    }
    expect(asked('attach')).toBe(0);
  });

  test('flags that the running node does not have are said, and the command is done', async () => {
    const run = qpc(['mesh', 'channels', '--listen', '127.0.0.1:9']);
    expect(await run.ended).toBe(0);
    expect(run.err()).toContain('--listen');
  });

  test('the text of a message may come from a pipe', async () => {
    const run = qpc(['send', '--wait', 'queued', 'bob', '-'], "don't\npanic\n");
    expect(await run.ended).toBe(0);
    expect(node.book.messages.at(-1)?.text).toBe("don't\npanic");
  });

  test('a signal ends it with its code, after a goodbye', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const before = asked('status');
      const run = qpc(['listen']);
      await until(() => asked('status') > before + 1);
      run.child.kill(signal);
      expect(await run.ended).toBe(code);
    }
    expect(asked('goodbye')).toBe(2);
  });

  test('when nobody reads any more it ends silently with 0', async () => {
    const before = asked('status');
    const run = qpc(['listen']);
    await until(() => asked('status') > before + 1);
    run.child.stdout?.destroy();
    for (let n = 0; n < 3; n++) {
      node.receive('bob', `line ${n}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await run.ended).toBe(0);
    expect(run.err()).toBe('');
  });

  test('status of a running node attaches to nothing', async () => {
    const run = qpc(['status', '--json']);
    expect(await run.ended).toBe(0);
    expect(JSON.parse(run.out())).toMatchObject({ running: true, id: PEOPLE.ann });
    expect(asked('attach')).toBe(0);
  });

  test('completion knows names of commands, and of peers when a node runs', async () => {
    const run = qpc(['__complete', '--', 'send', 'b']);
    expect(await run.ended).toBe(0);
    expect(run.out()).toBe('bob\tconnected\n');
  });
});

describe('line mode', () => {
  test('is chosen when there is no terminal; ends with 0 at the end of input', async () => {
    const run = qpc([], '/chat bob\nhello\n');
    await until(() => node.book.messages.length === 9);
    node.deliver(messageId(8), 'sent');
    expect(await run.ended).toBe(0);
    expect(run.out().split('\n')).toEqual([
      expect.stringMatching(/^ready: ann /),
      expect.stringContaining('bob is connected'),
      expect.stringContaining('~carol.k7qd is connected'),
      'text now goes to bob',
      expect.stringContaining('queued for bob'),
      expect.stringMatching(/^\d.* sent$/),
      '',
    ]);
    expect(asked('goodbye')).toBe(1);
  });

  test('waits at the end of input no longer than --linger', async () => {
    const run = qpc(['--json', '--linger', '0.05'], '/mesh send dora are you there\n');
    expect(await run.ended).toBe(0);
    expect(
      run
        .out()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['ready', 'peer', 'peer', 'reply']);
  });

  test('a line of a megabyte, bytes that are no text, and no line break at the end are all answered', async () => {
    const run = qpc(['--json'], `/mesh send bob ${'x'.repeat(1_000_000)}\n\u0000\u001b[2J\n/mesh channels`);
    expect(await run.ended).toBe(0);
    const replies = run
      .out()
      .trim()
      .split('\n')
      .slice(3)
      .map((line) => JSON.parse(line));
    expect(replies.map(({ ok, error }) => error?.code ?? ok)).toEqual(['E_TOO_LARGE', 'E_NO_CONVERSATION', true]);
    expect(run.out()).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('signals end it with their codes', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const run = qpc(['--json']);
      await until(() => run.out().includes('ready'));
      run.child.kill(signal);
      expect(await run.ended).toBe(code);
    }
  });

  test('a node that dies is said, and is exit code 1', async () => {
    const run = qpc(['--json']);
    await until(() => run.out().includes('ready'));
    await endNode();
    expect(await run.ended).toBe(1);
    expect(run.err()).toMatch(/^qpc: the node is gone/);
    endNode = async () => {};
  });
});
