import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import type { Suite } from '../../../src/core/crypto/suite.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const some = fc.uint8Array({ maxLength: 80 });

/** What even a sham must do: the two ends fit, and altered bytes do not. */
export function suiteShape(suite: Suite, numRuns: number): void {
  const holds = <T>(property: fc.IProperty<T>) => fc.assert(property, { numRuns });

  test('parts are joined, wherever they are cut', () => {
    holds(
      fc.property(some, some, some, (key, a, b) => {
        expect(suite.hash(a, b)).toEqual(suite.hash(concat(a, b)));
        expect(suite.hmac(key, a, b)).toEqual(suite.hmac(key, concat(a, b)));
        expect(suite.hash(a)).toHaveLength(32);
      }),
    );
  });

  test('a signature is valid for its key and message, and for no other', () => {
    holds(
      fc.property(bytes(32), some, fc.nat(), (seed, message, at) => {
        const key = suite.publicKey(seed);
        const signature = suite.sign(seed, message);
        expect(signature).toHaveLength(64);
        expect(suite.isNodeKey(key)).toBe(true);
        expect(suite.verify(key, message, signature)).toBe(true);
        expect(suite.verify(key, message, flipped(signature, at))).toBe(false);
        expect(suite.verify(key, concat(message, Uint8Array.of(0)), signature)).toBe(false);
        const other = suite.publicKey(flipped(seed, at));
        expect(suite.verify(other, message, signature)).toBe(false);
      }),
    );
  });

  test('two who know each other agree, and the salt and prefix count', () => {
    holds(
      fc.property(bytes(32), bytes(32), some, some, (a, b, salt, prefix) => {
        const [ann, bob] = [suite.agreementSecret(a), suite.agreementSecret(b)];
        const one = suite.agree({ secret: ann, publicKey: suite.agreementPublicKey(bob), salt, prefix });
        const two = suite.agree({ secret: bob, publicKey: suite.agreementKey(suite.publicKey(a)), salt, prefix });
        expect(one).toEqual(two);
        expect(one).toHaveLength(32);
        expect(suite.agree({ secret: ann, publicKey: suite.agreementPublicKey(bob), salt })).toEqual(
          suite.agree({ secret: bob, publicKey: suite.agreementPublicKey(ann), salt, prefix: new Uint8Array(0) }),
        );
      }),
    );
  });

  test('a public key of zeros is refused', () => {
    const secret = suite.agreementSecret(new Uint8Array(32).fill(1));
    expect(suite.agree({ secret, publicKey: new Uint8Array(32), salt: new Uint8Array(0) })).toBeUndefined();
  });

  test('what was sealed opens, and nothing else does', () => {
    holds(
      fc.property(bytes(32), bytes(12), some, some, fc.nat(), (key, nonce, aad, plaintext, at) => {
        const aead = suite.aead(key);
        const sealed = aead.seal(nonce, aad, plaintext);
        expect(sealed).toHaveLength(plaintext.length + 16);
        expect(aead.open(nonce, aad, sealed)).toEqual(plaintext);
        expect(aead.open(nonce, aad, flipped(sealed, at))).toBeUndefined();
        expect(aead.open(nonce, aad, sealed.subarray(1))).toBeUndefined();
        expect(aead.open(nonce, aad, sealed.subarray(0, at % sealed.length))).toBeUndefined();
        expect(aead.open(nonce, concat(aad, Uint8Array.of(0)), sealed)).toBeUndefined();
        expect(aead.open(flipped(nonce, at), aad, sealed)).toBeUndefined();
        expect(suite.aead(flipped(key, at)).open(nonce, aad, sealed)).toBeUndefined();
      }),
    );
  });

  test('a header mask is 5 bytes that its key and sample decide', () => {
    holds(
      fc.property(bytes(32), bytes(16), (key, sample) => {
        const mask = suite.headerMask(key);
        expect(mask(sample)).toHaveLength(5);
        expect(mask(sample)).toEqual(suite.headerMask(key.slice())(sample.slice()));
      }),
    );
  });

  test('results belong to the caller: changing one changes no later one', () => {
    const seed = new Uint8Array(32).fill(9);
    const made = () => [
      suite.hash(seed),
      suite.publicKey(seed),
      suite.agreementKey(suite.publicKey(seed)),
      suite.agreementSecret(seed),
      suite.headerMask(seed)(seed.subarray(0, 16)),
    ];
    const first = made();
    const kept = first.map((value) => value.slice());
    for (const value of first) value.fill(0);
    expect(made()).toEqual(kept);
  });
}

/** The bytes with one bit turned over, which one `at` says. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = bytes.slice();
  changed[(at >> 3) % bytes.length]! ^= 1 << (at & 7);
  return changed;
}
