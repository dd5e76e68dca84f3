import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { type Logger, pino } from 'pino';
import { LOG_BYTES_MAX, LOG_LINES_PER_SECOND } from '../core/base/limits.ts';

/** The log of a node: a JSON object a line, in a file, never on a screen. */
export type Log = Logger;

/** What never stands in a log, whatever is given to it: what people write, and what opens it. */
const SECRETS = ['text', 'seed', 'key', 'invite', 'words', 'passphrase', 'token', 'content', 'payload', 'bytes'];

/** Opens the log at `path`, which is kept below `bytesMax`: a full one becomes `path.1`, in place of the one before. */
export function openLog(
  path: string,
  { verbose = false, bytesMax = LOG_BYTES_MAX }: { readonly verbose?: boolean; readonly bytesMax?: number } = {},
): Log {
  const file = new BoundedFile(path, bytesMax);
  const flood = new Flood();
  return pino(
    {
      level: verbose ? 'debug' : 'info',
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
      hooks: {
        logMethod(args, method) {
          if (flood.admits(String(args.find((arg) => typeof arg === 'string')))) method.apply(this, args);
        },
      },
    },
    file,
  );
}

/** At most so many lines of one wording a second: what a stranger can cause a thousand times must not fill the log. */
class Flood {
  readonly #said = new Map<string, number>();
  #second = 0;

  admits(wording: string): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#said.clear();
    this.#second = second;
    const said = this.#said.get(wording) ?? 0;
    this.#said.set(wording, said + 1);
    return said < LOG_LINES_PER_SECOND;
  }
}

/** A file that lines are added to and that never grows beyond a size. A line that cannot be written is lost: a log stops nobody. */
class BoundedFile {
  readonly #path: string;
  readonly #bytesMax: number;
  #file: number | undefined;
  #bytes = 0;

  constructor(path: string, bytesMax: number) {
    this.#path = path;
    this.#bytesMax = bytesMax;
    this.#open();
  }

  write(line: string): void {
    try {
      if (this.#bytes + Buffer.byteLength(line) > this.#bytesMax) this.#turn();
      if (this.#file === undefined) this.#open();
      if (this.#file !== undefined) this.#bytes += writeSync(this.#file, line);
    } catch {
      // The disk is full or gone; what the log would say is the least of it.
    }
  }

  #turn(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    renameSync(this.#path, `${this.#path}.1`);
  }

  #open(): void {
    try {
      this.#file = openSync(this.#path, 'a', 0o600);
      this.#bytes = fstatSync(this.#file).size;
    } catch {
      this.#file = undefined;
    }
  }
}
