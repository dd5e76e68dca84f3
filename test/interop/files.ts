import { createHash } from 'node:crypto';
import { below, type Random } from '../../src/core/base/random.ts';
import { utf8 } from '../../src/core/bytes/utf8.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import type { StreamId, TransportEvent } from '../../src/core/transport/event.ts';

/*
 * The file transfer that the scenarios carry: a stream a file, "GET <bytes> <seed>" one way and the file the other.
 * A file is a function of its size and its seed, so that both sides know it without sharing anything.
 */

/** A file that can be asked for. */
export type FileName = { readonly bytes: number; readonly seed: number };

/** The request for a file. */
export const requestFor = ({ bytes, seed }: FileName): Uint8Array => utf8(`GET ${bytes} ${seed}`);

/** What a request asks for; `undefined` for anything else. */
export function fileAskedFor(request: Uint8Array): FileName | undefined {
  const [, bytes, seed] = /^GET (\d{1,9}) (\d{1,9})$/.exec(new TextDecoder().decode(request)) ?? [];
  return bytes === undefined ? undefined : { bytes: Number(bytes), seed: Number(seed) };
}

/** The bytes of a file: xorshift32 (Marsaglia 2003) from its seed. */
export function fileBytes({ bytes, seed }: FileName): Uint8Array {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = (seed + 1) * 2654435769;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, bytes);
}

/** SHA-256 of a file, in hexadecimal. */
export const fileDigest = (file: FileName): string => createHash('sha256').update(fileBytes(file)).digest('hex');

/** The names of a run's files: other seeds in each run, so that no run can pass on what another left behind. */
export const namesOf = (sizes: readonly number[], random: Random): readonly FileName[] =>
  sizes.map((bytes) => ({ bytes, seed: below(random, 1e9) }));

type Serving = { request: Uint8Array; rest: Uint8Array | undefined };

/** Gives files to whoever asks: told the events of an endpoint. */
export class FileServer {
  /** Connections that were confirmed, in the order of it. */
  readonly confirmed: Connection[] = [];
  /** Requests that were read before their connection was confirmed: early data. */
  early = 0;
  readonly #serving = new WeakMap<Connection, Map<StreamId, Serving>>();

  handle(event: TransportEvent): void {
    const { connection } = event;
    if (event.type === 'confirmed') this.confirmed.push(connection);
    else if (event.type === 'readable') this.#read(connection, event.stream);
    else if (event.type === 'writable') this.#write(connection, event.stream);
  }

  #read(connection: Connection, stream: StreamId): void {
    const streams = this.#serving.get(connection) ?? new Map<StreamId, Serving>();
    this.#serving.set(connection, streams);
    const serving = streams.get(stream) ?? { request: new Uint8Array(0), rest: undefined };
    streams.set(stream, serving);
    for (let got = connection.read(stream); got; got = connection.read(stream)) {
      serving.request = Buffer.concat([serving.request, got.bytes]);
      if (!got.fin) continue;
      const file = fileAskedFor(serving.request);
      if (file && !connection.confirmed) this.early++;
      serving.rest = file ? fileBytes(file) : new Uint8Array(0);
      this.#write(connection, stream);
      return;
    }
  }

  #write(connection: Connection, stream: StreamId): void {
    const serving = this.#serving.get(connection)?.get(stream);
    if (!serving?.rest) return;
    while (serving.rest.length > 0) {
      const taken = connection.write(stream, serving.rest);
      if (taken === 0) return;
      serving.rest = serving.rest.subarray(taken);
    }
    this.#serving.get(connection)?.delete(stream);
    connection.finish(stream);
  }
}
