import { concat } from '../core/bytes/concat.ts';
import { equalBytes } from '../core/bytes/equal.ts';
import { utf8 } from '../core/bytes/utf8.ts';
import { type Aead, type Suite, TAG_BYTES } from '../core/crypto/suite.ts';

/*
 * Locks of paper. They have the shape of the real ones: what is sealed opens only unaltered, what is signed verifies only
 * unaltered, the two ends of an agreement agree. But anyone can pick them, so that many thousands of nodes run in seconds.
 */

/** A sham in place of cryptography, for simulations only: fast, deterministic, refuses altered bytes, and keeps nothing secret. */
export const paperSuite: Suite = {
  name: 'paper',
  hash: (...parts) => digest('hash', ...parts),
  hmac: (key, ...parts) => digest('hmac', lengthOf(key), key, ...parts),
  publicKey: (seed) => withCheck(digest('node', seed)),
  sign: (seed, message) => signature(paperSuite.publicKey(seed), message),
  verify: (publicKey, message, signed) => equalBytes(signature(publicKey, message), signed),
  isNodeKey: (publicKey) => publicKey.length === 32 && equalBytes(publicKey, withCheck(publicKey)),
  agreementKey: (publicKey) => digest('agreement', publicKey),
  agreementSecret: (seed) => paperSuite.publicKey(seed),
  agreementPublicKey: (secret) => digest('agreement', secret),
  agree({ secret, publicKey, salt, prefix = NOTHING }) {
    if (publicKey.every((byte) => byte === 0)) return undefined;
    const own = digest('agreement', secret);
    // Both ends know both public halves; their exclusive or does not depend on who computes it.
    const shared = own.map((byte, i) => byte ^ publicKey[i]!);
    return paperSuite.hmac(salt, prefix, shared);
  },
  aead,
  headerMask: (key) => (sample) => digest('mask', key, sample).subarray(0, 5),
};

const NOTHING = new Uint8Array(0);

/** A public key carries a check in its last 4 bytes, so that most strings of 32 bytes are none, as with real ones. */
function withCheck(key: Uint8Array): Uint8Array {
  const checked = key.slice();
  checked.set(digest('check', key.subarray(0, 28)).subarray(0, 4), 28);
  return checked;
}

const signature = (publicKey: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = digest('sign', publicKey, message);
  return concat(half, digest('sign again', half));
};

function aead(key: Uint8Array): Aead {
  const tag = (nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array) =>
    digest('tag', key, nonce, lengthOf(aad), aad, ciphertext).subarray(0, TAG_BYTES);
  const stir = (nonce: Uint8Array, bytes: Uint8Array) => {
    const stream = digest('stream', key, nonce);
    return bytes.map((byte, i) => byte ^ stream[i & 31]!);
  };
  return {
    seal(nonce, aad, plaintext) {
      const ciphertext = stir(nonce, plaintext);
      return concat(ciphertext, tag(nonce, aad, ciphertext));
    },
    open(nonce, aad, sealed) {
      if (sealed.length < TAG_BYTES) return undefined;
      const ciphertext = sealed.subarray(0, -TAG_BYTES);
      return equalBytes(tag(nonce, aad, ciphertext), sealed.subarray(-TAG_BYTES)) ? stir(nonce, ciphertext) : undefined;
    },
  };
}

const lengthOf = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.of(bytes.length, bytes.length >>> 8, bytes.length >>> 16);

/** 32 bytes that depend on every bit of the parts, after a word that says what for. Not a cryptographic hash. */
function digest(use: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = concat(prefix(use), ...parts);
  const state = absorb(bytes);
  const result = new Uint8Array(32);
  for (let at = 0; at < 32; at += 4) {
    const word = stirred(state, at);
    result[at] = word;
    result[at + 1] = word >>> 8;
    result[at + 2] = word >>> 16;
    result[at + 3] = word >>> 24;
  }
  return result;
}

const prefixes = new Map<string, Uint8Array>();

function prefix(use: string): Uint8Array {
  const known = prefixes.get(use) ?? utf8(`${use}\0`);
  prefixes.set(use, known);
  return known;
}

type State = readonly [number, number, number, number];

/** Four lanes of 32 bits. Each step is a bijection of its lane for a given word, so no single change is ever lost. */
function absorb(bytes: Uint8Array): State {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, bytes.length];
  for (let at = 0; at < bytes.length; at += 4) {
    // Beyond the end a byte is undefined, which `|` takes for zero; the length in `d` tells such endings apart.
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    a = b ^ Math.imul(a ^ word, 0x85ebca6b);
    b = c ^ Math.imul(b ^ word, 0xc2b2ae35);
    c = d ^ Math.imul(c ^ word, 0x27d4eb2f);
    d = a ^ Math.imul(d ^ word, 0x165667b1);
    a = (a << 13) | (a >>> 19);
    c = (c << 7) | (c >>> 25);
  }
  return [a, b, c, d];
}

function stirred([a, b, c, d]: State, at: number): number {
  let word = a ^ Math.imul(b + at, 0x85ebca6b) ^ Math.imul(c ^ at, 0xc2b2ae35) ^ Math.imul(d - at, 0x27d4eb2f);
  word = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  word = Math.imul(word ^ (word >>> 15), 0x846ca68b);
  return word ^ (word >>> 16) ^ [a, b, c, d][(at >> 2) & 3]!;
}
