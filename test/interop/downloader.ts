import { createHash, type Hash } from 'node:crypto';
import type { Address } from '../../src/core/base/address.ts';
import type { Instant } from '../../src/core/base/time.ts';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import type { Endpoint } from '../../src/core/transport/endpoint.ts';
import type { StreamId, TransportEvent } from '../../src/core/transport/event.ts';
import { type FileName, requestFor } from './files.ts';
import type { Work } from './scenario.ts';

/** What became of a file. */
export type Download = FileName & { readonly sha256: string };

/** What the client can say at the end. Times are in its own milliseconds. */
export type ClientReport = {
  readonly downloads: readonly Download[];
  /** From the dial to the last byte, of each connection that brought all its files. */
  readonly tookMs: readonly number[];
  /** What it had to give up for. */
  readonly failure?: string;
};

/** Whom the client asks, and where it lives. */
export type ClientWorld = {
  readonly endpoint: Endpoint;
  readonly server: NodeId;
  readonly address: Address;
  /** The names of the files, by connection. */
  readonly files: readonly (readonly FileName[])[];
  /** Takes another address, and tells the endpoint. */
  readonly move: (now: Instant) => void;
};

/** How many files are asked for with message 1 (docs/protocol.md §1.1). */
const EARLY_FILES = 3;

/** The client of a scenario: asks for files, connection after connection, and keeps their digests. Told the events of its endpoint. */
export class Downloader {
  readonly #work: Work;
  readonly #world: ClientWorld;
  readonly #downloads: Download[] = [];
  readonly #tookMs: number[] = [];
  #failure: string | undefined;
  #current: Fetching | undefined;
  #receivedBytes = 0;
  #keysUpdated = false;
  #moved = false;

  constructor(work: Work, world: ClientWorld) {
    this.#work = work;
    this.#world = world;
  }

  /** All files are there, or none will come any more. */
  get done(): boolean {
    return this.#failure !== undefined || this.#tookMs.length === this.#world.files.length;
  }

  get report(): ClientReport {
    const report = { downloads: this.#downloads, tookMs: this.#tookMs };
    return this.#failure === undefined ? report : { ...report, failure: this.#failure };
  }

  /** Dials for the next files. */
  begin(now: Instant): void {
    const { endpoint, server, address, files } = this.#world;
    const names = files[this.#tookMs.length];
    if (!names) return;
    const early = this.#work.early ? names.slice(0, EARLY_FILES) : [];
    const dialled = { peer: server, addresses: [address], early: early.map(requestFor) };
    const connection = endpoint.dial(dialled, now);
    this.#current = new Fetching(connection, names, early.length, now);
    this.#current.ask();
  }

  handle(event: TransportEvent, now: Instant): void {
    const current = this.#current;
    if (event.connection !== current?.connection) return;
    switch (event.type) {
      case 'confirmed':
      case 'streams-available':
        current.ask();
        break;
      case 'readable':
        this.#read(current, event.stream, now);
        break;
      case 'closed':
      case 'stream-reset':
      case 'stream-stopped':
        this.#failure = `${event.type} ${event.type === 'closed' ? `${event.reason} ${event.detail}` : event.stream}`;
    }
  }

  #read(current: Fetching, stream: StreamId, now: Instant): void {
    for (const read of current.read(stream)) {
      if (typeof read === 'number') this.#received(current, read, now);
      else this.#downloads.push(read);
    }
    if (!current.done) return;
    this.#tookMs.push(now - current.startedAt);
    this.#current = undefined;
    current.connection.close('none', '', now);
    this.begin(now);
  }

  #received({ connection }: Fetching, bytes: number, now: Instant): void {
    const { updateKeysAtBytes = Number.POSITIVE_INFINITY, moveAtBytes = Number.POSITIVE_INFINITY } = this.#work;
    this.#receivedBytes += bytes;
    if (!this.#keysUpdated && this.#receivedBytes >= updateKeysAtBytes) {
      this.#keysUpdated = true;
      connection.steer((link) => link.updateKeys(now));
    }
    if (!this.#moved && this.#receivedBytes >= moveAtBytes) {
      this.#moved = true;
      this.#world.move(now);
    }
  }
}

type Running = { readonly file: FileName; readonly hash: Hash; bytes: number };

/** The files of one connection under way. */
class Fetching {
  readonly connection: Connection;
  readonly startedAt: Instant;
  readonly #waiting: FileName[];
  readonly #running = new Map<StreamId, Running>();

  /** @param early - how many of the files were asked for with the dial, on the streams 4, 8 and 12. */
  constructor(connection: Connection, files: readonly FileName[], early: number, now: Instant) {
    this.connection = connection;
    this.startedAt = now;
    this.#waiting = files.slice(early);
    for (const [i, file] of files.slice(0, early).entries()) this.#run((4 * (i + 1)) as StreamId, file);
  }

  get done(): boolean {
    return this.#waiting.length === 0 && this.#running.size === 0;
  }

  /** Opens a stream for each file that waits, as far as the server allows. */
  ask(): void {
    while (this.#waiting[0]) {
      const stream = this.connection.openStream('bidirectional');
      if (stream === undefined) return;
      const file = this.#waiting.shift()!;
      this.#run(stream, file);
      this.connection.write(stream, requestFor(file));
      this.connection.finish(stream);
    }
  }

  /** Takes what has come on a stream: the number of its bytes, and the download when it is whole. */
  *read(stream: StreamId): Iterable<number | Download> {
    for (let got = this.connection.read(stream); got; got = this.connection.read(stream)) {
      const running = this.#running.get(stream);
      if (!running) return;
      running.hash.update(got.bytes);
      running.bytes += got.bytes.length;
      if (got.fin) this.#running.delete(stream);
      yield got.bytes.length;
      if (got.fin) yield { ...running.file, sha256: running.hash.digest('hex') };
    }
  }

  #run(stream: StreamId, file: FileName): void {
    this.#running.set(stream, { file, hash: createHash('sha256'), bytes: 0 });
  }
}
