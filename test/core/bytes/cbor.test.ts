import * as cborg from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../../../src/core/bytes/cbor.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { unhex } from '../../support/vectors.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/** Any value that our CBOR holds, at most `depth` levels of arrays and maps. */
function anyCbor(depth: number): fc.Arbitrary<Cbor> {
  const leaf = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    fc.boolean(),
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  );
  if (depth === 0) return leaf;
  const below = anyCbor(depth - 1);
  const key = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -30, max: 300 }), fc.string({ maxLength: 4 }));
  return fc.oneof(
    leaf,
    fc.array(below, { maxLength: 5 }),
    fc.array(fc.tuple(key, below), { maxLength: 5 }).map((entries) => new Map(entries)),
  );
}

const value = anyCbor(4);

describe('CBOR (RFC 8949)', () => {
  // From RFC 8949, Appendix A: what of it we use.
  for (const [bytes, decoded] of [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['18ff', 255],
    ['190100', 256],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1affffffff', 2 ** 32 - 1],
    ['1b0000000100000000', 2 ** 32],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['1b001fffffffffffff', MAX],
    ['20', -1],
    ['29', -10],
    ['3863', -100],
    ['3903e7', -1000],
    ['3b001ffffffffffffe', -MAX],
    ['f4', false],
    ['f5', true],
    ['40', new Uint8Array(0)],
    ['4401020304', Uint8Array.of(1, 2, 3, 4)],
    ['60', ''],
    ['6161', 'a'],
    ['62225c', '"\\'],
    ['62c3bc', 'ü'],
    ['64f0908591', '𐅑'],
    ['80', []],
    ['83010203', [1, 2, 3]],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a0', new Map()],
    [
      'a201020304',
      new Map([
        [1, 2],
        [3, 4],
      ]),
    ],
    [
      'a26161016162820203',
      new Map<string, Cbor>([
        ['a', 1],
        ['b', [2, 3]],
      ]),
    ],
  ] as const satisfies readonly (readonly [string, Cbor])[]) {
    test(`${bytes} both ways`, () => {
      expect(decodeCbor(unhex(bytes))).toEqual(decoded);
      expect(hex(encodeCbor(decoded))).toBe(bytes);
    });
  }

  for (const [bytes, why] of [
    ['', 'nothing'],
    ['0000', 'bytes after the value'],
    ['1817', '23 in two bytes'],
    ['1900ff', '255 in three'],
    ['1a0000ffff', '65,535 in five'],
    ['1b00000000ffffffff', '2^32 − 1 in nine'],
    [`5817${'00'.repeat(23)}`, 'a length in two bytes'],
    ['1b0020000000000000', '2^53'],
    ['1bffffffffffffffff', '2^64 − 1'],
    ['3b001fffffffffffff', '−2^53'],
    ['3bffffffffffffffff', '−2^64'],
    ['1c', 'a reserved length'],
    ['1f', 'an indefinite integer'],
    ['5f4101ff', 'an indefinite byte string'],
    ['7f6161ff', 'an indefinite text'],
    ['9f01ff', 'an indefinite array'],
    ['bf0102ff', 'an indefinite map'],
    ['c000', 'a tag'],
    ['f6', 'null'],
    ['f7', 'undefined'],
    ['f90000', 'a float'],
    ['fb3ff0000000000000', 'a double'],
    ['f818', 'a simple value'],
    ['ff', 'a break'],
    ['18', 'a length cut off'],
    ['4401', 'bytes cut off'],
    ['8201', 'an array cut off'],
    ['a201', 'a map cut off'],
    ['5bffffffffffffffff', 'bytes of 2^64 − 1'],
    ['5b001fffffffffffff', 'bytes of 2^53 − 1'],
    ['9b001fffffffffffff', 'an array of 2^53 − 1'],
    ['bb001fffffffffffff', 'a map of 2^53 − 1'],
    ['9affffffff', 'an array of 2^32 − 1'],
    ['61ff', 'text that is no UTF-8'],
    ['62c080', 'an overlong zero'],
    ['63eda080', 'half a surrogate pair'],
    ['a203040102', 'keys out of order'],
    ['a201020102', 'a key twice'],
    ['a2616101616102', 'a text key twice'],
    ['a2616200616100', 'text keys out of order'],
    ['a2200000', 'a negative key before none'],
    ['a1410000', 'a byte string as a key'],
    ['a18000', 'an array as a key'],
    ['a1f500', 'true as a key'],
  ] as const) {
    test(`${bytes.slice(0, 20)} is refused: ${why}`, () => expect(() => decodeCbor(unhex(bytes))).toThrow(PeerError));
  }

  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(decodeCbor(encodeCbor(one))).toEqual(one);
      }),
    );
  });

  test('any bytes either are exactly what we would have written or blame the peer', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(value, fc.nat(), fc.nat(255)).map(([one, at, byte]) => {
        const encoded = encodeCbor(one).slice();
        encoded[at % encoded.length] = byte;
        return encoded;
      }),
    );
    let read = 0;
    fc.assert(
      fc.property(bytes, (some) => {
        try {
          expect(encodeCbor(decodeCbor(some))).toEqual(some);
          read++;
        } catch (error) {
          if (!(error instanceof PeerError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test('cborg writes the same bytes when it sorts as RFC 8949 §4.2.1 says, and reads them as the same value', () => {
    fc.assert(
      fc.property(value, (one) => {
        const bytes = encodeCbor(one);
        expect(hex(cborg.encode(one, cborg.rfc8949EncodeOptions))).toBe(hex(bytes));
        expect(cborg.decode(bytes, { useMaps: true, strict: true })).toEqual(one);
      }),
    );
  });

  test('8 levels are read and written, 9 are refused', () => {
    const nested = (levels: number): Cbor => (levels === 0 ? 0 : [nested(levels - 1)]);
    expect(decodeCbor(encodeCbor(nested(8)))).toEqual(nested(8));
    expect(() => encodeCbor(nested(9))).toThrow('8 deep');
    expect(() => decodeCbor(unhex(`${'81'.repeat(9)}00`))).toThrow('nested too deep');
    expect(() => decodeCbor(unhex(`${'a100'.repeat(9)}00`))).toThrow('nested too deep');
  });

  test('a hundred thousand brackets are refused like nine', () => {
    expect(() => decodeCbor(new Uint8Array(100_000).fill(0x81))).toThrow('nested too deep');
    expect(() => decodeCbor(new Uint8Array(100_000).fill(0xa1))).toThrow('nested too deep');
  });

  test('keys are sorted by their bytes, whatever order they were put in', () => {
    const map = new Map<number | string, Cbor>([
      ['b', 1],
      ['aa', 2],
      [-1, 3],
      [100, 4],
      [10, 5],
    ]);
    expect(hex(encodeCbor(map))).toBe('a5' + '0a05' + '186404' + '2003' + '616201' + '62616102');
  });

  test('what CBOR of ours cannot hold is our own mistake', () => {
    for (const wrong of [0.5, Number.NaN, 2 ** 53, -(2 ** 53)])
      expect(() => encodeCbor(wrong)).toThrow('safe integers');
  });
});
