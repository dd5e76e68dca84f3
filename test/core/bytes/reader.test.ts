import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { Reader } from '../../../src/core/bytes/reader.ts';
import { VARINT_MAX, varintLength } from '../../../src/core/bytes/varint.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { unhex, vectors } from '../../support/vectors.ts';

describe('varints (RFC 9000 §16)', () => {
  type Example = { hex: string; value: string };
  for (const { hex: bytes, value } of vectors<{ rfc9000_a1: Example[] }>('quic/rfc9000-9001.json').rfc9000_a1) {
    const exact = BigInt(value) <= BigInt(VARINT_MAX);
    test(`${bytes} is ${value}${exact ? '' : ', more than we take'} (§A.1)`, () => {
      const read = () => new Reader(unhex(bytes)).varint();
      if (exact) expect(read()).toBe(Number(value));
      else expect(read).toThrow(PeerError);
    });
  }

  const value = fc.oneof(
    fc.maxSafeNat(),
    fc.nat(70_000),
    fc.constantFrom(63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30, VARINT_MAX),
  );

  test('every value survives the round trip, in its shortest form and in longer ones', () => {
    fc.assert(
      fc.property(value, (number) => {
        for (const length of [1, 2, 4, 8] as const) {
          if (length < varintLength(number)) continue;
          const bytes = new Writer().varint(number, length).finish();
          expect(bytes).toHaveLength(length);
          expect(new Reader(bytes).varint()).toBe(number);
        }
        expect(new Writer().varint(number).finish()).toHaveLength(varintLength(number));
      }),
    );
  });

  test('any bytes are a varint or blame the peer, and what is left out is missed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), (bytes) => {
        const reader = new Reader(bytes);
        try {
          const number = reader.varint();
          expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
          expect(reader.position).toBe(1 << (bytes[0]! >> 6));
        } catch (error) {
          expect(error).toBeInstanceOf(PeerError);
        }
      }),
    );
  });

  test('a value that is too large, negative or too long for its length is our own mistake', () => {
    expect(() => new Writer().varint(2 ** 53)).toThrow('a varint fits');
    expect(() => new Writer().varint(-1)).toThrow('a varint fits');
    expect(() => new Writer().varint(64, 1)).toThrow('a varint fits');
  });
});

describe('reader and writer', () => {
  test('whole numbers are big-endian', () => {
    expect(hex(new Writer().u8(0x01).u16(0x0203).u32(0xfffefdfc).finish())).toBe('010203fffefdfc');
    const reader = new Reader(unhex('010203fffefdfc'));
    expect([reader.u8(), reader.u16(), reader.u32()]).toEqual([0x01, 0x0203, 0xfffefdfc]);
  });

  test('what is written is read', () => {
    fc.assert(
      fc.property(
        fc.nat(255),
        fc.nat(65_535),
        fc.nat(0xffffffff),
        fc.uint8Array(),
        fc.nat(40),
        (a, b, c, bytes, zeros) => {
          const written = new Writer(1000, 1).u8(a).u16(b).u32(c).varbytes(bytes).zeros(zeros).finish();
          const reader = new Reader(written);
          expect([reader.peek(), reader.u8(), reader.u16(), reader.u32()]).toEqual([a, a, b, c]);
          expect(reader.varbytes()).toEqual(bytes);
          expect(reader.remaining).toBe(zeros);
          expect(reader.rest()).toEqual(new Uint8Array(zeros));
          expect(() => reader.end('it')).not.toThrow();
        },
      ),
    );
  });

  test('a read beyond the end blames the peer and reads nothing', () => {
    const reads: readonly ((reader: Reader) => unknown)[] = [
      (reader) => reader.u32(),
      (reader) => reader.bytes(4),
      (reader) => reader.bytes(Number.MAX_SAFE_INTEGER),
    ];
    for (const read of reads) {
      const reader = new Reader(new Uint8Array(3));
      expect(() => read(reader)).toThrow(PeerError);
      expect([reader.position, reader.remaining]).toEqual([0, 3]);
    }
    for (const read of [
      (r: Reader) => r.u8(),
      (r: Reader) => r.u16(),
      (r: Reader) => r.varint(),
      (r: Reader) => r.varbytes(),
    ]) {
      expect(() => read(new Reader(new Uint8Array(0)))).toThrow(PeerError);
    }
    expect(new Reader(new Uint8Array(0)).peek()).toBeUndefined();
  });

  test('a length prefix that promises more than there is blames the peer, however much it promises', () => {
    for (const prefix of ['05', '7fff', 'bfffffff', 'c01fffffffffffff', 'ffffffffffffffff']) {
      expect(() => new Reader(unhex(`${prefix}00000000`)).varbytes()).toThrow(PeerError);
    }
  });

  test('bytes after the end blame the peer', () => {
    expect(() => new Reader(new Uint8Array(1)).end('it')).toThrow('1 bytes after it');
  });

  test('byte strings come out as views', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    new Reader(bytes).bytes(2)[0] = 9;
    expect(bytes[0]).toBe(9);
  });

  test('a writer writes up to its limit; one byte more is our own mistake', () => {
    const writer = new Writer(4).u16(1);
    expect([writer.length, writer.room]).toEqual([2, 2]);
    expect(() => writer.bytes(new Uint8Array(3))).toThrow('fit into a room of 2');
    expect(writer.u16(2).finish()).toEqual(Uint8Array.of(0, 1, 0, 2));
  });

  test('zeros are zeros, also where something else was written before the writer grew', () => {
    const writer = new Writer(64, 2).u16(0xffff);
    expect(writer.zeros(20).finish().subarray(2)).toEqual(new Uint8Array(20));
  });
});
