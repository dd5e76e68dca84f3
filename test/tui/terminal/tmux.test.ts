import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasProgram } from '../../support/needs.ts';

const PROGRAM = fileURLToPath(new URL('../../support/screen-on-fake.ts', import.meta.url));

/** A tmux of its own, with the built screen in it. */
function startInTmux(...args: readonly string[]) {
  const name = `qpc-test-${process.pid}`;
  const env = { ...process.env, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
  const tmux = (...words: readonly string[]): string =>
    execFileSync('tmux', ['-L', name, '-f', '/dev/null', ...words], { env, encoding: 'utf8' });
  tmux('new-session', '-d', '-x', '90', '-y', '20', process.execPath, PROGRAM, ...args);
  onTestFinished(() => void tmux('kill-server'));
  const lines = (): string[] => tmux('capture-pane', '-p').replace(/\n$/, '').split('\n');
  const until = async (holds: (lines: string[]) => boolean): Promise<string[]> => {
    const end = Date.now() + 15_000;
    for (;;) {
      const seen = lines();
      if (holds(seen)) return seen;
      if (Date.now() > end) throw new Error(`tmux never showed ${holds}:\n${seen.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };
  return { tmux, until };
}

describe.skipIf(!hasProgram('tmux', '-V'))('in a real tmux', () => {
  test('emoji that it draws wider or narrower than others are simplified, and everything stands where it should', async () => {
    const { tmux, until } = startInTmux('x 👍🏽 y 1️⃣ z');
    const seen = await until((lines) => lines.some((line) => line.includes('x 👍')));
    const row = seen.find((line) => line.includes('x 👍'))!;
    // tmux before 3.4 gives the toned hand four cells, and the key one.
    expect(row).toMatch(/x 👍🏽? y 1(️⃣)? z/u);
    await until((lines) => lines.at(-2)!.endsWith('? help'));
    tmux('send-keys', '-l', '👍🏽👍🏽 1️⃣x');
    await until((lines) => /1(️⃣)?x$/.test(lines.at(-1)!));
    const caret = Number(tmux('display-message', '-p', '#{cursor_x}'));
    const written = (await until(() => true)).at(-1)!;
    // Cells of tmux itself: what is before the caret is what it has drawn.
    expect(caret).toBe(/1️⃣/.test(written) ? 10 : 9);
    tmux('resize-window', '-x', '50', '-y', '12');
    await until((lines) => lines.length === 12 && lines.at(-2)!.endsWith('? help'));
  }, 40_000);

  test('a paste that looks like commands runs none, though tmux does not say that it marks pastes', async () => {
    const { tmux, until } = startInTmux();
    await until((lines) => /write to/.test(lines.at(-1)!));
    tmux('set-buffer', '/quit\n/quit\n');
    tmux('paste-buffer', '-p');
    await until((lines) => lines.filter((line) => /\/quit$/.test(line)).length === 2);
    tmux('send-keys', 'C-c');
    await until((lines) => /write to/.test(lines.at(-1)!));
    tmux('paste-buffer');
    await until((lines) => lines.filter((line) => /\/quit$/.test(line)).length === 2);
  }, 40_000);
});
