import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** Something that one process has and others do not, until it lets go or dies. */
export interface Lock {
  release(): void;
}

/**
 * Takes the exclusive lock on the SQLite file `path`, made when missing. The system holds it for the process, so it is never
 * stale: a killed process has lost it (docs/protocol.md §6).
 *
 * @returns `undefined` when another process has it.
 * @throws the error of SQLite when the file cannot be written or is something else.
 */
export function takeLock(path: string): Lock | undefined {
  const file = new DatabaseSync(path);
  try {
    // Never committed: the transaction is the lock.
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => file.close() };
}
