import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../src/core/bytes/concat.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { hkdf } from '../../../src/core/crypto/kdf.ts';
import type { Suite } from '../../../src/core/crypto/suite.ts';
import { unhex, vectors, type Wycheproof } from '../../support/vectors.ts';

/** What every suite must do that says it is cryptography: the same bytes, the same refusals (docs/protocol.md §0). */
export function suiteCases(suite: Suite): void {
  describe(`${suite.name}: hashes`, () => hashCases(suite));
  describe(`${suite.name}: signatures`, () => signatureCases(suite));
  describe(`${suite.name}: keys of nodes`, () => nodeKeyCases(suite));
  describe(`${suite.name}: agreement`, () => agreementCases(suite));
  describe(`${suite.name}: sealing`, () => aeadCases(suite));
}

function hashCases(suite: Suite): void {
  test('SHA-256 of nothing and of "abc" (FIPS 180-4)', () => {
    expect(hex(suite.hash())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hex(suite.hash(utf8('a'), utf8('bc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  test('HMAC-SHA-256 as in Wycheproof', () => {
    type Group = { tagSize: number };
    type Case = { key: string; msg: string; tag: string };
    for (const { tagSize, tests } of vectors<Wycheproof<Group, Case>>('wycheproof/hmac_sha256_test.json').testGroups) {
      for (const { tcId, key, msg, tag, result } of tests) {
        const own = hex(suite.hmac(unhex(key), unhex(msg)).subarray(0, tagSize / 8));
        expect(own === tag, `case ${tcId}`).toBe(result === 'valid');
      }
    }
  });

  test('HKDF with SHA-256 as in Wycheproof and RFC 5869 A.1 to A.3', () => {
    type Case = { ikm: string; salt: string; info: string; size: number; okm: string };
    for (const { tests } of vectors<Wycheproof<object, Case>>('wycheproof/hkdf_sha256_test.json').testGroups) {
      for (const { tcId, ikm, salt, info, size, okm, result } of tests) {
        if (result !== 'valid') continue; // Sizes over 8,160 bytes: `expand` says so, and nothing here asks for them.
        const input = { key: unhex(ikm), salt: unhex(salt), info: unhex(info) };
        expect(hex(hkdf(suite, input, size)), `case ${tcId}`).toBe(okm);
      }
    }
  });
}

// RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
const RFC_8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const;

function signatureCases(suite: Suite): void {
  for (const [seed, publicKey, message, signature] of RFC_8032) {
    test(`RFC 8032 §7.1: key ${publicKey.slice(0, 8)} signs ${message || 'nothing'}`, () => {
      expect(hex(suite.publicKey(unhex(seed)))).toBe(publicKey);
      expect(hex(suite.sign(unhex(seed), unhex(message)))).toBe(signature);
      expect(suite.verify(unhex(publicKey), unhex(message), unhex(signature))).toBe(true);
    });
  }

  test('Ed25519 as in Wycheproof', () => {
    type Group = { publicKey: { pk: string } };
    type Case = { msg: string; sig: string };
    for (const { publicKey, tests } of vectors<Wycheproof<Group, Case>>('wycheproof/ed25519_test.json').testGroups) {
      for (const { tcId, msg, sig, result } of tests) {
        const valid = suite.verify(unhex(publicKey.pk), unhex(msg), unhex(sig));
        expect(valid, `case ${tcId}`).toBe(result === 'valid');
      }
    }
  });

  test('of the 914 cases of CCTV, only 305 has a valid key and a valid signature', () => {
    type Case = { number: number; key: string; sig: string; msg: string };
    const cases = vectors<Case[]>('ed25519-cctv/ed25519vectors.json');
    expect(cases).toHaveLength(914);
    const accepted = cases.filter(({ key, msg, sig }) => accepts(suite, unhex(key), utf8(msg), unhex(sig)));
    expect(accepted.map(({ number }) => number)).toEqual([305]);
  });

  for (const [name, { key, message, signature, otherwise }] of Object.entries(craftedSignatures())) {
    test(`${name} is refused`, () => {
      // The case can fail: the same construction without the trick is taken.
      expect(accepts(suite, otherwise.key, message, otherwise.signature)).toBe(true);
      expect(accepts(suite, key, message, signature)).toBe(false);
    });
  }

  test('a signature of a wrong length is refused, and so is a key', () => {
    const seed = new Uint8Array(32).fill(7);
    const signature = suite.sign(seed, utf8('hi'));
    const key = suite.publicKey(seed);
    for (const wrong of [signature.subarray(1), new Uint8Array(0), concat(signature, Uint8Array.of(0))]) {
      expect(suite.verify(key, utf8('hi'), wrong)).toBe(false);
    }
    expect(suite.verify(key.subarray(1), utf8('hi'), signature)).toBe(false);
    expect(suite.isNodeKey(key.subarray(1))).toBe(false);
    expect(suite.isNodeKey(concat(key, Uint8Array.of(0)))).toBe(false);
  });
}

const accepts = (suite: Suite, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  suite.isNodeKey(key) && suite.verify(key, message, signature);

const { Point } = ed25519;
const { n: L, p } = Point.CURVE();
/** A point of order 8: y as published with curve25519's small-order points. */
const TORSION = Point.fromBytes(unhex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'));

/** Signatures that some libraries take and some do not (docs/protocol.md §0), each beside an honest one made the same way. */
function craftedSignatures() {
  const message = utf8('crafted');
  const a = 0x1234567890abcdefn;
  const r = 0xfedcba9876543210n;
  const A = Point.BASE.multiply(a);
  const signWith = (R: Uint8Array, key: Uint8Array, nonce: bigint, add = 0n) => {
    const k = number(sha512(concat(R, key, message))) % L;
    return concat(R, bytes32(((nonce + k * a) % L) + add));
  };
  const honest = (() => {
    const R = Point.BASE.multiply(r).toBytes();
    return { key: A.toBytes(), signature: signWith(R, A.toBytes(), r) };
  })();
  const crafted = (key: Uint8Array, signature: Uint8Array) => ({ key, message, signature, otherwise: honest });
  const mixedR = Point.BASE.multiply(r).add(TORSION).toBytes();
  const mixedA = A.add(TORSION).toBytes();
  const R = Point.BASE.multiply(r).toBytes();
  return {
    'R + torsion': crafted(A.toBytes(), signWith(mixedR, A.toBytes(), r)),
    'A + torsion': crafted(mixedA, signWith(R, mixedA, r)),
    'R = identity': crafted(A.toBytes(), signWith(Point.ZERO.toBytes(), A.toBytes(), 0n)),
    'A = identity': crafted(Point.ZERO.toBytes(), concat(R, bytes32(r))),
    'S + L': crafted(A.toBytes(), signWith(R, A.toBytes(), r, L)),
    'R with y ≥ p': crafted(A.toBytes(), signWith(bytes32(p + 1n), A.toBytes(), 0n)),
    'R = −0': crafted(A.toBytes(), signWith(bytes32(1n | (1n << 255n)), A.toBytes(), 0n)),
  };
}

function number(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${hex(littleEndian.toReversed())}`);
}

function bytes32(value: bigint): Uint8Array {
  return unhex(value.toString(16).padStart(64, '0')).reverse();
}

function nodeKeyCases(suite: Suite): void {
  test('the eight points of small order are no keys', () => {
    let point = Point.ZERO;
    const seen = new Set<string>();
    for (let i = 0; i < 8; i++, point = point.add(TORSION)) {
      seen.add(point.toHex());
      expect(suite.isNodeKey(point.toBytes()), point.toHex()).toBe(false);
    }
    expect(seen.size).toBe(8);
  });

  test('a key plus a point of small order is no key', () => {
    const key = Point.fromBytes(suite.publicKey(new Uint8Array(32).fill(3)));
    expect(suite.isNodeKey(key.toBytes())).toBe(true);
    for (let i = 1, T = TORSION; i < 8; i++, T = T.add(TORSION))
      expect(suite.isNodeKey(key.add(T).toBytes())).toBe(false);
  });

  test('y ≥ p, and a sign on x = 0, are no keys', () => {
    for (let y = 0n; y < 19n; y++) {
      for (const sign of [0n, 1n << 255n]) expect(suite.isNodeKey(bytes32((p + y) | sign)), `p + ${y}`).toBe(false);
    }
    for (const y of [1n, p - 1n]) expect(suite.isNodeKey(bytes32(y | (1n << 255n)))).toBe(false);
  });

  test('bytes that are on no point are no key', () => {
    expect(suite.isNodeKey(bytes32(2n))).toBe(false); // y = 2 has no x.
  });

  test('the agreement key of a node is the X25519 key of its agreement secret', () => {
    for (let i = 0; i < 8; i++) {
      const seed = new Uint8Array(32).fill(i);
      const secret = suite.agreementSecret(seed);
      expect(suite.agreementPublicKey(secret)).toEqual(suite.agreementKey(suite.publicKey(seed)));
      expect([secret[0]! & 7, secret[31]! & 0xc0]).toEqual([0, 0x40]);
    }
  });
}

function agreementCases(suite: Suite): void {
  const salt = utf8('salt');
  const prefix = utf8('prefix');

  test('RFC 7748 §6.1: both sides get one secret, and only its HMAC', () => {
    const bob = unhex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
    const alicePublic = unhex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    const shared = unhex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742');
    expect(hex(suite.agreementPublicKey(bob))).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(suite.agree({ secret: bob, publicKey: alicePublic, salt })).toEqual(suite.hmac(salt, shared));
    expect(suite.agree({ secret: bob, publicKey: alicePublic, salt, prefix })).toEqual(
      suite.hmac(salt, prefix, shared),
    );
  });

  test('X25519 as in Wycheproof; a shared secret of zeros is refused', () => {
    type Case = { public: string; private: string; shared: string };
    let refused = 0;
    for (const { tests } of vectors<Wycheproof<object, Case>>('wycheproof/x25519_test.json').testGroups) {
      for (const { tcId, public: publicKey, private: secret, shared } of tests) {
        const agreed = suite.agree({ secret: unhex(secret), publicKey: unhex(publicKey), salt });
        const zero = /^0+$/.test(shared);
        if (zero) refused++;
        expect(agreed, `case ${tcId}`).toEqual(zero ? undefined : suite.hmac(salt, unhex(shared)));
      }
    }
    expect(refused).toBe(31);
  });
}

function aeadCases(suite: Suite): void {
  test('ChaCha20-Poly1305 as in Wycheproof and RFC 8439 §2.8.2', () => {
    type Group = { ivSize: number };
    type Case = Readonly<Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>>;
    const { testGroups } = vectors<Wycheproof<Group, Case>>('wycheproof/chacha20_poly1305_test.json');
    let tried = 0;
    for (const { tests } of testGroups.filter(({ ivSize }) => ivSize === 96)) {
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
        tried++;
        const aead = suite.aead(unhex(key));
        const opened = aead.open(unhex(iv), unhex(aad), unhex(ct + tag));
        expect(opened && hex(opened), `case ${tcId}`).toBe(result === 'valid' ? msg : undefined);
        const sealed = hex(aead.seal(unhex(iv), unhex(aad), unhex(msg)));
        expect(sealed === ct + tag, `case ${tcId}`).toBe(result === 'valid');
      }
    }
    expect(tried).toBeGreaterThan(250);
  });

  test('RFC 9001 A.5: the header mask', () => {
    const { hp, sample, mask } = vectors<{ rfc9001_a5: Record<'hp' | 'sample' | 'mask', string> }>(
      'quic/rfc9000-9001.json',
    ).rfc9001_a5;
    expect(hex(suite.headerMask(unhex(hp))(unhex(sample)))).toBe(mask);
  });

  test('RFC 8439 §2.3.2: the mask is the beginning of a ChaCha20 block', () => {
    const key = unhex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
    expect(hex(suite.headerMask(key)(unhex('01000000 000000090000004a00000000')))).toBe('10f1e7e4d1');
  });

  test('a sample that makes the greatest counter has a mask: strangers choose samples', () => {
    expect(hex(suite.headerMask(new Uint8Array(32))(new Uint8Array(16).fill(0xff)))).toBe('943220af6f');
  });
}
