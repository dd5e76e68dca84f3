import { statSync } from 'node:fs';
import { assert } from '../../core/base/assert.ts';
import type { Timestamp } from '../../core/base/time.ts';
import { isShown, type MessageRecord } from '../../core/chat/record.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import type { Known, Loaded } from '../../core/node/machine.ts';
import type { ReadLetter } from '../../core/node/readings.ts';
import type { StoredState, StoreRecord } from '../../core/node/record.ts';
import { decodeEnvelope, type EnvelopeId } from '../../core/wire/envelope.ts';
import { type Connection, connect, lightly, transaction } from './connection.ts';
import { DatabaseError, databaseError, StoreFailed, StoreFull, troubleOf } from './database-error.ts';
import { fileAt } from './database-file.ts';
import type { ConversationRow, History, Page, PageQuery, Way } from './history.ts';
import type { Line } from './lines.ts';
import type { Indexing, SearchQuery } from './search.ts';
import { storedState } from './stored-state.ts';
import { machineBoot, settleTelling, TELLING } from './telling.ts';
import { UntoldLines } from './untold.ts';

/** How often, at most, it is looked whether the file is still in its folder, in milliseconds. */
const PRESENCE_MS = 1_000;

/** What a message has come to. */
export type Told = {
  /** The line that it is, or the line that it has changed; none when it is an amendment that changes nothing on a screen. */
  readonly line: Line | undefined;
  /** The line after it in its author's count, before which less is missing now, if that was told before. */
  readonly after: Line | undefined;
};

/**
 * What a node keeps, in one SQLite file. `apply` is its only durable write: when it returns, the records survive a power cut.
 * The read side below serves screens; the core never sees it.
 */
export class Database {
  /** Whether a screen is attached: messages told meanwhile count as shown to a person. Set by the service. */
  screens = false;
  readonly #path: string;
  readonly #suite: Suite;
  readonly #timeoutMs: number;
  #connection: Connection | undefined;
  #closed = false;
  #presenceAt = 0;
  readonly #untold = new UntoldLines();
  #counters = { commits: 0, records: 0, refused: 0, damagedEnvelopes: 0 };

  /**
   * Opens the database of a profile; makes a new one only where there is nothing.
   *
   * @throws DatabaseError with a sentence and a hint
   */
  static open(
    path: string,
    options: { readonly suite: Suite; readonly timeoutMs?: number; readonly boot?: string },
  ): Database {
    const { suite, timeoutMs = 5_000, boot = machineBoot() } = options;
    return new Database(path, suite, timeoutMs, boot);
  }

  private constructor(path: string, suite: Suite, timeoutMs: number, boot: string | undefined) {
    this.#path = path;
    this.#suite = suite;
    this.#timeoutMs = timeoutMs;
    this.#connection = connect(path, { create: true, timeoutMs });
    settleTelling(this.#connection.db, boot);
  }

  /**
   * Everything a node wakes up with.
   *
   * @throws DatabaseError('damaged')
   */
  load(): StoredState {
    try {
      return storedState(this.#connected().db);
    } catch (thrown) {
      throw databaseError(troubleOf(thrown) ?? 'damaged', this.#path, thrown);
    }
  }

  /**
   * Writes all of these records, in order, or none.
   *
   * @throws StoreFull, StoreFailed
   */
  apply(records: readonly StoreRecord[]): void {
    try {
      this.#present();
      const connection = this.#connected();
      transaction(connection, () => {
        for (const record of records) connection.writer.write(record, this.screens);
      });
      this.#waitForTurn(records);
      this.#counters.commits++;
      this.#counters.records += records.length;
    } catch (thrown) {
      this.#counters.refused += records.length;
      throw this.#failure(thrown);
    }
  }

  /** The bytes of an envelope, whose hash has been checked: a flipped bit on a disk passes every check of SQLite. */
  envelope(id: EnvelopeId): Loaded {
    const rows = this.#read(({ db }) => db.prepare('SELECT bytes FROM envelope_bytes WHERE id = ?').all(id));
    if (!rows) return 'unreadable';
    const bytes = rows[0]?.bytes;
    if (!(bytes instanceof Uint8Array)) return undefined;
    try {
      if (decodeEnvelope(this.#suite, bytes).id === id) return bytes;
    } catch {
      // Bytes that do not even parse are damaged like those whose hash is wrong.
    }
    this.#counters.damagedEnvelopes++;
    return undefined;
  }

  /** Whether a message of this id was ever shown here. */
  shown(id: EnvelopeId): Known {
    const found = this.#read(({ db }) => db.prepare('SELECT 1 AS found FROM message WHERE id = ?').all(id));
    return found ? found.length > 0 : 'unreadable';
  }

  /** A page of lines, oldest first (`History.page`). */
  history(query: PageQuery): Page {
    return this.#connected().history.page(query);
  }

  /** The newest lines that fit, oldest first (`Search.find`). */
  search(query: SearchQuery): { readonly messages: Line[]; readonly more: boolean } {
    return this.#connected().search.find(query);
  }

  /** How many lines can be found by search, while that are not all; they are after a while of `indexMore`. */
  indexing(): Indexing | undefined {
    return this.#read(({ search }) => search.indexing());
  }

  /** Puts some more lines into the index for searching, at most so many; false when the disk does not take it. */
  indexMore(count: number): boolean {
    return lightly(this.#connected(), ({ search }) => search.indexMore(count));
  }

  /** The line with this id, or with the only id that begins so. */
  message(idOrPrefix: string): Line | 'ambiguous' | undefined {
    return this.#connected().history.line(idOrPrefix);
  }

  /** How a message of ours came to its state, and who had it. */
  way(id: EnvelopeId): Way {
    return this.#connected().history.way(id);
  }

  /** What was done from here to a line of ours (`History.ownAmendments`). */
  ownAmendments(line: MessageRecord): Line[] {
    return this.#connected().history.ownAmendments(line);
  }

  /** All conversations that have a line, newest first. */
  conversations(): ConversationRow[] {
    return this.#connected().history.conversations();
  }

  /** Conversations that give no notice. */
  muted(): ReadonlySet<string> {
    return this.#connected().history.muted();
  }

  /** A conversation gives no notice from now on, or does again; whether the disk has taken that. */
  mute(conversation: string, muted: boolean): boolean {
    return lightly(this.#connected(), ({ history }) => history.mute(conversation, muted));
  }

  /** Everything in this conversation that was received until `upTo`, and told, has been read: gives the letters among it that were not before. */
  markRead(conversation: string, upTo: Timestamp): readonly ReadLetter[] {
    let read: readonly ReadLetter[] = [];
    const isWritten = lightly(this.#connected(), ({ history }) => {
      read = history.markRead(conversation, upTo, this.#untold.firstOf(conversation));
    });
    return isWritten ? read : [];
  }

  /**
   * A message of others is told to the screens that are there now; from here on it is not news any more, whatever happens.
   *
   * @returns `undefined` when the disk does not take that it is told now: then it must not be.
   */
  told(message: MessageRecord): Told | undefined {
    const told = this.#read(({ history }) => {
      const telling = history.telling(message.id);
      if (isShown(message)) {
        if (this.screens && !this.#tells(message.id, telling)) return undefined;
      } else if (
        telling === TELLING.news &&
        !lightly(this.#connected(), (own) => own.history.markDisplayed([message.id]))
      ) {
        return undefined;
      }
      this.#untold.told(message.id);
      const after = history.following(message);
      const line = isShown(message) ? history.line(message.id) : this.#changedBy(message, history);
      return { line, after: after && !this.#untold.has(after.id) ? after : undefined };
    });
    if (!told) return undefined;
    if (told.line && told.line !== 'ambiguous') return { line: told.line, after: told.after };
    return { line: isShown(message) ? { ...message, missing: 0 } : undefined, after: told.after };
  }

  /**
   * Messages of others that no screen has shown, oldest first: none was attached, or the node ended before their turn came.
   * Those that wait for their turn now are told when it comes.
   */
  unshown(limit: number): Line[] {
    const lines = this.#connected().history.undisplayed(limit + this.#untold.size);
    return lines.filter(({ id }) => !this.#untold.has(id)).slice(0, limit);
  }

  /** A screen has shown these. */
  markShown(ids: readonly EnvelopeId[]): void {
    lightly(this.#connected(), ({ history }) => history.markDisplayed(ids));
  }

  /** Bytes on disk. */
  bytes(): number {
    const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    return size(this.#path) + size(`${this.#path}-wal`);
  }

  /** What happened since it was opened. */
  get counters(): Readonly<Record<'commits' | 'records' | 'refused' | 'damagedEnvelopes', number>> {
    return this.#counters;
  }

  /** Closes the file for good. */
  close(): void {
    this.#closed = true;
    this.#disconnect();
  }

  /** The connection, opened anew when the last one was given up. It never makes a new file then. */
  #connected(): Connection {
    assert(!this.#closed, 'a database that was closed is not used');
    this.#connection ??= connect(this.#path, { create: false, timeoutMs: this.#timeoutMs });
    return this.#connection;
  }

  #disconnect(): void {
    const db = this.#connection?.db;
    this.#connection = undefined;
    try {
      db?.close();
    } catch {
      // What could not be written at closing is in the log file, and is read from there at the next start.
    }
  }

  /** Notices, within a second, that the folder was deleted: SQLite would go on writing into nothing. */
  #present(): void {
    const now = performance.now();
    if (now - this.#presenceAt < PRESENCE_MS) return;
    const file = fileAt(this.#path);
    if (file === undefined || (this.#connection && this.#connection.file !== file)) {
      this.#disconnect();
      throw databaseError('gone', this.#path);
    }
    this.#presenceAt = now;
  }

  #waitForTurn(records: readonly StoreRecord[]): void {
    for (const record of records) {
      const isMessage = 'put' in record && record.put === 'message';
      if (isMessage && record.message.hops > 0 && isShown(record.message)) this.#untold.stored(record.message);
    }
  }

  /** The line that an amendment has changed, if it counts and the line was told as it was before. */
  #changedBy({ id, re, content, conversation }: MessageRecord, history: History): Line | undefined {
    const line = re !== undefined && history.counts(id) ? history.line(re) : undefined;
    if (!line || line === 'ambiguous' || line.conversation !== conversation || !isShown(line)) return undefined;
    const isInForce = { edit: line.edited?.id === id, delete: line.deleted?.id === id, reaction: !line.deleted };
    return isInForce[content as keyof typeof isInForce] && !this.#untold.has(line.id) ? line : undefined;
  }

  /** It is told in the next moment: first that it will be is on disk, then, without waiting, that it was. Whether that was written. */
  #tells(id: EnvelopeId, telling: number): boolean {
    const connection = this.#connected();
    if (telling === TELLING.news) transaction(connection, () => connection.history.aboutToTell(id));
    return lightly(connection, ({ history }) => history.markDisplayed([id]));
  }

  /** Reads for the core, which knows no broken disk: `undefined` then. */
  #read<T>(read: (connection: Connection) => T): T | undefined {
    try {
      return read(this.#connected());
    } catch (thrown) {
      if (!troubleOf(thrown) && !(thrown instanceof DatabaseError)) throw thrown;
      return undefined;
    }
  }

  #failure(thrown: unknown): Error {
    const trouble = thrown instanceof Error && 'trouble' in thrown ? (thrown.trouble as never) : troubleOf(thrown);
    if (!trouble) return thrown as Error;
    if (trouble === 'full') return new StoreFull(this.#path, thrown);
    // After an error of the disk nothing that SQLite holds in memory is sure any more (fsync reports an error once).
    if (trouble !== 'in use') this.#disconnect();
    const { message, hint } = databaseError(trouble, this.#path, thrown);
    return new StoreFailed(trouble, message, hint, thrown);
  }
}
