import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTENT_BYTES_MAX, PAYLOAD_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { pad, paddedLength, unpad } from '../../../src/core/crypto/padding.ts';

describe('§3.1 padding', () => {
  // max(256, Padmé(n + 1)), worked out by hand.
  for (const [content, padded] of [
    [0, 256],
    [255, 256],
    [256, 272],
    [271, 272],
    [272, 288],
    [510, 512],
    [511, 512],
    [512, 544],
    [999, 1024],
    [1023, 1024],
    [1024, 1088],
    [9999, 10_240],
    [65_535, 65_536],
  ] as const) {
    test(`${content} bytes become ${padded}`, () => {
      expect(paddedLength(content)).toBe(padded);
      expect(pad(new Uint8Array(content))).toHaveLength(padded);
    });
  }

  test('costs at most 12 % above 256 bytes, and grows with the content', () => {
    for (let n = 256; n < PAYLOAD_BYTES_MAX; n++) {
      const padded = paddedLength(n);
      if (padded / (n + 1) >= 1.12 || padded < paddedLength(n - 1)) throw new Error(`${n} bytes become ${padded}`);
    }
  });

  test('the longest content still fits an envelope when sealed, and the next size does not', () => {
    const sealedBytes = 64; // What CBOR, the encapsulated key or salt, and the tag add, rounded up.
    expect(paddedLength(CONTENT_BYTES_MAX) + sealedBytes).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(paddedLength(CONTENT_BYTES_MAX + 1) + sealedBytes).toBeGreaterThan(PAYLOAD_BYTES_MAX);
  });

  test('every content survives the round trip', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (content) => {
        expect(unpad(pad(content))).toEqual(content);
      }),
    );
    const zeros = new Uint8Array(300);
    expect(unpad(pad(zeros))).toEqual(zeros);
  });

  test('what was not padded so is refused: no mark, a wrong mark, a byte after it, a wrong size', () => {
    const padded = pad(Uint8Array.of(1, 2, 3));
    const changed = (at: number, to: number) => padded.map((byte, i) => (i === at ? to : byte));
    expect(unpad(new Uint8Array(0))).toBeUndefined();
    expect(unpad(new Uint8Array(256))).toBeUndefined();
    expect(unpad(changed(3, 0))).toBeUndefined();
    expect(unpad(changed(3, 0x81))).toBeUndefined();
    expect(unpad(changed(200, 1))).toBeUndefined();
    expect(unpad(padded.subarray(0, 255))).toBeUndefined();
    expect(unpad(new Uint8Array([...padded, 0]))).toBeUndefined();
    expect(unpad(new Uint8Array([...padded, ...new Uint8Array(16)]))).toBeUndefined();
  });
});
