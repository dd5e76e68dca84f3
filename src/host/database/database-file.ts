import { accessSync, closeSync, constants, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DatabaseError, databaseError, troubleOf } from './database-error.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';

/** Up to this size, in bytes, a file is read and checked whole when it is opened: about 50 ms. */
const CHECKED_BYTES_MAX = 8 * 1024 * 1024;

/*
 * Nothing but SQLite may open the file while it is in use: closing any descriptor of it would drop SQLite's locks (POSIX).
 */

/**
 * Opens the database file at `path`, and makes it where there is none and `create` says so. Never starts empty over something:
 * whatever is there and is not a whole database of ours is an error, and stays as it is.
 *
 * @throws DatabaseError
 */
export function openDatabaseFile(path: string, options: { create: boolean; timeoutMs: number }): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    const size = sizeOf(path);
    if (size === undefined) {
      if ((sizeOf(`${path}-wal`) ?? 0) > 0) throw databaseError('incomplete', path);
      if (!options.create) throw databaseError('gone', path);
      createDatabaseFile(path);
    }
    if (size === 0) throw databaseError('empty', path);
    for (const place of [path, dirname(path)]) accessSync(place, constants.R_OK | constants.W_OK);
    db = new DatabaseSync(path);
    prepareConnection(db, path, options.timeoutMs);
    if ((size ?? 0) <= CHECKED_BYTES_MAX) quickCheck(db, path);
    return db;
  } catch (thrown) {
    if (db?.isOpen) db.close();
    if (thrown instanceof DatabaseError) throw thrown;
    const trouble = troubleOf(thrown);
    throw trouble ? databaseError(trouble, path, thrown) : thrown;
  }
}

/** Whether the file that was opened is still the one at its path: SQLite goes on writing to one that was deleted. */
export function fileAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function prepareConnection(db: DatabaseSync, path: string, timeoutMs: number): void {
  // Exclusive: a second process is held off for as long as this one lives, and no shared memory file is needed.
  db.exec(`PRAGMA busy_timeout = ${timeoutMs}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF`);
  if (pragma(db, 'application_id') !== APPLICATION_ID) throw databaseError('foreign', path);
  const version = pragma(db, 'user_version');
  if (version > MIGRATIONS.length) throw databaseError('newer', path);
  // FULL: an acknowledged commit survives a power cut; with NORMAL the last ones do not.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON');
  // What was taken back is written over, also where pages become free: a long text has pages of its own.
  db.exec('PRAGMA secure_delete = ON');
  db.exec(`PRAGMA journal_size_limit = ${16 * 1024 * 1024}`);
  migrate(db, version);
  db.exec('BEGIN IMMEDIATE; ROLLBACK'); // Takes the lock now, and says now when the file is read-only.
}

/** Takes every step from `version` on, each in a transaction of its own: a crash in between leaves a version that exists. */
function migrate(db: DatabaseSync, version: number): void {
  for (const [step, statements] of MIGRATIONS.entries()) {
    if (step >= version) db.exec(`BEGIN IMMEDIATE; ${statements}; PRAGMA user_version = ${step + 1}; COMMIT`);
  }
}

/** Makes the file under another name and moves it into place when it is whole, so that a crash never leaves an empty one. */
function createDatabaseFile(path: string): void {
  const draft = `${path}.new`;
  for (const leftover of [draft, `${draft}-wal`, `${draft}-journal`]) rmSync(leftover, { force: true });
  closeSync(openSync(draft, 'wx', 0o600));
  const db = new DatabaseSync(draft);
  try {
    // Without a log: what closing cannot write out of one is not told of, and the file would be moved without it.
    db.exec(`PRAGMA synchronous = FULL; PRAGMA application_id = ${APPLICATION_ID}`);
    migrate(db, 0);
  } finally {
    db.close();
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // Folders cannot be opened there; NTFS writes renames to its own log.
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function quickCheck(db: DatabaseSync, path: string): void {
  const [found] = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (found !== 'ok') throw databaseError('damaged', path, new Error(String(found)));
}

function pragma(db: DatabaseSync, name: string): number {
  const [value] = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {});
  return Number(value);
}

/** Bytes of a file; `undefined` when there is none. */
function sizeOf(path: string): number | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === false) throw databaseError('gone', path);
  return found?.size;
}
