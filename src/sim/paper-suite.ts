import { concat } from '../core/bytes/concat.ts';
import { equalBytes } from '../core/bytes/equal.ts';
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
  return concat(half, digest('half', half));
};

function aead(key: Uint8Array): Aead {
  const tag = (nonce: Uint8Array, aad: Uint8Array, ciphertext: Uint8Array) =>
    digest('tag', key, nonce, lengthOf(aad), aad, ciphertext).subarray(0, TAG_BYTES);
  // Only the beginning is changed: enough for who forgets to open.
  const stir = (nonce: Uint8Array, bytes: Uint8Array) => {
    const stirred = bytes.slice();
    const stream = digest('stream', key, nonce);
    for (let i = 0; i < stirred.length && i < stream.length; i++) stirred[i]! ^= stream[i]!;
    return stirred;
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

/** What bytes are joined for, so that no result passes for another kind. */
const USES = {
  hash: 1,
  hmac: 2,
  node: 3,
  check: 4,
  agreement: 5,
  sign: 6,
  half: 7,
  tag: 8,
  stream: 9,
  mask: 10,
} as const;

/** Where the parts of an input are joined: one piece of memory for all, because a simulation hashes millions of them. */
let joined = new Uint8Array(4096);
let words = new DataView(joined.buffer);

/** 32 bytes that depend on every bit of the parts, and on what they are for. Not a cryptographic hash. */
function digest(use: keyof typeof USES, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length + 3 > joined.length) {
    joined = new Uint8Array(2 * length);
    words = new DataView(joined.buffer);
  }
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  joined.fill(0, length, length + 3);
  return spread(absorb(USES[use], length));
}

/** Four lanes of 32 bits. */
type State = readonly [number, number, number, number];

/** Takes in `joined`. Each step is a bijection of its lane for a given word, so that no single change is ever lost. */
function absorb(use: number, length: number): State {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162 ^ use, length];
  for (let at = 0; at < length; at += 4) {
    const word = words.getInt32(at, true);
    a = b ^ Math.imul(a ^ word, 0x85ebca6b);
    b = c ^ Math.imul(b ^ word, 0xc2b2ae35);
    c = d ^ Math.imul(c ^ word, 0x27d4eb2f);
    d = a ^ Math.imul(d ^ word, 0x165667b1);
    a = (a << 13) | (a >>> 19);
    c = (c << 7) | (c >>> 25);
  }
  return [a, b, c, d];
}

/** Makes 32 bytes of four lanes. */
function spread([a, b, c, d]: State): Uint8Array {
  const bytes = new Uint8Array(32);
  let previous = d;
  for (let at = 0; at < 32; at += 4) {
    let word = a ^ Math.imul(b + at, 0x85ebca6b) ^ Math.imul(c ^ at, 0xc2b2ae35) ^ Math.imul(previous, 0x27d4eb2f);
    word = Math.imul(word ^ (word >>> 16), 0x7feb352d);
    word = Math.imul(word ^ (word >>> 15), 0x846ca68b);
    word ^= word >>> 16;
    bytes[at] = word;
    bytes[at + 1] = word >>> 8;
    bytes[at + 2] = word >>> 16;
    bytes[at + 3] = word >>> 24;
    previous = word;
  }
  return bytes;
}
