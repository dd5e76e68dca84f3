import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { NodeApi } from '../../../src/api/schema.ts';
import { resolveOptions } from '../../../src/host/options/options.ts';
import { attachOrStart, connect, stopNode } from '../../../src/host/process/attach.ts';
import { isHeld, readNodeFile } from '../../../src/host/profile/profile.ts';
import { tempDir } from '../../support/temp-dir.ts';

const run = promisify(execFile);

/** The node's program, straight from the sources. */
const COMMAND = [process.execPath, join(import.meta.dirname, '../../support/node-process.ts')];

const homes: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const home of homes.splice(0)) {
    await stopNode(home);
    const pid = readNodeFile(home)?.pid;
    if (pid !== undefined && isHeld(home)) process.kill(pid, 'SIGKILL');
  }
});

function newHome(): string {
  const home = join(tempDir(), 'home');
  homes.push(home);
  return home;
}

const QUIET = { listen: '127.0.0.1:0', mdns: false };

function input(home: string, more: object = {}) {
  const flags = { home, ...QUIET, ...more };
  const resolved = resolveOptions({ flags, env: {} });
  if (!resolved.ok) throw new Error(resolved.error);
  return { options: resolved.options, flags, command: COMMAND, settings: resolved.settings };
}

async function start(home: string, more: object = {}): Promise<NodeApi & { readonly pid: number }> {
  const attached = await attachOrStart(input(home, more));
  if (!attached.ok) throw new Error(attached.error.message);
  const api = attached.result;
  const met = await api.call('attach', { version: '0' });
  if (!met.ok) throw new Error(met.error.message);
  return Object.assign(api, { pid: met.result.status.pid });
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const toEnd = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5_000, interval: 20 });

describe('a node is a process of its own', () => {
  test('the first screen starts it, the second attaches to it, and both see the same', async () => {
    const home = newHome();
    const one = await start(home);
    const two = await start(home);
    expect(one.pid).not.toBe(process.pid);
    expect(two.pid).toBe(one.pid);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'node.sock')).mode & 0o077).toBe(0);
    const seen: unknown[] = [];
    two.onEvent((event) => seen.push(event));
    const joined = await one.call('broadcast', { topic: 'den', text: 'hello' });
    expect(joined).toMatchObject({ ok: true, result: { channel: 'den', neighbours: 0, subscribed: true } });
    await vi.waitFor(() => expect(seen).toContainEqual(expect.objectContaining({ type: 'message', text: 'hello' })));
  });

  test('two screens that start it at the same time get the same node', async () => {
    const home = newHome();
    const both = await Promise.all([start(home), start(home)]);
    expect(both[0].pid).toBe(both[1].pid);
  });

  test('it keeps what it was told across a stop and a start', async () => {
    const home = newHome();
    const first = await start(home);
    const who = await first.call('identity', {});
    await first.call('subscribe', { topic: 'den' });
    await first.call('nick', { name: 'ann' });
    await stopNode(home);
    const second = await start(home);
    expect(second.pid).not.toBe(first.pid);
    expect(await second.call('identity', {})).toMatchObject({
      result: { ...(who.ok ? { id: who.result.id } : {}), name: 'ann' },
    });
    expect(await second.call('channels', {})).toMatchObject({ result: { channels: [{ channel: 'den', open: true }] } });
  });

  test('until a name is chosen it is node- and four letters of the id', async () => {
    const api = await start(newHome());
    const status = await api.call('status', {});
    if (!status.ok) throw new Error(status.error.message);
    expect(status.result.name).toBe(`node-${status.result.id.slice(0, 4)}`);
  });
});

test('without file descriptors for it, it is not started, and that is said in words', async () => {
  const child = join(import.meta.dirname, '../../support/starting-child.ts');
  const { stdout } = await run('sh', ['-c', 'ulimit -n 40; exec "$@"', 'sh', process.execPath, child, newHome()]);
  expect(stdout.trim()).toMatch(
    /^the node cannot be started: spawn .* EMFILE; raise the limit of open files: ulimit -n$/,
  );
});

describe('the life of the process', () => {
  test('it ends when its last screen says goodbye, and leaves nothing that names it', async () => {
    const home = newHome();
    const one = await start(home);
    const two = await start(home);
    expect(await one.call('goodbye', {})).toMatchObject({ ok: true });
    one.close();
    expect(await two.call('status', {})).toMatchObject({ ok: true });
    const why = new Promise((resolve) => two.onClose(resolve));
    expect(await two.call('goodbye', {})).toMatchObject({ ok: true });
    expect(await why).toBe('the node stopped: the last screen left');
    await toEnd(one.pid);
    for (const file of ['node.json', 'node.token', 'node.sock']) expect(existsSync(join(home, file))).toBe(false);
  });

  test('when a screen vanishes it waits for another, and ends when none comes', async () => {
    vi.stubEnv('TEST_GRACE_MS', '1500');
    const home = newHome();
    const one = await start(home);
    one.close();
    await new Promise((resolve) => setTimeout(resolve, 150));
    const two = await start(home);
    expect(two.pid).toBe(one.pid);
    two.close();
    await toEnd(one.pid);
  });

  test('told to stay it outlives its screens; down ends it', async () => {
    vi.stubEnv('TEST_GRACE_MS', '1000');
    const home = newHome();
    const api = await start(home);
    expect(await api.call('stay', {})).toEqual({ ok: true, result: { pid: api.pid } });
    await api.call('goodbye', {});
    api.close();
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(isAlive(api.pid)).toBe(true);
    expect(await stopNode(home)).toEqual({ ok: true, result: { pid: api.pid } });
    expect(isHeld(home)).toBe(false);
    await toEnd(api.pid);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`${signal} stops it in order, and screens are told`, async () => {
      const home = newHome();
      const api = await start(home);
      const why = new Promise((resolve) => api.onClose(resolve));
      process.kill(api.pid, signal);
      expect(await why).toBe(`the node stopped: it was stopped by ${signal}`);
      await toEnd(api.pid);
      expect(readNodeFile(home)).toBeUndefined();
    });
  }

  test('killed, its screens are told, and the next start recovers: the lock, the socket, what was stored', async () => {
    const home = newHome();
    const api = await start(home);
    const sent = await api.call('broadcast', { topic: 'den', text: 'kept' });
    const why = new Promise((resolve) => api.onClose(resolve));
    process.kill(api.pid, 'SIGKILL');
    expect(await why).toBe('the connection to the node broke');
    expect(readNodeFile(home)?.pid).toBe(api.pid);
    expect(await connect(home)).toBeUndefined();
    const next = await start(home);
    expect(next.pid).not.toBe(api.pid);
    const history = await next.call('history', { where: '#den' });
    expect(history).toMatchObject({ result: { messages: [{ text: 'kept', id: sent.ok ? sent.result.id : '' }] } });
  });
});

describe('what keeps a node from starting comes back to who started it', () => {
  function byHand(...argv: string[]): Promise<{ code: number | null; stderr: string }> & { child: ChildProcess } {
    const [program = '', script = ''] = COMMAND;
    const child = spawn(program, [script, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, stderr })),
    );
    return Object.assign(ended, { child });
  }

  test('a second node is refused with exit code 75 and the pid of the first', async () => {
    const home = newHome();
    const api = await start(home);
    const { code, stderr } = await byHand('--home', home, '--listen', '127.0.0.1:0', '--no-mdns');
    expect(code).toBe(75);
    expect(stderr).toContain(`✗ another node holds this profile: process ${api.pid}`);
  });

  test('a wrong option is exit code 2, in one sentence', async () => {
    const { code, stderr } = await byHand('--home', newHome(), '--listen', 'nowhere');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^✗ --listen "nowhere" is not HOST:PORT.*\n$/);
  });

  test('a damaged identity is exit code 6, and is not touched', async () => {
    const home = newHome();
    await start(home);
    await stopNode(home);
    writeFileSync(join(home, 'identity.json'), '{"version":1', { mode: 0o600 });
    const attached = await attachOrStart(input(home));
    expect(attached).toMatchObject({ ok: false, exitCode: 6, error: { code: 'E_IDENTITY' } });
    expect(readFileSync(join(home, 'identity.json'), 'utf8')).toBe('{"version":1');
  });

  test('a damaged database is named, and is not touched', async () => {
    const home = newHome();
    await start(home);
    await stopNode(home);
    writeFileSync(join(home, 'qpc.db'), 'x'.repeat(8192));
    const attached = await attachOrStart(input(home));
    expect(attached).toMatchObject({ ok: false, error: { message: expect.stringContaining('qpc.db is damaged') } });
    expect(isHeld(home)).toBe(false);
  });

  test('a node that holds the profile and does not answer is named, and nothing waits for it for ever', async () => {
    const home = newHome();
    const api = await start(home);
    process.kill(api.pid, 'SIGSTOP');
    try {
      expect(await attachOrStart({ ...input(home), patienceMs: 300 })).toMatchObject({
        ok: false,
        exitCode: 75,
        error: { code: 'E_TAKEN', message: `process ${api.pid} holds this profile and does not answer` },
      });
      expect(await connect(home, 100)).toBeUndefined();
      expect(isHeld(home)).toBe(true);
    } finally {
      process.kill(api.pid, 'SIGCONT');
    }
  });

  test('a program that ends without a word is told as such', async () => {
    const attached = await attachOrStart({ ...input(newHome()), command: [process.execPath, '-e', 'process.exit(9)'] });
    expect(attached).toMatchObject({
      ok: false,
      exitCode: 70,
      error: { message: 'the node ended before it was ready (exit code 9)' },
    });
  });
});

describe('a screen that joins a running node', () => {
  test('is told of another version, and of flags that are not applied', async () => {
    const home = newHome();
    const api = await start(home, { name: 'ann' });
    const { settings } = input(home, { name: 'bob', listen: '127.0.0.1:0', mdns: false, domain: 'lab', verbose: true });
    const met = await api.call('attach', { version: '0.0.1', settings });
    expect(met).toMatchObject({
      result: {
        notices: [
          expect.stringContaining('this screen is qpc 0.0.1, the node is'),
          expect.stringContaining('--name bob is not applied: the node runs with ann'),
          expect.stringContaining('--domain lab is not applied: the node was started without it'),
          expect.stringMatching(/^--verbose is not applied: the node was started without it/),
        ],
      },
    });
  });
});

describe('the passphrase', () => {
  test('reaches the node through a pipe, never by its arguments or environment', async () => {
    const home = newHome();
    const first = await attachOrStart({ ...input(home), passphrase: 'open sesame' });
    if (!first.ok) throw new Error(first.error.message);
    const pid = readNodeFile(home)?.pid ?? 0;
    const shown = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join();
    expect(shown).toContain('--from-starter');
    expect(shown).not.toContain('sesame');
    expect(readFileSync(join(home, 'identity.json'), 'utf8')).toContain('sealed');
    await stopNode(home);
    expect(await attachOrStart(input(home))).toMatchObject({ ok: false, exitCode: 6, needsPassphrase: true });
    const wrong = await attachOrStart({ ...input(home), passphrase: 'open' });
    expect(wrong).toMatchObject({ ok: false, exitCode: 6, error: { code: 'E_IDENTITY' } });
    expect(wrong).not.toHaveProperty('needsPassphrase');
    const file = join(tempDir(), 'passphrase');
    writeFileSync(file, 'open sesame\n');
    expect(await attachOrStart(input(home, { passphraseFile: file }))).toMatchObject({ ok: true });
  });
});
