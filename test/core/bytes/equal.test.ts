import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { compareBytes, equalBytes } from '../../../src/core/bytes/equal.ts';

const bytes = fc.uint8Array({ maxLength: 6, max: 3 });

describe('comparing bytes', () => {
  test('equal means the same bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(a.toString() === b.toString());
      }),
    );
    fc.assert(
      fc.property(bytes, (a) => {
        expect(equalBytes(a, a.slice())).toBe(true);
      }),
    );
  });

  test('every single bit counts', () => {
    const one = new Uint8Array(32).fill(0x5a);
    for (let bit = 0; bit < 256; bit++) {
      const other = one.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(equalBytes(one, other)).toBe(false);
    }
  });

  test('the order is that of Buffer.compare', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  test('concat joins in a new array', () => {
    fc.assert(
      fc.property(fc.array(bytes), (parts) => {
        expect([...concat(...parts)]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
    const one = Uint8Array.of(1);
    concat(one)[0] = 2;
    expect(one[0]).toBe(1);
  });
});
