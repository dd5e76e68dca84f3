import { spawn } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanEnv, type Line, LineMode } from '../support/line-mode.ts';
import * as terminal from '../support/screen.ts';
import { tempDir } from '../support/temp-dir.ts';

/*
 * Two homes on loopback, each with a real node of its own: what a person's two terminals would do.
 */

const QPC = join(import.meta.dirname, '../../bin/qpc.js');
const LOOPBACK = ['--no-mdns', '--listen', '127.0.0.1:0'];

const at = (line: Line): string => `${line.id}@${(line.addresses as string[])[0]}`;

/** One command; its exit code, and what it printed on standard output and standard error. */
async function qpc(home: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [QPC, '--home', home, ...LOOPBACK, ...args], { env: cleanEnv() });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

test('ready, connect, send, message, delivered', { timeout: 60_000 }, async () => {
  const bob = new LineMode(tempDir(), [...LOOPBACK, '--name', 'bob']);
  const bobIs = await bob.ready();
  const ann = new LineMode(tempDir(), [...LOOPBACK, '--name', 'ann', '--peer', at(bobIs)]);
  const annIs = await ann.ready();
  expect(annIs).toMatchObject({ name: 'ann', pid: expect.any(Number), version: expect.any(String) });
  expect(annIs.pid).not.toBe(ann.child.pid);
  await ann.until(
    ({ type, id, state }) => type === 'peer' && id === bobIs.id && state === 'connected',
    'bob connected',
  );

  const sent = await ann.type(`/mesh send ${bobIs.id} don't panic`);
  expect(sent).toMatchObject({ command: '/mesh send', ok: true, result: { to: bobIs.id, state: 'queued' } });
  const { id } = sent.result as { id: string };
  const message = await bob.until(({ type }) => type === 'message', 'message');
  expect(message).toMatchObject({ id, kind: 'direct', from: annIs.id, to: bobIs.id, text: "don't panic", hops: 1 });
  await ann.until((line) => line.type === 'delivery' && line.id === id && line.state === 'delivered', 'delivered');

  // And back, as a conversation.
  await bob.type(`/add ${annIs.id} ann`);
  expect(await bob.type('/chat ann')).toMatchObject({ ok: true, result: { id: annIs.id, name: 'ann' } });
  expect(await bob.type('hello ann')).toMatchObject({ command: '/chat', ok: true, result: { state: 'queued' } });
  expect(await ann.until(({ type }) => type === 'message', 'answer')).toMatchObject({ text: 'hello ann' });

  expect(await ann.end()).toBe(0);
  expect(await bob.end()).toBe(0);
});

test('commands of a shell, on nodes that stay', { timeout: 60_000 }, async () => {
  const [annHome, bobHome] = [tempDir(), tempDir()];
  expect(await qpc(bobHome, 'status')).toMatchObject({ code: 1 });
  expect(await qpc(bobHome, 'up')).toMatchObject({ code: 0 });
  const status = await qpc(bobHome, 'status', '--json');
  expect(status.code).toBe(0);
  const bob = JSON.parse(status.out) as Line;
  expect(bob).toMatchObject({ running: true, stays: true, mdns: 'off' });
  try {
    const sent = await qpc(
      annHome,
      '--peer',
      at(bob),
      'send',
      '--wait',
      'delivered',
      String(bob.id),
      'from',
      'a',
      'shell',
    );
    expect(sent).toMatchObject({ code: 0, err: '' });
    const heard = await qpc(bobHome, 'listen', '--json', '--since', '1h', '--count', '1');
    expect(JSON.parse(heard.out)).toMatchObject({ type: 'message', text: 'from a shell' });

    // Ann's node left with the command; nobody is there now who could confirm.
    await qpc(bobHome, 'down');
    const waiting = await qpc(annHome, 'send', '--json', '--timeout', '300ms', String(bob.id), 'later');
    expect(waiting.code).toBe(5);
    expect(JSON.parse(waiting.out)).toMatchObject({ to: bob.id, state: 'queued' });
  } finally {
    expect(await qpc(bobHome, 'down')).toMatchObject({ code: 0 });
  }
  expect(await qpc(annHome, 'send', 'bbo', 'x')).toMatchObject({ code: 3, err: expect.stringMatching(/^qpc: .*bbo/) });
});

test('a full screen brings its node back, and nothing is printed into it', { timeout: 60_000 }, async () => {
  const home = tempDir();
  using screen = terminal.spawn([QPC, '--home', home, ...LOOPBACK, '--name', 'ann']);
  await screen.until(/no peers.*help/, 20_000);
  const { pid } = JSON.parse(readFileSync(join(home, 'node.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await screen.until('Alt+R brings it back', 20_000);
  // What the next start has to say: the home was open to others.
  chmodSync(home, 0o755);
  screen.press('M-r');
  await screen.until(() => !screen.text().includes('Alt+R') && screen.text().includes('no peers'), 20_000);
  expect(screen.raw).not.toContain('qpc: ');
  expect(JSON.parse(readFileSync(join(home, 'node.json'), 'utf8')).pid).not.toBe(pid);
  screen.type('/quit\r');
  expect(await screen.exit).toBe(0);
});

test('an identity can be backed up, and restored elsewhere', { timeout: 60_000 }, async () => {
  const [home, other] = [tempDir(), tempDir()];
  const first = JSON.parse((await qpc(home, 'identity', '--json')).out) as Line;
  const { out: words, code } = await qpc(home, 'identity', 'backup');
  expect(code).toBe(0);
  const child = spawn(process.execPath, [QPC, '--home', other, 'identity', 'restore'], { env: cleanEnv() });
  child.stdin.end(words);
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  const again = JSON.parse((await qpc(other, 'identity', '--json')).out) as Line;
  expect(again.id).toBe(first.id);
  expect(await qpc(home, 'identity', 'restore')).toMatchObject({ code: 2 });
});
