import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex, hex } from '../../../src/core/bytes/hex.ts';
import { nobleSuite } from '../../../src/core/crypto/noble-suite.ts';
import { PacketProtection } from '../../../src/core/transport/protection.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';

const vectors = JSON.parse(readFileSync(new URL('../../vectors/quic/rfc9000-9001.json', import.meta.url), 'utf8'));
const a5 = vectors.rfc9001_a5 as { readonly [name: string]: string } & { readonly packetNumber: number };

for (const suite of [nobleSuite, nodeSuite]) {
  describe(`§1.2 packet protection on ${suite.name}`, () => {
    const protection = new PacketProtection(suite, fromHex(a5.secret!)!);

    test('RFC 9001 A.5: a ChaCha20-Poly1305 short header packet', () => {
      const packet = protection.seal(fromHex(a5.header!)!, a5.packetNumber, fromHex(a5.payload!)!);
      expect(hex(packet)).toBe(a5.packet);
      const opened = protection.open(packet, 1, a5.packetNumber - 1)!;
      expect(opened.packetNumber).toBe(a5.packetNumber);
      expect(hex(opened.payload)).toBe(a5.payload);
      expect(opened.firstByte).toBe(0x42);
    });

    test('RFC 9001 A.5: the secret of the next key phase, with the header protection that was', () => {
      const next = new PacketProtection(suite, fromHex(a5.ku!)!, suite.headerMask(fromHex(a5.hp!)!));
      const packet = protection.next().seal(fromHex(a5.header!)!, a5.packetNumber, fromHex(a5.payload!)!);
      expect(hex(packet)).not.toBe(a5.packet);
      expect(hex(packet)).toBe(hex(next.seal(fromHex(a5.header!)!, a5.packetNumber, fromHex(a5.payload!)!)));
    });

    test('every packet opens as it was sealed, and with any bit flipped not at all', () => {
      const shape = fc.record({
        length: fc.integer({ min: 1, max: 4 }),
        number: fc.nat(2 ** 45),
        id: fc.uint8Array({ minLength: 8, maxLength: 8 }),
        payload: fc.uint8Array({ minLength: 4, maxLength: 40 }),
        bit: fc.nat(),
      });
      fc.assert(
        fc.property(shape, ({ length, number, id, payload, bit }) => {
          const truncated = Array.from({ length }, (_, i) => Math.floor(number / 2 ** (8 * (length - 1 - i))) & 0xff);
          const header = concat(new Uint8Array([0x40 | (length - 1)]), id, new Uint8Array(truncated));
          const packet = protection.seal(header, number, payload);
          expect(protection.open(packet, 9, number - 1)).toEqual({
            packetNumber: number,
            firstByte: header[0],
            payload,
          });
          const flipped = packet.slice();
          const at = bit % (packet.length * 8);
          flipped[at >> 3]! ^= 1 << (at & 7);
          // The two highest bits of the first byte are not hidden, but they are authenticated like all others.
          expect(protection.open(flipped, 9, number - 1)).toBeUndefined();
        }),
        { numRuns: 50 },
      );
    });

    test('what is too short to be sampled does not open', () => {
      for (let length = 0; length < 29; length++) expect(protection.open(new Uint8Array(length), 9, 0)).toBeUndefined();
    });
  });
}
