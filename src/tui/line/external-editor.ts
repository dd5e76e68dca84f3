import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { PROMPT_UNITS_MAX } from '../../core/base/limits.ts';

/** What came of a text in an editor, or why it is as it was. */
export type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/**
 * Lets the person work on `text` in their own editor (`$VISUAL`, else `$EDITOR`, else vi; a command with words is fine), which has the terminal
 * until it ends. The text is in a file of mode 0600 in a directory of mode 0700, and both are gone afterwards, whatever happens: but for a
 * text that has become longer than a line of ours can be, which is left where it is and its place told. A newline at the end,
 * which editors want and put there, is left out.
 */
export async function editElsewhere(text: string, env: Readonly<Record<string, string | undefined>>): Promise<Edited> {
  const command = env.VISUAL?.trim() || env.EDITOR?.trim() || 'vi';
  const directory = privateDirectory([env.XDG_RUNTIME_DIR, env.TMPDIR, '/tmp']);
  if (directory === undefined) return { ok: false, why: 'there is no place for a private file to edit' };
  const file = `${directory}/message.md`;
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  let keep = false;
  try {
    writeFileSync(file, /(?:^|\n)$/.test(text) ? text : `${text}\n`, { mode: 0o600, flag: 'wx' });
    const code = await run(command, file);
    if (code === 127) return { ok: false, why: `there is no editor ${command} (set VISUAL or EDITOR)` };
    if (code !== 0) return { ok: false, why: `${command} ended with ${code ?? 'a signal'}: nothing was changed` };
    const edited = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    keep = edited.length > PROMPT_UNITS_MAX;
    return keep
      ? { ok: false, why: `that is more than this line holds: it is in ${file}` }
      : { ok: true, text: edited };
  } catch (error) {
    return { ok: false, why: `the file to edit was lost (${(error as Error).message}): nothing was changed` };
  } finally {
    process.off('exit', remove);
    if (!keep) remove();
  }
}

/** A new directory that nobody else can look into, in the first place that there is. */
function privateDirectory(places: readonly (string | undefined)[]): string | undefined {
  for (const place of places) {
    try {
      if (place) return mkdtempSync(`${place}/qpc-`);
    } catch {
      // Not there, or not ours: the next one.
    }
  }
  return undefined;
}

/** Runs the editor as a shell would; its exit code, `undefined` after a signal. */
async function run(command: string, file: string): Promise<number | undefined> {
  const giveBack = leaveKeysToTheShell();
  try {
    const child = spawn('/bin/sh', ['-c', `${command} "$@"`, command, file], { stdio: 'inherit' });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? undefined));
    });
  } finally {
    giveBack();
  }
}

/**
 * While a child has the terminal, Ctrl+C and Ctrl+\ are meant for it and not for us, and Ctrl+Z stops us as it stops the child, or the shell would
 * never notice.
 */
function leaveKeysToTheShell(): () => void {
  const ours = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  const ignore = (): void => {};
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignore);
  return () => {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.off(signal, ignore);
    for (const [signal, listeners] of ours) for (const listener of listeners) process.on(signal, listener);
  };
}

const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTSTP', 'SIGCONT'] as const;
