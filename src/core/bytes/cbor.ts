import { assert } from '../base/assert.ts';
import { PeerError } from '../base/peer-error.ts';
import { compareBytes } from './equal.ts';
import { Reader } from './reader.ts';
import { fromUtf8, utf8 } from './utf8.ts';
import { Writer } from './writer.ts';

/** What our CBOR can hold: RFC 8949 §4.2 deterministic encoding, without floats, tags, `null`, `undefined` and indefinite lengths. */
export type Cbor = number | string | boolean | Uint8Array | readonly Cbor[] | CborMap;

/** A map with integer or text keys. Keys keep the order in which they were put; the encoding sorts them. */
export type CborMap = ReadonlyMap<number | string, Cbor>;

/** How deep arrays and maps may nest. The stack of a decoder is a resource that a stranger must not choose. */
const DEPTH_MAX = 8;

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;

/** The deterministic encoding of a value: shortest integers, sorted keys (RFC 8949 §4.2.1). Integers are within ± (2^53 − 1). */
export function encodeCbor(value: Cbor): Uint8Array {
  const writer = new Writer();
  write(writer, value, 0);
  return writer.finish();
}

/**
 * Reads exactly one value. Everything that `encodeCbor` would not have written is refused, so that
 * `encodeCbor(decodeCbor(bytes))` is `bytes`.
 *
 * @throws PeerError('malformed')
 */
export function decodeCbor(bytes: Uint8Array): Cbor {
  const reader = new Reader(bytes);
  const value = read(reader, 0);
  reader.end('a CBOR value');
  return value;
}

function write(writer: Writer, value: Cbor, depth: number): void {
  assert(depth <= DEPTH_MAX, 'CBOR nests at most 8 deep');
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), 'CBOR numbers are safe integers');
    if (value >= 0) head(writer, MAJOR.unsigned, value);
    else head(writer, MAJOR.negative, -1 - value);
  } else if (typeof value === 'boolean') {
    writer.u8(value ? 0xf5 : 0xf4);
  } else if (typeof value === 'string') {
    const text = utf8(value);
    head(writer, MAJOR.text, text.length);
    writer.bytes(text);
  } else if (value instanceof Uint8Array) {
    head(writer, MAJOR.bytes, value.length);
    writer.bytes(value);
  } else if (value instanceof Map) {
    writeMap(writer, value as CborMap, depth);
  } else {
    const items = value as readonly Cbor[];
    head(writer, MAJOR.array, items.length);
    for (const item of items) write(writer, item, depth + 1);
  }
}

function writeMap(writer: Writer, map: CborMap, depth: number): void {
  const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  head(writer, MAJOR.map, entries.length);
  for (const { key, value } of entries) {
    writer.bytes(key);
    write(writer, value, depth + 1);
  }
}

function head(writer: Writer, major: number, argument: number): void {
  const type = major << 5;
  if (argument < 24) writer.u8(type | argument);
  else if (argument < 0x100) writer.u8(type | 24).u8(argument);
  else if (argument < 0x10000) writer.u8(type | 25).u16(argument);
  else if (argument < 0x100000000) writer.u8(type | 26).u32(argument);
  else
    writer
      .u8(type | 27)
      .u32(Math.floor(argument / 0x100000000))
      .u32(argument % 0x100000000);
}

function read(reader: Reader, depth: number): Cbor {
  if (depth > DEPTH_MAX) throw new PeerError('malformed', 'CBOR nested too deep');
  const initial = reader.u8();
  if (initial === 0xf4) return false;
  if (initial === 0xf5) return true;
  const argument = readArgument(reader, initial & 0x1f);
  switch (initial >> 5) {
    case MAJOR.unsigned:
      return argument;
    case MAJOR.negative:
      if (argument === Number.MAX_SAFE_INTEGER) throw new PeerError('malformed', 'a CBOR integer below -(2^53 - 1)');
      return -1 - argument;
    case MAJOR.bytes:
      return reader.bytes(argument);
    case MAJOR.text:
      return readText(reader, argument);
    case MAJOR.array:
      return readArray(reader, argument, depth);
    case MAJOR.map:
      return readMap(reader, argument, depth);
    default:
      throw new PeerError('malformed', `CBOR type 0x${initial.toString(16)} is not used here`);
  }
}

function readArgument(reader: Reader, info: number): number {
  if (info < 24) return info;
  const value =
    info === 24
      ? reader.u8()
      : info === 25
        ? reader.u16()
        : info === 26
          ? reader.u32()
          : info === 27
            ? readU64(reader)
            : -1;
  const shortest = value < 24 ? 23 : value < 0x100 ? 24 : value < 0x10000 ? 25 : value < 0x100000000 ? 26 : 27;
  if (shortest !== info) throw new PeerError('malformed', 'a CBOR length or integer that is not in its shortest form');
  return value;
}

function readU64(reader: Reader): number {
  const value = reader.u32() * 0x100000000 + reader.u32();
  if (!Number.isSafeInteger(value)) throw new PeerError('malformed', 'a CBOR integer over 2^53 - 1');
  return value;
}

function readText(reader: Reader, length: number): string {
  const text = fromUtf8(reader.bytes(length));
  if (text === undefined) throw new PeerError('malformed', 'CBOR text that is not UTF-8');
  return text;
}

function readArray(reader: Reader, count: number, depth: number): Cbor[] {
  expectItems(reader, count);
  const items: Cbor[] = [];
  for (let i = 0; i < count; i++) items.push(read(reader, depth + 1));
  return items;
}

function readMap(reader: Reader, count: number, depth: number): CborMap {
  expectItems(reader, count * 2);
  const map = new Map<number | string, Cbor>();
  let previous: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    const key = read(reader, depth + 1);
    if (typeof key !== 'number' && typeof key !== 'string')
      throw new PeerError('malformed', 'a CBOR key of a wrong type');
    const encoded = encodeCbor(key);
    if (previous && compareBytes(previous, encoded) >= 0) throw new PeerError('malformed', 'CBOR keys out of order');
    previous = encoded;
    map.set(key, read(reader, depth + 1));
  }
  return map;
}

/** An item is at least a byte, so a count can be refused before anything is allocated for it. */
function expectItems(reader: Reader, count: number): void {
  if (count > reader.remaining) throw new PeerError('malformed', 'a CBOR length beyond the end');
}
