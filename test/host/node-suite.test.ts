import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nobleSuite } from '../../src/core/crypto/noble-suite.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { suiteCases } from '../core/crypto/suite-cases.ts';
import { suiteShape } from '../core/crypto/suite-shape.ts';

suiteCases(nodeSuite);
describe('node: shape', () => suiteShape(nodeSuite, 40));

describe('node and noble', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

  test('give the same bytes for any input', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), bytes(16), fc.uint8Array({ maxLength: 300 }), (one, two, sample, text) => {
        const [a, b] = [nobleSuite, nodeSuite].map((suite) => {
          const secret = suite.agreementSecret(one);
          const peer = suite.agreementKey(suite.publicKey(two));
          return [
            suite.hash(one, text),
            suite.hmac(text, two),
            suite.publicKey(one),
            suite.sign(one, text),
            secret,
            peer,
            suite.agree({ secret, publicKey: peer, salt: text, prefix: two }),
            suite.aead(one).seal(sample.subarray(4), text, two),
            suite.headerMask(one)(sample),
          ];
        });
        expect(a).toEqual(b);
      }),
      { numRuns: 25 },
    );
  });

  test('give the mask of headers that OpenSSL would give: the beginning of a ChaCha20 block', () => {
    fc.assert(
      fc.property(bytes(32), bytes(16), (key, sample) => {
        const expected = createCipheriv('chacha20', key, sample).update(new Uint8Array(5));
        for (const suite of [nobleSuite, nodeSuite])
          expect(suite.headerMask(key)(sample)).toEqual(new Uint8Array(expected));
      }),
    );
  });

  test('give the same HMAC for keys and messages around every block and around the longest short message', () => {
    const filled = (length: number) => new Uint8Array(length).map((_, i) => i * 7 + length);
    for (const keyLength of [0, 1, 31, 32, 63, 64, 65, 131]) {
      // Long ones before short ones: nothing of one may be left for the next.
      for (const length of [5_000, 2_049, 2_048, 2_047, 1_200, 129, 128, 127, 65, 64, 63, 1, 0]) {
        const [key, message] = [filled(keyLength), filled(length)];
        const parts = [message.subarray(0, length / 3), message.subarray(length / 3)];
        expect(nodeSuite.hmac(key, ...parts), `${keyLength}, ${length}`).toEqual(nobleSuite.hmac(key, message));
      }
    }
  });

  test('say the same of any 32 bytes as a key, and as an agreement key', () => {
    fc.assert(
      fc.property(bytes(32), bytes(32), (key, secret) => {
        expect(nodeSuite.isNodeKey(key)).toBe(nobleSuite.isNodeKey(key));
        const salt = new Uint8Array(0);
        expect(nodeSuite.agree({ secret, publicKey: key, salt })).toEqual(
          nobleSuite.agree({ secret, publicKey: key, salt }),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('verify alike what was signed and then altered by a bit', () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 40 }), fc.nat(64 * 8 - 1), (seed, message, bit) => {
        const signature = nodeSuite.sign(seed, message);
        const key = nodeSuite.publicKey(seed);
        signature[bit >> 3]! ^= 1 << (bit & 7);
        expect(nodeSuite.verify(key, message, signature)).toBe(false);
        expect(nobleSuite.verify(key, message, signature)).toBe(false);
      }),
      { numRuns: 15 },
    );
  });
});
