import { PeerError } from '../base/peer-error.ts';
import { VARINT_MAX } from './varint.ts';

/**
 * Reads values off the front of some bytes. Every read is checked against what is left; one that does not fit
 * throws `PeerError('malformed')`. Byte strings come out as views: copy what outlives the datagram.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next byte, which stays where it is; `undefined` at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  u8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  u16(): number {
    const at = this.#advance(2);
    return this.#bytes[at]! * 0x100 + this.#bytes[at + 1]!;
  }

  u32(): number {
    const at = this.#advance(4);
    return (
      this.#bytes[at]! * 0x1000000 +
      this.#bytes[at + 1]! * 0x10000 +
      this.#bytes[at + 2]! * 0x100 +
      this.#bytes[at + 3]!
    );
  }

  /** A variable-length integer (RFC 9000 §16). Longer than the shortest encoding is allowed, as there; over 2^53 − 1 is not. */
  varint(): number {
    const first = this.peek();
    if (first === undefined) throw new PeerError('malformed', 'a varint is missing');
    switch (first >> 6) {
      case 0:
        return this.u8();
      case 1:
        return this.u16() & 0x3fff;
      case 2:
        return this.u32() - 0x80000000;
      default: {
        const value = (this.u32() - 0xc0000000) * 0x100000000 + this.u32();
        if (value > VARINT_MAX) throw new PeerError('malformed', 'a varint over 2^53 - 1');
        return value;
      }
    }
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A varint length and that many bytes, as a view. */
  varbytes(): Uint8Array {
    return this.bytes(this.varint());
  }

  /** All that is left, as a view. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** Says that nothing may be left. */
  end(what: string): void {
    if (this.remaining > 0) throw new PeerError('malformed', `${this.remaining} bytes after ${what}`);
  }

  #advance(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at)
      throw new PeerError('malformed', `${length} bytes wanted, ${this.remaining} left`);
    this.#at = at + length;
    return at;
  }
}
