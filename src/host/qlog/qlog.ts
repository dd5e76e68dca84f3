import { join } from 'node:path';
import { QLOG_BYTES_MAX, QLOG_FILES_OPEN_MAX, QLOG_UNPROVED_RECORDS_MAX } from '../../core/base/limits.ts';
import type { Instant, Timestamp } from '../../core/base/time.ts';
import { hex } from '../../core/bytes/hex.ts';
import type { Traced, TraceEvent, Tracer } from '../../core/transport/trace.ts';
import type { Log } from '../log.ts';
import { makeDirectory } from '../profile/make-directory.ts';
import { fileHeader, type QlogEvent, QlogEvents, vantage } from './qlog-record.ts';
import { TraceFile } from './trace-file.ts';

/** Where the files go, and what limits them. */
export type QlogOptions = {
  /** Made when it is missing, for its owner only. */
  readonly directory: string;
  readonly calendar: () => Timestamp;
  readonly log: Log;
  readonly fileBytesMax?: number;
  readonly bytesMax?: number;
};

/** A connection that is written down. */
type Account = {
  readonly startedAt: Instant;
  readonly events: QlogEvents;
  readonly file: TraceFile;
  /** What is known of a caller that has proved nothing; `undefined` when it goes to the file. */
  unproved: string[] | undefined;
};

/**
 * Writes what each connection does to a file of its own, `<original destination id>-<client|server>.sqlog`, as JSON text sequences
 * (RFC 7464) of qlog events. What cannot be written is left out: no connection waits for it, and the log hears of it once.
 */
export class Qlog implements Tracer {
  readonly #options: QlogOptions;
  readonly #bytesMax: number;
  readonly #accounts = new Map<Traced, Account>();
  readonly #closing = new Set<Promise<void>>();
  #bytes = 0;
  #lost = 0;
  #complained = false;

  /** @throws Error when the directory cannot be made */
  constructor(options: QlogOptions) {
    this.#options = options;
    this.#bytesMax = options.bytesMax ?? QLOG_BYTES_MAX;
    makeDirectory(options.directory);
  }

  /** Records that were left out because the disk was slow or took nothing. */
  get lost(): number {
    return this.#lost;
  }

  trace(connection: Traced, event: TraceEvent, now: Instant): void {
    try {
      this.#trace(connection, event, now);
    } catch (error) {
      // A mistake of ours in what only describes must not end what it describes.
      this.#complain(error as Error);
    }
  }

  /** Closes all files when what is said so far is written. */
  async stop(): Promise<void> {
    for (const [connection, account] of this.#accounts) this.#end(connection, account);
    await Promise.all(this.#closing);
  }

  #trace(connection: Traced, event: TraceEvent, now: Instant): void {
    const account = event.type === 'started' ? this.#begin(connection, event, now) : this.#accounts.get(connection);
    if (!account) return;
    for (const said of account.events.read(event)) this.#write(account, said, now);
    if (event.type !== 'state') return;
    if (event.state === 'open') this.#proved(account);
    if (event.state === 'closed') this.#end(connection, account);
  }

  #end(connection: Traced, { file, unproved }: Account): void {
    this.#accounts.delete(connection);
    this.#lost += file.lost;
    if (unproved) return;
    const closing = file.end().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #begin(
    connection: Traced,
    { originalId }: Extract<TraceEvent, { type: 'started' }>,
    now: Instant,
  ): Account | undefined {
    const { directory, calendar, fileBytesMax } = this.#options;
    if (this.#accounts.size >= QLOG_FILES_OPEN_MAX || this.#bytes >= this.#bytesMax) return undefined;
    const id = hex(originalId);
    const file = new TraceFile(join(directory, `${id}-${vantage(connection)}.sqlog`), {
      ...(fileBytesMax !== undefined && { bytesMax: fileBytesMax }),
      taken: (bytes) => {
        this.#bytes += bytes;
      },
      failed: (error) => this.#complain(error),
    });
    const header = record(fileHeader(connection, id, calendar()));
    const account: Account = { startedAt: now, events: new QlogEvents(connection), file, unproved: [header] };
    this.#accounts.set(connection, account);
    if (connection.initiator) this.#proved(account);
    return account;
  }

  #proved(account: Account): void {
    for (const text of account.unproved ?? []) account.file.write(text);
    account.unproved = undefined;
  }

  #write({ startedAt, file, unproved }: Account, { name, data, tuple }: QlogEvent, now: Instant): void {
    // To a microsecond: what is finer is noise.
    const time = Math.round((now - startedAt) * 1000) / 1000;
    const text = record({ time, name: `quic:${name}`, ...(tuple !== undefined && { tuple }), data });
    if (unproved) {
      if (unproved.length < QLOG_UNPROVED_RECORDS_MAX) unproved.push(text);
    } else if (this.#bytes >= this.#bytesMax || !file.write(text)) {
      const data = { message: 'this file is as long as it may be: what follows is not in it' };
      void file.end(record({ time, name: 'loglevel:warning', data }));
    }
  }

  #complain(error: Error): void {
    this.#lost++;
    if (this.#complained) return;
    this.#complained = true;
    this.#options.log.warn({ err: error }, 'qlog cannot be written');
  }
}

/** RFC 7464 §2: the record separator, the text, a line feed. */
const record = (fields: object): string => `\x1e${JSON.stringify(fields)}\n`;
