import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { spawn } from '../../support/screen.ts';
import { tempDir } from '../../support/temp-dir.ts';

const PROGRAM = fileURLToPath(new URL('../../support/screen-on-fake.ts', import.meta.url));

/** The built screen in a pty, with an editor that does `script`. */
async function start(script = 'true') {
  const path = join(tempDir(), 'editor');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const screen = spawn([PROGRAM], { cols: 80, rows: 20 }, { EDITOR: path, TMPDIR: tempDir() });
  await screen.until('#general', 15_000);
  return screen;
}

describe('$EDITOR in a real terminal', () => {
  test('has the normal screen and the keys, lines and echo as usual; then we have them again', async () => {
    using screen = await start('echo "the editor is here"; read answer; echo "$answer" >> "$1"');
    screen.type('begun');
    await screen.until('❯ begun');
    screen.press('C-x', 'C-e');
    await screen.until('the editor is here');
    expect(screen.alternate()).toBe(false);
    expect(screen.raw.lastIndexOf('\x1b[?7h')).toBeGreaterThan(screen.raw.lastIndexOf('\x1b[?7l'));
    screen.type('typed into it\r');
    await screen.until(() => screen.alternate() && screen.text().includes('  typed into it'));
    expect(screen.line(-2)).toBe('❯ begun');
    screen.type(', and on');
    await screen.until('typed into it, and on');
    expect(screen.raw.lastIndexOf('\x1b[?7l')).toBeGreaterThan(screen.raw.lastIndexOf('\x1b[?7h'));
  });

  test('dies of Ctrl+C, and we do not', async () => {
    using screen = await start('echo "the editor is here"; read answer');
    screen.type('kept');
    await screen.until('❯ kept');
    screen.press('C-x', 'C-e');
    await screen.until('the editor is here');
    screen.press('C-c');
    await screen.until('nothing was changed');
    expect(screen.line(-1)).toBe('❯ kept');
  });
});

test('a paste of 5 MB leaves the screen working and what was written there', async () => {
  using screen = await start();
  screen.type('kept');
  await screen.until('❯ kept');
  screen.paste('0123456789abcde\n'.repeat(330_000));
  await screen.until('not pasted: it is more than this line holds', 10_000);
  screen.type('!');
  await screen.until('❯ kept!');
});
