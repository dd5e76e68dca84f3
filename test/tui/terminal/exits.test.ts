import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import { describe, expect, test } from 'vitest';
import { strayIn } from '../../support/own-output.ts';
import { spawn } from '../../support/screen.ts';

const PROGRAM = fileURLToPath(new URL('../../support/screen-on-fake.ts', import.meta.url));

/** The built screen in a pty, as far as its first frame. */
async function start(env: NodeJS.ProcessEnv = {}, size = { cols: 80, rows: 20 }) {
  const screen = spawn([PROGRAM], size, env);
  await screen.until('#general', 15_000);
  return screen;
}

/** What is switched on, and what switches it off again. */
const MODES = [
  ['\x1b[?1049h', '\x1b[?1049l'], // alternate screen
  ['\x1b[?25l', '\x1b[?25h'], // caret
  ['\x1b[?2004h', '\x1b[?2004l'], // bracketed paste
  ['\x1b[?1004h', '\x1b[?1004l'], // focus reports
  ['\x1b[?7l', '\x1b[?7h'], // autowrap
  ['\x1b[22;2t', '\x1b[23;2t'], // title
] as const;

/** What was written leaves the terminal as it was, with nothing after that but lines of text. */
function expectClean(raw: string): void {
  for (const [on, off] of MODES) {
    expect(raw).toContain(on);
    expect(raw.lastIndexOf(off), JSON.stringify(off)).toBeGreaterThan(raw.lastIndexOf(on));
  }
  const last = Math.max(...MODES.map(([, off]) => raw.lastIndexOf(off) + off.length));
  expect(raw.slice(last)).not.toMatch(/\x1b/);
  expect(strayIn(raw)).toBeUndefined();
}

describe('whatever ends the screen, the terminal is as it was', () => {
  for (const [how, keys, code] of [
    ['/quit', '/quit\r', 0],
    ['Ctrl+D on an empty line', '\x04', 0],
    ['Ctrl+C twice', '\x03\x03', 0],
  ] as const) {
    test(how, async () => {
      using screen = await start();
      screen.type(keys);
      expect(await screen.exit).toBe(code);
      expectClean(screen.raw);
      await screen.until(() => !screen.alternate());
    });
  }

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const) {
    test(signal, async () => {
      using screen = await start();
      process.kill(screen.pid, signal);
      expect(await screen.exit).toBe(code);
      expectClean(screen.raw);
    });
  }

  for (const [fault, code, said] of [
    ['timer', 70, 'Error: a timer failed'],
    ['rejection', 70, 'Error: a promise failed'],
    ['exit', 3, ''],
  ] as const) {
    test(`a mistake of ours: ${fault}`, async () => {
      using screen = await start({ FAULT: fault });
      process.kill(screen.pid, 'SIGUSR2');
      expect(await screen.exit).toBe(code);
      expectClean(screen.raw);
      const after = screen.raw.slice(screen.raw.lastIndexOf('\x1b[?1049l'));
      expect(after).toContain(said);
      if (said !== '') expect(after).toContain('the node goes on');
    });
  }

  test('a signal while the terminal is still being asked how it draws', async () => {
    // Nobody answers here, so the question is open for its whole time.
    const child = pty.spawn(process.execPath, [PROGRAM], {
      name: 'xterm-256color',
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    });
    const exit = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
    let raw = '';
    child.onData((bytes) => {
      if (!raw.includes('\x1b[6n') && bytes.includes('\x1b[6n')) process.kill(child.pid, 'SIGTERM');
      raw += bytes;
    });
    expect(await exit).toBe(143);
    expect(raw.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?1049h'));
    expect(raw.lastIndexOf('\x1b[?25h')).toBeGreaterThanOrEqual(raw.lastIndexOf('\x1b[?25l'));
  });

  test('a terminal that is closed ends it within moments, without a word', async () => {
    const child = pty.spawn('/bin/sh', ['-c', `"$0" "$1"; echo "$?" > "$2"`, process.execPath, PROGRAM, '/dev/null'], {
      name: 'xterm-256color',
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    });
    let raw = '';
    child.onData((bytes) => {
      raw += bytes;
    });
    const pid = await childOf(child.pid);
    await within(15_000, () => raw.includes('\x1b[?2004h'));
    child.kill('SIGKILL');
    (child as unknown as { destroy(): void }).destroy();
    await within(5_000, () => !alive(pid));
  });
});

/** The one child of a process, once there is one. */
async function childOf(pid: number): Promise<number> {
  const { readFileSync } = await import('node:fs');
  let found = 0;
  await within(5_000, () => {
    found = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
    return found > 0;
  });
  return found;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function within(limitMs: number, holds: () => boolean): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
