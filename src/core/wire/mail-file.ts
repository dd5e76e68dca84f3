import { PeerError } from '../base/peer-error.ts';
import { type Timestamp, timestamp } from '../base/time.ts';
import { decodeCbor, encodeCbor } from '../bytes/cbor.ts';
import { concat } from '../bytes/concat.ts';
import { asArray, asBytes, asUint } from '../bytes/shape.ts';
import { utf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';

/*
 * Sealed mail in a file, for networks made of people who walk: carried on a stick from one node to another (docs/protocol.md §3.4).
 * A file is `MAIL_MAGIC`, then blocks of a length (u32) and as many bytes: the head, a push for each envelope, and an empty one, after
 * which comes the SHA-256 of all before it.
 */

/** What such a file begins with; 12 bytes. */
export const MAIL_MAGIC = utf8('qpc mail v1\n');

/** The first block. */
export type MailFileHead = {
  /** The network's tag, 16 bytes: mail of another mesh is not taken. */
  readonly network: Uint8Array;
  /** When it was written, by its writer's calendar. */
  readonly exported: Timestamp;
};

/** The bytes of the first block, without its length. */
export const encodeMailHead = ({ network, exported }: MailFileHead): Uint8Array => encodeCbor([network, exported]);

/** @throws PeerError('malformed') */
export function decodeMailHead(bytes: Uint8Array): MailFileHead {
  const [network, exported] = asArray(decodeCbor(bytes), 'head', 8);
  return { network: asBytes(network, 'network', 16), exported: timestamp(asUint(exported, 'exported')) };
}

/** A block: its length, and its bytes. */
export const mailBlock = (bytes: Uint8Array): Uint8Array => concat(new Writer(4, 4).u32(bytes.length).finish(), bytes);

/**
 * How many seconds mail was in a file: the difference of two calendars, one of which may be wrong. Then it counts as none, for no mail may be lost to a
 * clock (docs/protocol.md §3.4).
 *
 * @param secondsMax - longer than any mail is kept.
 */
export function secondsInFile(exported: Timestamp, now: Timestamp, secondsMax: number): number {
  const seconds = Math.floor((now - exported) / 1000);
  return seconds < 0 || seconds > secondsMax ? 0 : seconds;
}

/** Blocks of a mail file as its bytes come in, in pieces of any size. */
export class MailFileReader {
  readonly #bytesMax: number;
  #rest: Uint8Array = new Uint8Array(0);
  #begun = false;

  /** @param bytesMax - the largest block that is read. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What is left of the last piece: a block that is not whole, or after the empty one the digest. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  /**
   * The blocks that are whole now; the empty one is the last.
   *
   * @throws PeerError('malformed') when these are no bytes of a mail file.
   */
  *add(piece: Uint8Array): Generator<Uint8Array> {
    this.#rest = this.#rest.length === 0 ? piece : concat(this.#rest, piece);
    if (!this.#begun && this.#rest.length < MAIL_MAGIC.length) return;
    if (!this.#begun && MAIL_MAGIC.some((byte, at) => this.#rest[at] !== byte)) {
      throw new PeerError('malformed', 'it does not begin like a mail file');
    }
    if (!this.#begun) this.#rest = this.#rest.subarray(MAIL_MAGIC.length);
    this.#begun = true;
    while (this.#rest.length >= 4) {
      const length = new DataView(this.#rest.buffer, this.#rest.byteOffset).getUint32(0);
      if (length > this.#bytesMax) throw new PeerError('malformed', `a block of ${length} bytes`);
      if (this.#rest.length < 4 + length) return;
      const block = this.#rest.subarray(4, 4 + length);
      this.#rest = this.#rest.subarray(4 + length);
      yield block;
      if (length === 0) return;
    }
  }
}
