import { assert } from '../base/assert.ts';
import { VARINT_MAX, varintLength } from './varint.ts';

/** Writes values one after the other, big-endian, into bytes that grow up to `limit`. */
export class Writer {
  #bytes: Uint8Array;
  #at = 0;
  #limit: number;

  /** @param limit - how many bytes may be written; one more is our own mistake and asserts. */
  constructor(limit = Number.MAX_SAFE_INTEGER, capacity = 256) {
    this.#limit = limit;
    this.#bytes = new Uint8Array(Math.min(limit, capacity));
  }

  /** Begins anew in the same memory: what was finished before is overwritten. */
  restart(limit: number): this {
    this.#limit = limit;
    this.#at = 0;
    return this;
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.#at;
  }

  /** How many bytes may still be written. */
  get room(): number {
    return this.#limit - this.#at;
  }

  u8(value: number): this {
    const at = this.#advance(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#advance(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    const at = this.#advance(4);
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = value >>> 16;
    this.#bytes[at + 2] = value >>> 8;
    this.#bytes[at + 3] = value;
    return this;
  }

  /** A variable-length integer (RFC 9000 §16) in its shortest form, or in `length` bytes when given. */
  varint(value: number, length: 1 | 2 | 4 | 8 = varintLength(value)): this {
    assert(value >= 0 && value <= VARINT_MAX && varintLength(value) <= length, 'a varint fits its length');
    switch (length) {
      case 1:
        return this.u8(value);
      case 2:
        return this.u16(value | 0x4000);
      case 4:
        return this.u32(value + 0x80000000);
      case 8:
        return this.u32(Math.floor(value / 0x100000000) + 0xc0000000).u32(value % 0x100000000);
    }
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** A varint length and the bytes. */
  varbytes(bytes: Uint8Array): this {
    return this.varint(bytes.length).bytes(bytes);
  }

  /** `count` zero bytes. */
  zeros(count: number): this {
    const at = this.#advance(count);
    this.#bytes.fill(0, at, at + count);
    return this;
  }

  /** What has been written, as a view that the next write may move. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #advance(count: number): number {
    const at = this.#at;
    const end = at + count;
    if (end > this.#limit) assert(false, `${count} bytes fit into a room of ${this.room}`);
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#limit, Math.max(end, this.#bytes.length * 2)));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    this.#at = end;
    return at;
  }
}
