import { type FileHandle, open } from 'node:fs/promises';
import { QLOG_FILE_BYTES_MAX, QLOG_WAITING_BYTES_MAX } from '../../core/base/limits.ts';

/** Room that is kept for a last piece. */
const LAST_BYTES_MAX = 512;

/** What a file may take, and who hears of it when it takes no more. */
export type TraceFileOptions = {
  readonly bytesMax?: number;
  /** Told of bytes that go to disk. */
  readonly taken: (bytes: number) => void;
  /** The disk takes nothing: this file ends here. */
  readonly failed: (error: Error) => void;
};

/**
 * A new file, readable by its owner only, that text is added to while the node goes on: one write is under way at a time, and what
 * comes meanwhile goes with the next. What a slow disk does not take in time is lost, and counted.
 */
export class TraceFile {
  readonly #path: string;
  readonly #options: TraceFileOptions;
  readonly #bytesMax: number;
  #handle: FileHandle | undefined;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #lost = 0;
  #ended = false;
  #writing: Promise<void> | undefined;

  /** Nothing is opened before something is written. */
  constructor(path: string, options: TraceFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#bytesMax = options.bytesMax ?? QLOG_FILE_BYTES_MAX;
  }

  /** Pieces of text that found no room in memory. */
  get lost(): number {
    return this.#lost;
  }

  /** @returns whether the file is long enough for it: if not, nothing but a last piece fits. */
  write(text: string): boolean {
    if (this.#ended) return true;
    const bytes = Buffer.byteLength(text);
    if (this.#bytes + bytes > this.#bytesMax - LAST_BYTES_MAX) return false;
    if (this.#waitingBytes + bytes > QLOG_WAITING_BYTES_MAX) this.#lost++;
    else this.#add(text, bytes);
    return true;
  }

  /** Writes `last`, and closes when all is written. */
  async end(last = ''): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      if (last !== '' || this.#handle) this.#add(last, Buffer.byteLength(last));
    }
    await this.#writing;
  }

  #add(text: string, bytes: number): void {
    this.#waiting.push(text);
    this.#waitingBytes += bytes;
    this.#bytes += bytes;
    this.#options.taken(bytes);
    this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // What is written in the same turn of the node goes in one piece.
    await undefined;
    try {
      this.#handle ??= await open(this.#path, 'wx', 0o600);
      while (this.#waiting.length > 0) {
        const text = this.#waiting.join('');
        this.#waiting = [];
        this.#waitingBytes = 0;
        await this.#handle.appendFile(text);
      }
      if (this.#ended) await this.#close();
    } catch (error) {
      this.#ended = true;
      this.#waiting = [];
      this.#options.failed(error as Error);
      // What could not be written is told of; that it cannot be closed either is no more news.
      await this.#close().catch(() => {});
    }
    this.#writing = undefined;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
