import { PeerError } from '../base/peer-error.ts';
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

/**
 * Cuts the control stream into messages: each is a u32 length and that many bytes of CBOR (docs/protocol.md §2). What has come of a
 * message stays where it is until the rest has: a long one comes in dozens of packets, or byte by byte.
 */
export class ControlFrames {
  #bytes = growing(0);
  /** How many bytes there must be before there is something to cut: a length, or it and its message. */
  #wanted = LENGTH_BYTES;

  /** @throws PeerError('meshViolation') for a length over CONTROL_BYTES_MAX, before anything is kept for it. */
  add(bytes: Uint8Array): Uint8Array[] {
    this.#bytes.bytes(bytes);
    if (this.#bytes.length < this.#wanted) return [];
    const reader = new Reader(this.#bytes.finish());
    const messages: Uint8Array[] = [];
    let consumed = 0;
    this.#wanted = LENGTH_BYTES;
    while (reader.remaining >= LENGTH_BYTES) {
      const length = reader.u32();
      if (length > CONTROL_BYTES_MAX) throw new PeerError('meshViolation', `a control message of ${length} bytes`);
      if (length > reader.remaining) {
        this.#wanted += length;
        break;
      }
      messages.push(reader.bytes(length));
      consumed = reader.position;
    }
    const rest = this.#bytes.finish().subarray(consumed);
    // The messages are views of the memory so far.
    this.#bytes = growing(rest.length);
    this.#bytes.bytes(rest);
    return messages;
  }
}

/** How many bytes the length of a message takes. */
const LENGTH_BYTES = 4;

/** Memory that grows to twice its size: what comes packet by packet is copied twice, however long it gets. */
const growing = (bytes: number): Writer => new Writer(Number.MAX_SAFE_INTEGER, bytes);
