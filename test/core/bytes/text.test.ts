import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32, fromBase32 } from '../../../src/core/bytes/base32.ts';
import { base58 } from '../../../src/core/bytes/base58.ts';
import { fromHex, hex } from '../../../src/core/bytes/hex.ts';
import { fromUtf8, utf8 } from '../../../src/core/bytes/utf8.ts';

const bytes = fc.uint8Array({ maxLength: 80 });

describe('base32 (RFC 4648)', () => {
  // §10, in lower case and without padding.
  for (const [text, encoded] of [
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ] as const) {
    test(`${text || 'nothing'} is ${encoded || 'nothing'}`, () => {
      expect(base32(utf8(text))).toBe(encoded);
      expect(fromBase32(encoded.toUpperCase())).toEqual(utf8(text));
    });
  }

  test('every byte string survives the round trip', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(fromBase32(base32(some))).toEqual(some);
      }),
    );
  });

  test('any text is the canonical form of some bytes, or is refused', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'abcdefgh234567AZ='), maxLength: 20 }));
    fc.assert(
      fc.property(text, (some) => {
        const read = fromBase32(some);
        if (read) expect(base32(read)).toBe(some.toLowerCase());
      }),
    );
  });

  for (const wrong of ['m', 'mzx', 'mzxw6y', 'mz', 'my======', 'm1', 'm y', 'mý', 'ſſ', 'my\n']) {
    test(`${JSON.stringify(wrong)} is refused`, () => expect(fromBase32(wrong)).toBeUndefined());
  }
});

describe('base58', () => {
  // From draft-msporny-base58, §5.
  for (const [text, encoded] of [
    ['Hello World!', '2NEpo7TZRRrLZSi2U'],
    ['The quick brown fox jumps over the lazy dog.', 'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z'],
  ] as const) {
    test(`${text} is ${encoded}`, () => expect(base58(utf8(text))).toBe(encoded));
  }
  test('a leading zero byte is a leading 1', () =>
    expect(base58(Uint8Array.of(0, 0, 40, 127, 180, 205))).toBe('11233QC4'));
});

describe('hexadecimal', () => {
  test('every byte string survives the round trip, in either case', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(fromHex(hex(some))).toEqual(some);
        expect(fromHex(hex(some).toUpperCase())).toEqual(some);
      }),
    );
  });

  for (const wrong of ['0', 'abc', 'zz', '0x', ' 00', '00\n', '٠٠']) {
    test(`${JSON.stringify(wrong)} is refused`, () => expect(fromHex(wrong)).toBeUndefined());
  }
});

describe('UTF-8 (RFC 3629)', () => {
  test('every well-formed text survives the round trip', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (some) => {
        expect(fromUtf8(utf8(some))).toBe(some.toWellFormed());
      }),
    );
  });

  test('any bytes are the UTF-8 of some text, or are refused: nothing is repaired', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        const text = fromUtf8(some);
        if (text !== undefined) expect(utf8(text)).toEqual(some);
      }),
      { numRuns: 500 },
    );
  });

  test('a byte order mark is a character like any other', () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  for (const wrong of [[0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xff]]) {
    test(`${hex(Uint8Array.from(wrong))} is refused`, () => expect(fromUtf8(Uint8Array.from(wrong))).toBeUndefined());
  }
});
