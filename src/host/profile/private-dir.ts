import { chmodSync, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, StartError } from '../process/start-error.ts';
import { makeDirectory } from './make-directory.ts';

/** Names of files that qpc itself makes, or reads, in a home directory. */
const OURS = /^(node|identity|config|qpc)\b/;

/**
 * Makes the directory if it is missing, and makes sure that nobody else can look into it: it belongs to this user and has mode 0700.
 * A directory of ours, or an empty one, that others may read is closed to them; a directory with other things in it is not touched.
 *
 * @returns its real path, and a warning for the user when something was changed or is doubtful.
 * @throws StartError
 */
export function openHome(path: string): { readonly path: string; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  let real: string;
  let files: readonly string[];
  try {
    makeDirectory(path);
    const link = lstatSync(path);
    if (link.isSymbolicLink() && !isTrusted(link)) throw new StartError(`${path} is a link that somebody else made`);
    real = realpathSync(path);
    files = readdirSync(real);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`the home directory ${path} cannot be used: ${words(error)}`, { exitCode: EXIT.noFile });
  }
  const stats = statSync(real);
  if (process.platform === 'win32') return { path: real, warnings };
  if (stats.uid !== process.getuid?.()) {
    throw new StartError(`the home directory ${path} belongs to another user`, { hint: 'choose another with --home' });
  }
  if (stats.mode & 0o077) {
    if (!files.every((name) => OURS.test(name))) {
      const hint = `chmod 700 '${path}', or choose a directory of its own with --home`;
      throw new StartError(`others can look into the home directory ${path}, and it holds other files than qpc's`, {
        hint,
      });
    }
    chmodSync(real, 0o700);
    warnings.push(`others could look into ${path}; now only you can (chmod 700)`);
  }
  if (anybodyCanReplace(real)) warnings.push(`anybody can replace ${path}: the directory around it is open to all`);
  return { path: real, warnings };
}

/**
 * Makes, or checks, a directory of ours beside those of others: it must be no link, belong to this user, and have mode 0700.
 *
 * @throws StartError
 */
export function openPrivateDir(path: string): void {
  try {
    makeDirectory(path);
  } catch (error) {
    throw new StartError(`${path} cannot be made: ${words(error)}`);
  }
  const stats = lstatSync(path);
  if (process.platform === 'win32') return;
  if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & 0o077) !== 0) {
    throw new StartError(`${path} is not a directory that only you can use`, { hint: 'remove it and start again' });
  }
}

const isTrusted = (stats: Stats): boolean => stats.uid === 0 || stats.uid === process.getuid?.();

function anybodyCanReplace(path: string): boolean {
  const around = statSync(dirname(path));
  const sticky = (around.mode & 0o1000) !== 0;
  return (around.mode & 0o002) !== 0 && !sticky;
}

function words(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return WORDS[code ?? ''] ?? message;
}

const WORDS: Readonly<Record<string, string>> = {
  EEXIST: 'it is not a directory',
  ENOTDIR: 'it is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};
