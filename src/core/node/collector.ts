import { PeerError } from '../base/peer-error.ts';
import { concat } from '../bytes/concat.ts';
import { Reader } from '../bytes/reader.ts';
import { Writer } from '../bytes/writer.ts';
import { CONTROL_BYTES_MAX } from '../wire/mesh-message.ts';

/**
 * Gathers the bytes of one stream until it ends, up to a limit that its purpose sets. In one piece of memory: a peer that sends
 * a byte at a time must not make us keep an object for each.
 */
export class Collector {
  readonly #bytes: Writer;
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytes = new Writer(bytesMax, 0);
    this.#bytesMax = bytesMax;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#bytes.length;
  }

  /** @throws PeerError('meshViolation') beyond the limit. */
  add(bytes: Uint8Array): void {
    if (bytes.length > this.#bytes.room)
      throw new PeerError('meshViolation', `more than ${this.#bytesMax} bytes on a stream`);
    this.#bytes.bytes(bytes);
  }

  whole(): Uint8Array {
    return this.#bytes.finish();
  }
}

/** Cuts the control stream into messages: each is a u32 length and that many bytes of CBOR (docs/protocol.md §2). */
export class ControlFrames {
  #rest: Uint8Array = new Uint8Array(0);

  /** @throws PeerError('meshViolation') for a length over CONTROL_BYTES_MAX, before anything is kept for it. */
  add(bytes: Uint8Array): Uint8Array[] {
    const all = concat(this.#rest, bytes);
    const reader = new Reader(all);
    const messages: Uint8Array[] = [];
    let consumed = 0;
    while (reader.remaining >= 4) {
      const length = reader.u32();
      if (length > CONTROL_BYTES_MAX) throw new PeerError('meshViolation', `a control message of ${length} bytes`);
      if (length > reader.remaining) break;
      messages.push(reader.bytes(length));
      consumed = reader.position;
    }
    this.#rest = all.slice(consumed);
    return messages;
  }
}
