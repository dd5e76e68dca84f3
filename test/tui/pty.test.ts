import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { spawn } from '../support/screen.ts';

const PROGRAM = fileURLToPath(new URL('../support/screen-on-fake.ts', import.meta.url));

/** The built screen in a pty, as far as its first frame. */
async function start(...args: string[]) {
  const screen = spawn([PROGRAM, ...args], { cols: 80, rows: 20 });
  await screen.until('#general', 15_000);
  return screen;
}

/** What a program switches on, and what switches it off again. */
const MODES = [
  ['\x1b[?1049h', '\x1b[?1049l'], // alternate screen
  ['\x1b[?25l', '\x1b[?25h'], // caret
  ['\x1b[?2004h', '\x1b[?2004l'], // bracketed paste
  ['\x1b[?1004h', '\x1b[?1004l'], // focus reports
  ['\x1b[?7l', '\x1b[?7h'], // autowrap
  ['\x1b[22;2t', '\x1b[23;2t'], // title
] as const;

function expectCleanTerminal(raw: string): void {
  for (const [on, off] of MODES) {
    expect(raw).toContain(on);
    expect(raw.lastIndexOf(off), JSON.stringify(off)).toBeGreaterThan(raw.lastIndexOf(on));
  }
}

describe('leaving gives the terminal back as it was', () => {
  test('by /quit', async () => {
    using screen = await start();
    screen.type('/quit\r');
    expect(await screen.exit).toBe(0);
    expectCleanTerminal(screen.raw);
    await screen.until(() => !screen.alternate());
  });

  test('by Ctrl+C twice, with a word about what waits', async () => {
    using screen = await start();
    screen.type('/mesh send dora are you there\r');
    await screen.until('1 waiting');
    screen.press('C-c');
    await screen.until('again to quit');
    screen.press('C-c');
    expect(await screen.exit).toBe(0);
    expectCleanTerminal(screen.raw);
    await screen.until('1 message still waiting');
  });

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const) {
    test(`by ${signal}`, async () => {
      using screen = await start();
      process.kill(screen.pid, signal);
      expect(await screen.exit).toBe(code);
      expectCleanTerminal(screen.raw);
    });
  }
});

describe('strangers', () => {
  test('cannot send the terminal a single byte that it would obey, wherever their text is shown', async () => {
    const mark = 'MARK';
    const hostile = `${mark}\x1b]0;owned\x07\x1b[2J\x1b[31m\u009b31m\x1b]8;;http://evil\x1b\\\x1bP\x1b\\\u202e\x08\x7f`;
    using screen = await start(hostile);
    await screen.until(mark);
    for (const key of ['M-p', 'M-s', 'M-i', 'M-2', 'M-1']) {
      screen.press(key);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await screen.until(/MARK\\u\{1b\}\]0;owned\\u\{7\}/);
    screen.type('/quit\r');
    await screen.exit;
    // The program itself writes looks, places, modes and its own title, and nothing else.
    const own =
      /\x1b\[[0-9;]*[mHABCDEGJKt]|\x1b\[[?>=<]?[0-9;]*[hlucnq]|\x1b\]2;[^\x07\x1b]*\x07|\x1b\]11;\?\x07|\r|\n/g;
    expect(screen.raw.replace(own, '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    expect(screen.raw).not.toMatch(/\x1b\[(2J|31m)/);
    expect(screen.raw).not.toMatch(/\x1b\]2;[^\x07]*(owned\x07|\\x1b)/);
  });
});

describe('at rest', () => {
  test('nothing is drawn while nothing happens', async () => {
    using screen = await start();
    await screen.until(/write to/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = screen.raw.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(screen.raw.length).toBe(before);
  });
});
