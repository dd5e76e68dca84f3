import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes } from '../../../src/core/bytes/equal.ts';
import { isLatin1Of, latin1, latin1Bytes } from '../../../src/core/bytes/latin1.ts';

const bytes = fc.uint8Array({ maxLength: 80 });

describe('bytes as text', () => {
  test('every byte string survives the round trip', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(latin1Bytes(latin1(some))).toEqual(some);
      }),
    );
  });

  test('a text is that of its bytes, and of no others', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(isLatin1Of(latin1(some), some)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(bytes, bytes, (some, others) => {
        expect(isLatin1Of(latin1(some), others)).toBe(equalBytes(some, others));
      }),
    );
  });
});
