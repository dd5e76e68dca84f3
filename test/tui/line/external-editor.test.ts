import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROMPT_UNITS_MAX } from '../../../src/core/base/limits.ts';
import { editElsewhere } from '../../../src/tui/line/external-editor.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** An editor that does `script` to the file `$1`, and where its files go. */
function editor(script: string) {
  const home = tempDir();
  const path = join(home, 'my editor');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { env: { EDITOR: `'${path}'`, TMPDIR: tempDir() }, home };
}

const left = (env: { readonly TMPDIR: string }): string[] => readdirSync(env.TMPDIR);

describe('$EDITOR', () => {
  test('gets the text in a private file, and what it leaves there is the text; the file is gone', async () => {
    const { env, home } = editor(
      `ls -ld "$1" "$(dirname "$1")" | cut -c1-10 > ${'"$(dirname "$0")"'}/modes; echo "two" >> "$1"`,
    );
    expect(await editElsewhere('one\n', env)).toEqual({ ok: true, text: 'one\ntwo' });
    expect(readFileSync(join(home, 'modes'), 'utf8')).toBe('drwx------\n-rw-------\n');
    expect(left(env)).toEqual([]);
  });

  test('may be a command with words; $VISUAL comes first', async () => {
    const { env } = editor('exit 3');
    expect(await editElsewhere('a b', { ...env, VISUAL: "sed -i -e 's/b/c/'" })).toEqual({ ok: true, text: 'a c' });
  });

  test('that fails changes nothing, and says so', async () => {
    const { env } = editor('echo lost > "$1"; exit 3');
    expect(await editElsewhere('kept', env)).toMatchObject({ ok: false, why: expect.stringMatching(/ended with 3/) });
    expect(left(env)).toEqual([]);
  });

  test('that is not there, or takes the file away, changes nothing', async () => {
    expect(await editElsewhere('kept', { EDITOR: '/no/such/editor', TMPDIR: tempDir() })).toMatchObject({ ok: false });
    const { env } = editor('rm "$1"');
    expect(await editElsewhere('kept', env)).toMatchObject({ ok: false });
    expect(left(env)).toEqual([]);
  });

  test('a text that no line can hold stays in its file, and is named', async () => {
    const { env } = editor(`head -c ${PROMPT_UNITS_MAX + 2} /dev/zero | tr '\\0' x > "$1"`);
    const edited = await editElsewhere('', env);
    const file = edited.ok ? '' : (/it is in (.*)$/.exec(edited.why)?.[1] ?? '');
    expect(existsSync(file)).toBe(true);
    expect(dirname(dirname(file))).toBe(env.TMPDIR);
  });

  test('keeps Ctrl+C for itself: we go on, and listen as before', async () => {
    const heard: string[] = [];
    const listener = (): void => void heard.push('SIGINT');
    process.on('SIGINT', listener);
    const { env } = editor(`kill -INT ${process.pid}; echo done > "$1"`);
    expect(await editElsewhere('', env)).toEqual({ ok: true, text: 'done' });
    expect(process.listeners('SIGINT')).toContain(listener);
    process.off('SIGINT', listener);
    expect(heard).toEqual([]);
  });
});
