import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { spawn } from '../../support/screen.ts';

const PROGRAM = fileURLToPath(new URL('../../support/screen-on-fake.ts', import.meta.url));

/** A shell with job control in a pty, and the screen in it, where a text has been begun. */
async function beginInShell(text: string) {
  const shell = `require('node:child_process').spawnSync('bash',['--norc','-i'],{stdio:'inherit'})`;
  const screen = spawn(['-e', shell], { cols: 90, rows: 20 }, { PS1: 'shell> ', HISTFILE: '' });
  await screen.until('shell>', 15_000);
  // The number of the shell becomes that of the screen.
  screen.type(`(echo "pid is $BASHPID"; exec ${process.execPath} ${PROGRAM})\r`);
  await screen.until('write to #general', 15_000);
  screen.type(text);
  await screen.until(`❯ ${text}`);
  const program = Number(/pid is (\d+)\r\n/.exec(screen.raw)?.[1]);
  /** By `fg`, with the text as it was. */
  const comesBack = (): Promise<void> => {
    screen.type('fg\r');
    return screen.until(() => screen.alternate() && screen.line(-1) === `❯ ${text}`, 10_000);
  };
  return Object.assign(screen, { program, comesBack });
}

describe('a shell that stops and continues the screen', () => {
  test('has its terminal back, and the screen returns with what was typed, twice, in the size of the moment', async () => {
    using screen = await beginInShell('half a sentence');
    for (const size of [
      { cols: 60, rows: 15 },
      { cols: 100, rows: 25 },
    ]) {
      screen.press('C-z');
      await screen.until(/Stopped/);
      expect(screen.alternate()).toBe(false);
      screen.type('echo the shell has its $((40 + 2)) keys\r');
      await screen.until('the shell has its 42 keys');
      screen.resize(size);
      await screen.comesBack();
      await screen.until(() => screen.line(-2).endsWith('? help') && screen.line(-1) === '❯ half a sentence');
      await screen.until(/thanks/);
    }
    screen.type('!');
    await screen.until('❯ half a sentence!');
    screen.press('C-c');
    screen.type('/quit\r');
    await screen.until(() => !screen.alternate());
    screen.type('echo still $((1 + 1)) here\r');
    await screen.until('still 2 here');
  });

  test('may continue it behind itself: nothing is written to a terminal that the shell has', async () => {
    using screen = await beginInShell('text');
    screen.press('C-z');
    await screen.until(/Stopped/);
    const before = screen.raw.length;
    screen.type('kill -CONT %1; sleep 0.5; echo "then $((1 + 1))"\r');
    await screen.until('then 2');
    expect(screen.raw.slice(before)).not.toMatch(/\x1b\[\?(?:7l|1004h|1049h)/);
    await screen.comesBack();
  });

  test('may stop it by a signal from elsewhere', async () => {
    using screen = await beginInShell('text');
    process.kill(screen.program, 'SIGTSTP');
    await screen.until(/Stopped/);
    expect(screen.alternate()).toBe(false);
    await screen.comesBack();
  });

  test('finds it as it was after it was stopped without a chance to say so', async () => {
    using screen = await beginInShell('text');
    process.kill(screen.program, 'SIGSTOP');
    await screen.until(/Stopped/);
    screen.type('clear\r');
    await screen.until(() => !screen.text().includes('#general'));
    await screen.comesBack();
    screen.type('!');
    await screen.until('❯ text!');
  });
});
