import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { base32 } from '../../../src/core/bytes/base32.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { decodeMeshDatagram, encodeMeshDatagram } from '../../../src/core/wire/datagram.ts';

const channel = base32(new Uint8Array(32).fill(7));

describe('§2.6 a datagram of neighbours', () => {
  test('that somebody writes is one byte, and a channel makes it 33', () => {
    expect(hex(encodeMeshDatagram({ type: 'typing' }))).toBe('01');
    expect(hex(encodeMeshDatagram({ type: 'typing', channel }))).toBe(`01${'07'.repeat(32)}`);
  });

  test('survives the round trip', () => {
    for (const one of [{ type: 'typing' }, { type: 'typing', channel }] as const)
      expect(decodeMeshDatagram(encodeMeshDatagram(one))).toEqual(one);
  });

  test('of a type that is not known is passed over, whatever follows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 99 }), fc.integer({ min: 2, max: 255 }), (rest, type) => {
        expect(decodeMeshDatagram(new Uint8Array([type, ...rest]))).toBeUndefined();
        expect(decodeMeshDatagram(new Uint8Array([0, ...rest]))).toBeUndefined();
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    expect(() => decodeMeshDatagram(new Uint8Array())).toThrow(PeerError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 99 }), (rest) => {
        const bytes = new Uint8Array([1, ...rest]);
        if (rest.length === 0 || rest.length === 32)
          expect(encodeMeshDatagram(decodeMeshDatagram(bytes)!)).toEqual(bytes);
        else expect(() => decodeMeshDatagram(bytes)).toThrow(PeerError);
      }),
    );
  });
});
