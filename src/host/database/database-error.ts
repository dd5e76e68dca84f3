/** What can be wrong with a database file, or with writing to it. */
export type DatabaseTrouble =
  | 'damaged'
  | 'empty'
  | 'foreign'
  | 'newer'
  | 'incomplete'
  | 'read-only'
  | 'in use'
  | 'full'
  | 'gone'
  | 'io';

/** A database that cannot be used, in a sentence and with what to do about it. The file is as it was. */
export class DatabaseError extends Error {
  override readonly name: string = 'DatabaseError';
  readonly trouble: DatabaseTrouble;
  readonly hint: string;

  constructor(trouble: DatabaseTrouble, sentence: string, hint: string, cause?: unknown) {
    super(sentence, { cause });
    this.trouble = trouble;
    this.hint = hint;
  }
}

/** The disk, or the user's share of it, is full: nothing of this transaction was written. */
export class StoreFull extends DatabaseError {
  override readonly name = 'StoreFull';

  constructor(path: string, cause?: unknown) {
    super('full', `no room left to write ${path}`, 'free some space on that disk; what waits is tried again', cause);
  }
}

/** The transaction could not be written for another reason: nothing of it is there. */
export class StoreFailed extends DatabaseError {
  override readonly name = 'StoreFailed';
}

/** What SQLite, or the file system, calls an error that it threw. */
type Thrown = { readonly code?: unknown; readonly errcode?: unknown; readonly message?: unknown };

/** The trouble behind something thrown by `node:sqlite` or `node:fs`; `undefined` for what neither of them throws. */
export function troubleOf(thrown: unknown): DatabaseTrouble | undefined {
  const { code, errcode } = thrown as Thrown;
  if (typeof errcode === 'number') return BY_RESULT_CODE.get(errcode & 0xff) ?? 'io';
  return typeof code === 'string' ? BY_SYSTEM_CODE.get(code) : undefined;
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const BY_RESULT_CODE: ReadonlyMap<number, DatabaseTrouble> = new Map([
  [3, 'read-only'], // SQLITE_PERM
  [5, 'in use'], // SQLITE_BUSY
  [6, 'in use'], // SQLITE_LOCKED
  [8, 'read-only'], // SQLITE_READONLY
  [10, 'io'], // SQLITE_IOERR
  [11, 'damaged'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL
  [14, 'gone'], // SQLITE_CANTOPEN
  [26, 'damaged'], // SQLITE_NOTADB
]);

const BY_SYSTEM_CODE: ReadonlyMap<string, DatabaseTrouble> = new Map([
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['EROFS', 'read-only'],
  ['ENOENT', 'gone'],
  ['ENOTDIR', 'gone'],
  ['EISDIR', 'gone'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EIO', 'io'],
]);

/** A `DatabaseError` in the words for this trouble. */
export function databaseError(trouble: DatabaseTrouble, path: string, cause?: unknown): DatabaseError {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  const [sentence, hint] = SENTENCES[trouble];
  return new DatabaseError(trouble, sentence.replace('FILE', path) + detail, hint.replaceAll('FILE', path), cause);
}

const SENTENCES: Readonly<Record<DatabaseTrouble, readonly [sentence: string, hint: string]>> = {
  damaged: [
    'FILE is damaged',
    'nothing was changed; copy FILE and FILE-wal somewhere safe, then restore a backup of them',
  ],
  empty: ['FILE is empty, so what it held is lost', 'restore a backup, or move it away to start with an empty history'],
  foreign: ['FILE is the database of another program', 'choose another folder with --home'],
  newer: ['FILE was written by a newer qpc', 'update qpc; this version would not understand all of it'],
  incomplete: [
    'FILE is missing, but FILE-wal is there',
    'put FILE back beside it, or move FILE-wal away to start empty',
  ],
  'read-only': ['FILE cannot be written', 'check the owner and permissions of the file and its folder'],
  'in use': ['FILE is in use by another process', 'stop that process first: qpc down'],
  full: ['no room left to write FILE', 'free some space on that disk'],
  gone: [
    'FILE cannot be opened: its folder is missing or is not a folder',
    'create the folder, or choose another with --home',
  ],
  io: ['FILE cannot be read or written', 'the disk reports an error; check it before anything else'],
};
