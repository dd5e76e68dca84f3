import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectSocket } from '../../src/api/rpc-client.ts';
import { type RpcServer, serve } from '../../src/api/rpc-server.ts';
import type { ApiEvent, NodeApi } from '../../src/api/schema.ts';
import { notice, PlainService } from '../support/plain-service.ts';
import { tempDir } from '../support/temp-dir.ts';

const TOKEN = 'ab'.repeat(32);

let service: PlainService;
let server: RpcServer;
let path: string;
const open: { close?: () => void; destroy?: () => void }[] = [];

beforeEach(async () => {
  service = new PlainService();
  path = join(tempDir(), 'node.sock');
  server = await serve(service, { path, isToken: (line) => line === TOKEN });
});

afterEach(async () => {
  for (const one of open.splice(0)) (one.close ?? one.destroy)?.call(one);
  await server.close('the test ends');
});

async function screen(): Promise<NodeApi> {
  const api = await connectSocket({ path, token: TOKEN });
  open.push(api);
  return api;
}

/** A program that writes what it likes; `said` is everything the node wrote, `closed` when the line is down. */
function raw(
  text: string | Uint8Array,
  { end = false } = {},
): { socket: Socket; said: Promise<string>; lines: () => unknown[] } {
  const socket = createConnection(path);
  open.push(socket);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString();
  });
  socket.on('error', () => {});
  if (end) socket.end(text);
  else socket.write(text);
  return {
    socket,
    said: new Promise((resolve) => socket.once('close', () => resolve(heard))),
    lines: () =>
      heard
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

const request = (fields: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...fields })}\n`;

describe('§6 the token', () => {
  test('a program that shows it is served', async () => {
    const api = await screen();
    expect(await api.call('nick', { name: 'ann' })).toEqual({ ok: true, result: { name: 'ann' } });
  });

  for (const [what, line] of [
    ['a wrong one', 'cd'.repeat(32)],
    ['an empty line', ''],
    ['a request in its place', request({ id: 1, method: 'status' }).trim()],
  ] as const) {
    test(`${what} closes the line without a word`, async () => {
      const { said } = raw(`${line}\n${request({ id: 1, method: 'nick', params: { name: 'eve' } })}`);
      expect(await said).toBe('');
      expect(service.screens.size).toBe(0);
    });
  }

  test('a megabyte without a line end closes the line without a word', async () => {
    expect(await raw('x'.repeat(1024 * 1024 + 1)).said).toBe('');
  });

  test('nobody is asked to wait for one for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const accepted = raw('abc');
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
      vi.advanceTimersByTime(5_000);
      expect(await accepted.said).toBe('');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('§6 requests', () => {
  test('a refusal is a value, with its code and hint', async () => {
    const api = await screen();
    const error = { code: 'E_NO_WAY', message: 'no way there', hint: 'wait' };
    expect(await api.call('send', { peer: 'bob', text: 'hi' })).toEqual({ ok: false, error });
  });

  test('wrong parameters are a value that names the parameter', async () => {
    const api = await screen();
    const outcome = await api.call('nick', { nam: 'x' } as never);
    expect(outcome).toMatchObject({
      ok: false,
      error: { code: 'E_USAGE', message: expect.stringContaining('nick: name') },
    });
  });

  test('an unknown method is a value, and JSON-RPC error -32601', async () => {
    const api = await screen();
    expect(await api.call('fly' as never, {} as never)).toMatchObject({ ok: false, error: { code: 'E_USAGE' } });
    const { said } = raw(`${TOKEN}\n${request({ id: 7, method: 'fly' })}`, { end: true });
    expect(JSON.parse(await said)).toMatchObject({ jsonrpc: '2.0', id: 7, error: { code: -32_601 } });
  });

  for (const method of ['__proto__', 'constructor', 'toString']) {
    test(`${method} is no method`, async () => {
      const { said } = raw(`${TOKEN}\n${request({ id: 7, method })}`, { end: true });
      expect(JSON.parse(await said)).toMatchObject({ error: { code: -32_601 } });
    });
  }

  for (const [what, line] of [
    ['no JSON', 'hello'],
    ['JSON that is no request', '[1,2]'],
    ['deep nesting', '['.repeat(100_000)],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"status"}'],
  ] as const) {
    test(`${what} is answered with -32600, and the next request is served`, async () => {
      const { said } = raw(`${TOKEN}\n${line}\n${request({ id: 2, method: 'nick', params: { name: 'a' } })}`, {
        end: true,
      });
      const [first, second] = (await said)
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l));
      expect(first).toMatchObject({ id: null, error: { code: -32_600 } });
      expect(second).toMatchObject({ id: 2, result: { name: 'a' } });
    });
  }

  test('an exception of ours becomes E_INTERNAL and reaches the log', async () => {
    const api = await screen();
    expect(await api.call('verify', { peer: 'bob' })).toMatchObject({ ok: false, error: { code: 'E_INTERNAL' } });
    expect(service.bugs).toHaveLength(1);
  });

  test('a result that does not fit its schema never leaves the node', async () => {
    const api = await screen();
    expect(await api.call('unsubscribe', { topic: 'x' })).toMatchObject({ ok: false, error: { code: 'E_INTERNAL' } });
  });

  test('a request of 1 MiB is served; one byte more is refused with a reason, and the line is cut', async () => {
    const frame = request({ id: 1, method: 'nick', params: { name: '' } });
    const full = request({ id: 1, method: 'nick', params: { name: 'x'.repeat(1024 * 1024 - frame.length + 1) } });
    expect(full.length - 1).toBe(1024 * 1024);
    const good = raw(`${TOKEN}\n${full}`, { end: true });
    expect(JSON.parse(await good.said)).toMatchObject({ id: 1, result: {} });
    const bad = raw(`${TOKEN}\n${full.replace('"x', '"xx')}`);
    expect(JSON.parse(await bad.said)).toMatchObject({ id: null, error: { code: -32_600 } });
    await vi.waitFor(() => expect(service.screens.size).toBe(0));
  });

  test('bytes that are no UTF-8 cut the line', async () => {
    const { said } = raw(Buffer.concat([Buffer.from(`${TOKEN}\n`), Buffer.from([0xff, 0xfe, 0x0a])]));
    expect(JSON.parse(await said)).toMatchObject({ error: { code: -32_600 } });
  });

  test('a notification is done and not answered', async () => {
    const { said } = raw(`${TOKEN}\n${request({ method: 'nick', params: { name: 'a' } })}`, { end: true });
    expect(await said).toBe('');
  });

  test('a screen with 64 requests open is not read any further until one is answered', async () => {
    const asks = Array.from({ length: 100 }, (_, i) => request({ id: i, method: 'ping', params: { peer: 'p' } }));
    const { socket, lines } = raw(`${TOKEN}\n`);
    for (const ask of asks) {
      socket.write(ask);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(service.pong.length).toBeGreaterThanOrEqual(64));
    expect(service.pong.length).toBeLessThan(100);
    await vi.waitFor(() => {
      for (const answer of service.pong.splice(0)) answer();
      expect(lines()).toHaveLength(100);
    });
  });
});

describe('§6 events', () => {
  test('two screens see the same, in order', async () => {
    const seen: ApiEvent[][] = [[], []];
    for (const log of seen) {
      const api = await screen();
      api.onEvent((event) => log.push(event));
      await api.call('nick', { name: 'x' });
    }
    const told = ['one', 'two', 'three'].map((m) => notice(m));
    for (const event of told) service.tellAll(event);
    await vi.waitFor(() => expect(seen).toEqual([told, told]));
  });

  test('what happens before a screen listens waits for it', async () => {
    const api = await screen();
    await api.call('nick', { name: 'x' });
    service.tellAll(notice('early'));
    await api.call('nick', { name: 'x' });
    const seen: ApiEvent[] = [];
    api.onEvent((event) => seen.push(event));
    expect(seen).toEqual([notice('early')]);
  });

  test('a screen that does not read is cut off at 8 MB of unread events; the others go on', async () => {
    const sleeper = raw(`${TOKEN}\n`);
    await vi.waitFor(() => expect(service.screens.size).toBe(1));
    sleeper.socket.pause();
    const reader = await screen();
    let seen = 0;
    reader.onEvent(() => seen++);
    await reader.call('nick', { name: 'x' });
    let told = 0;
    const big = notice('x', 64 * 1024);
    while (service.screens.size === 2 && told < 1_000) {
      service.tellAll(big);
      told++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const megabytes = (told * 64) / 1024;
    expect(megabytes).toBeGreaterThan(8);
    expect(megabytes).toBeLessThan(12);
    await vi.waitFor(() => expect(seen).toBe(told));
  });
});

describe('§6 the end of a line', () => {
  test('a stopping node says why, and every call that waits is answered E_NODE_GONE', async () => {
    const api = await screen();
    const why = new Promise<string>((resolve) => api.onClose(resolve));
    const waiting = api.call('ping', { peer: 'p' });
    await vi.waitFor(() => expect(service.pong).toHaveLength(1));
    await server.close('the node was stopped');
    expect(await why).toBe('the node was stopped');
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'E_NODE_GONE', message: 'the node was stopped' } });
    expect(await api.call('status', {})).toMatchObject({ ok: false, error: { code: 'E_NODE_GONE' } });
    await vi.waitFor(() => expect(service.closed).toBe(1));
  });

  test('the session of a screen that vanishes is closed once', async () => {
    const { socket } = raw(`${TOKEN}\n`);
    await vi.waitFor(() => expect(service.screens.size).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(service.closed).toBe(1));
  });

  test('the 65th screen is not served', async () => {
    for (let i = 0; i < 64; i++) await (await screen()).call('nick', { name: 'x' });
    expect(await raw(`${TOKEN}\n`).said).toBe('');
  });
});
