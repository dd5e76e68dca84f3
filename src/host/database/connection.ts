import type { DatabaseSync } from 'node:sqlite';
import { troubleOf } from './database-error.ts';
import { fileAt, openDatabaseFile } from './database-file.ts';
import { History } from './history.ts';
import { RecordWriter } from './record-writer.ts';
import { Search } from './search.ts';

/** Everything that belongs to one connection: after an error of the disk all of it is made anew. */
export type Connection = {
  readonly db: DatabaseSync;
  readonly writer: RecordWriter;
  readonly history: History;
  readonly search: Search;
  /** The inode of the file that was opened. */
  readonly file: number | undefined;
};

/** Opens the file at `path` (`openDatabaseFile`). @throws DatabaseError */
export function connect(path: string, options: { readonly create: boolean; readonly timeoutMs: number }): Connection {
  const db = openDatabaseFile(path, options);
  const parts = { writer: new RecordWriter(db), history: new History(db), search: new Search(db) };
  return { db, ...parts, file: fileAt(path) };
}

/** Does all of `write`, or nothing of it. */
export function transaction({ db }: Connection, write: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    write();
    db.exec('COMMIT');
  } catch (thrown) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw thrown;
  }
}

/**
 * The same without waiting for the disk, for what may be lost in a power cut: marks that only save a person a second look. Returns whether
 * it was written.
 */
export function lightly(connection: Connection, write: (connection: Connection) => void): boolean {
  const { db } = connection;
  db.exec('PRAGMA synchronous = NORMAL');
  try {
    transaction(connection, () => write(connection));
    return true;
  } catch (thrown) {
    if (!troubleOf(thrown)) throw thrown;
    return false;
  } finally {
    db.exec('PRAGMA synchronous = FULL');
  }
}
