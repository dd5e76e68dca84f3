import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { strayIn } from '../support/own-output.ts';
import { spawn } from '../support/screen.ts';

const PROGRAM = fileURLToPath(new URL('../support/screen-on-fake.ts', import.meta.url));

/** The built screen in a pty, as far as its first frame. */
async function start(...args: string[]) {
  const screen = spawn([PROGRAM, ...args], { cols: 80, rows: 20 });
  await screen.until('#general', 15_000);
  return screen;
}

test('leaving with something that waits says so on the normal screen', async () => {
  using screen = await start();
  screen.type('/mesh send dora are you there\r');
  await screen.until('1 waiting');
  screen.press('C-c');
  await screen.until('again to quit');
  screen.press('C-c');
  expect(await screen.exit).toBe(0);
  await screen.until(() => !screen.alternate());
  await screen.until('1 message still waiting');
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
    expect(strayIn(screen.raw)).toBeUndefined();
    expect(screen.raw).not.toMatch(/\x1b\[(2J|31m)/);
    expect(screen.raw).not.toMatch(/\x1b\]2;[^\x07]*(owned\x07|\\x1b)/);
  });
});

const AMONG = fileURLToPath(new URL('../support/screen-among-strangers.ts', import.meta.url));

test('whatever was ever written to do harm, as message, name, topic, address and words of an error: not a byte of it is obeyed', async () => {
  using screen = spawn([AMONG], { cols: 100, rows: 30 });
  await screen.until('CHATS', 15_000);
  const keys = [
    'M-p',
    'Esc',
    'M-s',
    'Esc',
    'M-i',
    'Esc',
    'M-m',
    'Esc',
    'M-2',
    'M-1',
    'M-a',
    'C-g',
    'Esc',
    'M-v',
    'Esc',
  ];
  let over = false;
  void screen.exit.then(() => {
    over = true;
  });
  for (let turn = 0; !over; turn++) {
    if (turn % 20 === 0) screen.type('/mesh ping bob\r');
    else screen.press(keys[turn % keys.length]!);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(await screen.exit).toBe(143);
  expect(strayIn(screen.raw)).toBeUndefined();
  expect(screen.raw).toContain('\\u{1b}]0;owned\\u{7}');
  // What our own sequences carry is ours: titles and notices have no control and no end of their own in them.
  expect(screen.raw).not.toMatch(/\x1b\]2;[^\x07]*owned\x07|\x1b\]52|\x1b\]8;;http:\/\/evil/);
}, 90_000);

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
