import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { dirname } from 'node:path';

/** The calls that writing a file takes; a test hands in some that fail at each step. */
export type FileCalls = Pick<
  typeof fs,
  'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'linkSync' | 'renameSync' | 'unlinkSync' | 'existsSync'
>;

/** Whether `name` is a temporary file that a crash left beside the file `of`. */
export const isLeftover = (name: string, of: string): boolean =>
  name.startsWith(`${of}.`) && /^\.[0-9a-f]{16}\.new$/.test(name.slice(of.length));

/**
 * Writes a new file of mode 0600 so that after a crash at any moment it is there as a whole or not at all.
 *
 * @returns false, with nothing changed, when there is one already.
 */
export function createDurably(path: string, content: Uint8Array, calls: FileCalls = fs): boolean {
  const temporary = writeTemporary(path, content, calls);
  try {
    if (!linkNew(temporary, path, calls)) return false;
  } finally {
    removeQuietly(temporary, calls);
  }
  syncDirectory(dirname(path), calls);
  return true;
}

/** Writes a file of mode 0600 in place of an old one so that after a crash at any moment the old or the new is there as a whole. */
export function replaceDurably(path: string, content: Uint8Array, calls: FileCalls = fs): void {
  const temporary = writeTemporary(path, content, calls);
  try {
    calls.renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary, calls);
    throw error;
  }
  syncDirectory(dirname(path), calls);
}

function writeTemporary(path: string, content: Uint8Array, calls: FileCalls): string {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.new`;
  const file = calls.openSync(temporary, 'wx', 0o600);
  try {
    try {
      for (let at = 0; at < content.length; ) at += calls.writeSync(file, content, at);
      calls.fsyncSync(file);
    } finally {
      calls.closeSync(file);
    }
  } catch (error) {
    removeQuietly(temporary, calls);
    throw error;
  }
  return temporary;
}

/** Unlike a rename, a link takes no name that is taken. Where the file system has no links, a look before the rename must do. */
function linkNew(from: string, to: string, calls: FileCalls): boolean {
  try {
    calls.linkSync(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    if (calls.existsSync(to)) return false;
    calls.renameSync(from, to);
    return true;
  }
}

function removeQuietly(path: string, calls: FileCalls): void {
  try {
    calls.unlinkSync(path);
  } catch {
    // It was renamed away, or the disk fails: what is left has mode 0600 and is removed when the identity is next read.
  }
}

/** Makes the directory's entries durable. Windows has no way to, and needs none. */
function syncDirectory(path: string, calls: FileCalls): void {
  if (process.platform === 'win32') return;
  const directory = calls.openSync(path, 'r');
  try {
    calls.fsyncSync(directory);
  } finally {
    calls.closeSync(directory);
  }
}
