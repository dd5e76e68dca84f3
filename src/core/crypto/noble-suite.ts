import { chacha20poly1305, hchacha, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { getPublicKey, hashes, sign } from '@noble/ed25519';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { assert } from '../base/assert.ts';
import { concat } from '../bytes/concat.ts';
import { equalBytes } from '../bytes/equal.ts';
import type { Aead, Suite } from './suite.ts';

/*
 * The portable suite, and the reference for the others. The only file that knows @noble.
 * It keeps nothing between calls; what is worth remembering is the faster suite's business.
 */

// @noble/ed25519 has no SHA-512 of its own and asks for one before its synchronous calls.
hashes.sha512 = sha512;

const { Point } = ed25519;

/** Everything on @noble: runs wherever JavaScript does. A verification takes about a millisecond. */
export const nobleSuite: Suite = {
  name: 'noble',
  hash: (...parts) => sha256(join(parts)),
  hmac: (key, ...parts) => hmac(sha256, key, join(parts)),
  publicKey: (seed) => getPublicKey(seed),
  sign: (seed, message) => sign(message, seed),
  verify,
  isNodeKey,
  agreementKey: (publicKey) => ed25519.utils.toMontgomery(publicKey),
  agreementSecret: (seed) => ed25519.utils.toMontgomerySecret(seed),
  agreementPublicKey: (secret) => x25519.getPublicKey(secret),
  agree({ secret, publicKey, salt, prefix }) {
    const shared = diffieHellman(secret, publicKey);
    return shared && hmac(sha256, salt, prefix ? concat(prefix, shared) : shared);
  },
  aead,
  headerMask,
};

/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): ciphertext and 16-byte tag, under 32 bytes of key and 24 of nonce. */
export const sealX = (input: XInput & { readonly plaintext: Uint8Array }): Uint8Array =>
  xchacha20poly1305(input.key, input.nonce, input.aad).encrypt(input.plaintext);

/** What `sealX` sealed, or `undefined` when the tag does not fit. */
export const openX = (input: XInput & { readonly ciphertext: Uint8Array }): Uint8Array | undefined =>
  decrypt(xchacha20poly1305(input.key, input.nonce, input.aad), input.ciphertext);

type XInput = { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly aad: Uint8Array };

const join = (parts: readonly Uint8Array[]): Uint8Array => (parts.length === 1 ? parts[0]! : concat(...parts));

/**
 * docs/protocol.md §0, to the letter. noble's own `verify` multiplies by the cofactor and so takes signatures that others refuse;
 * here the point is computed and its bytes are compared. Small orders are refused as OpenSSL does, although behind `isNodeKey`
 * only R = identity remains of them.
 */
function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const R = signature.subarray(0, 32);
  const S = littleEndian(signature.subarray(32));
  const A = decodePoint(publicKey);
  if (!A || A.isSmallOrder() || !Point.Fn.isValid(S)) return false;
  const k = Point.Fn.create(littleEndian(sha512(concat(R, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(S).subtract(A.multiplyUnsafe(k));
  return !expected.isSmallOrder() && equalBytes(expected.toBytes(), R);
}

function isNodeKey(publicKey: Uint8Array): boolean {
  const A = decodePoint(publicKey);
  return A !== undefined && !A.is0() && A.isTorsionFree();
}

/** The point that 32 bytes encode canonically (RFC 8032 §5.1.3: y < p, no sign bit on x = 0). */
function decodePoint(bytes: Uint8Array) {
  try {
    return Point.fromBytes(bytes);
  } catch {
    return undefined; // noble throws for bytes that encode no point.
  }
}

const littleEndian = (bytes: Uint8Array): bigint => {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return value;
};

function diffieHellman(secret: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  assert(secret.length === 32 && publicKey.length === 32, 'X25519 keys have 32 bytes');
  try {
    return x25519.getSharedSecret(secret, publicKey);
  } catch {
    return undefined; // With lengths that fit, noble throws for an all-zero result and for nothing else.
  }
}

function aead(key: Uint8Array): Aead {
  assert(key.length === 32, 'a ChaCha20-Poly1305 key has 32 bytes');
  return {
    seal: (nonce, aad, plaintext) => chacha20poly1305(key, nonce, aad).encrypt(plaintext),
    open: (nonce, aad, ciphertext) => decrypt(chacha20poly1305(key, nonce, aad), ciphertext),
  };
}

function decrypt(cipher: { decrypt(ciphertext: Uint8Array): Uint8Array }, ciphertext: Uint8Array) {
  try {
    return cipher.decrypt(ciphertext);
  } catch {
    return undefined; // noble throws for a wrong tag, and for less than a tag.
  }
}

/** "expand 32-byte k" as four words: the first row of every ChaCha20 state (RFC 8439 §2.3). */
const SIGMA = new Uint32Array([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);

/**
 * The first five bytes of a ChaCha20 block whose counter and nonce are the sample. HChaCha20 is that block without the final
 * addition of the state, and its first words are the block's less SIGMA. noble's `chacha20` would be the plain way, but it throws
 * for counter 2^32 − 1, and a stranger chooses the sample.
 */
function headerMask(key: Uint8Array): (sample: Uint8Array) => Uint8Array {
  assert(key.length === 32, 'a header protection key has 32 bytes');
  const keyWords = putWords(key, new Uint32Array(8));
  const sampleWords = new Uint32Array(4);
  const out = new Uint32Array(8);
  return (sample) => {
    assert(sample.length === 16, 'a header protection sample has 16 bytes');
    hchacha(SIGMA, keyWords, putWords(sample, sampleWords), out);
    const first = out[0]! + SIGMA[0]!;
    return new Uint8Array([first, first >>> 8, first >>> 16, first >>> 24, out[1]! + SIGMA[1]!]);
  };
}

/** Bytes as little-endian 32-bit words, as many as there is place for. */
function putWords(bytes: Uint8Array, into: Uint32Array): Uint32Array {
  for (let i = 0; i < into.length; i++) {
    const at = 4 * i;
    into[i] = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }
  return into;
}
