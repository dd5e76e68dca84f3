import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { assert } from '../core/base/assert.ts';
import { concat } from '../core/bytes/concat.ts';
import { equalBytes } from '../core/bytes/equal.ts';
import { nobleSuite } from '../core/crypto/noble-suite.ts';
import { type Aead, type Suite, TAG_BYTES } from '../core/crypto/suite.ts';
import { remembered, rememberedWhileHeld } from './remembered.ts';

/*
 * A KeyObject takes longer to make than to use (21 µs against 8 on Node 24), so those of long-lived keys are remembered.
 * What node:crypto does not have, the check and the map of points, comes from `nobleSuite` and is remembered too. So does the mask
 * of headers: one block of ChaCha20 is computed (0.3 µs) in less time than OpenSSL takes to be asked for it (1.7 µs).
 */

/** Everything on OpenSSL: Ed25519 and X25519 are 15 to 30 times as fast as on @noble. */
export const nodeSuite: Suite = {
  name: 'node',
  hash: (...parts) => sha256(join(parts)),
  hmac,
  publicKey: (seed) => rawPublicKey(signingKey(seed)),
  sign: (seed, message) => plain(sign(null, message, signingKey(seed))),
  verify(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    // OpenSSL versions differ on R = identity, so it is refused before they are asked (docs/protocol.md §0).
    if (equalBytes(signature.subarray(0, 32), IDENTITY_POINT)) return false;
    return verify(null, message, verifyingKey(publicKey), signature);
  },
  isNodeKey: (publicKey) => publicKey.length === 32 && isNodeKey(publicKey),
  agreementKey: (publicKey) => agreementKey(publicKey).slice(),
  agreementSecret,
  agreementPublicKey: (secret) => rawPublicKey(agreementPrivateKey(secret)),
  agree({ secret, publicKey, salt, prefix }) {
    const shared = sharedSecret(secret, publicKey);
    return shared && (prefix ? hmac(salt, prefix, shared) : hmac(salt, shared));
  },
  aead,
  headerMask: nobleSuite.headerMask,
};

/** The encoding of the neutral point: x = 0, y = 1. */
const IDENTITY_POINT = Uint8Array.of(1, ...new Uint8Array(31));

// The DER that wraps a raw key (RFC 8410 §7 and §4): fixed bytes, then the key's 32.
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex');

/** How many public keys are remembered at least: neighbours, contacts and recent authors, about 1 KiB each. */
const KEYS_REMEMBERED = 2048;

const signingKey = rememberedWhileHeld((seed) => privateKey(PKCS8_ED25519, seed));
const agreementPrivateKey = rememberedWhileHeld((secret) => privateKey(PKCS8_X25519, secret));
const verifyingKey = remembered(KEYS_REMEMBERED, (key) => publicKey(SPKI_ED25519, key));
const agreementPeer = remembered(KEYS_REMEMBERED, (key) => publicKey(SPKI_X25519, key));
const agreementKey = remembered(KEYS_REMEMBERED, (key) => nobleSuite.agreementKey(key));
const isNodeKey = remembered(KEYS_REMEMBERED, (key) => nobleSuite.isNodeKey(key));

function privateKey(prefix: Uint8Array, raw: Uint8Array): KeyObject {
  assert(raw.length === 32, 'a private key has 32 bytes');
  return createPrivateKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'pkcs8' });
}

function publicKey(prefix: Uint8Array, raw: Uint8Array): KeyObject {
  assert(raw.length === 32, 'a public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' });
}

const rawPublicKey = (key: KeyObject): Uint8Array =>
  plain(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32));

function agreementSecret(seed: Uint8Array): Uint8Array {
  const secret = plain(hash('sha512', seed, 'buffer').subarray(0, 32));
  secret[0]! &= 0xf8;
  secret[31] = (secret[31]! & 0x7f) | 0x40;
  return secret;
}

function sharedSecret(secret: Uint8Array, peer: Uint8Array): Uint8Array | undefined {
  const keys = { privateKey: agreementPrivateKey(secret), publicKey: agreementPeer(peer) };
  try {
    return diffieHellman(keys);
  } catch {
    return undefined; // OpenSSL refuses an all-zero result (RFC 7748 §6.1), and both keys are well-formed here.
  }
}

/** A digest of 32 bytes comes out of OpenSSL's binding as a string in half the time that it takes as a Buffer. */
function sha256(bytes: Uint8Array): Uint8Array {
  return putDigest(hash('sha256', bytes, 'binary'), new Uint8Array(DIGEST_BYTES), 0);
}

const DIGEST_BYTES = 32;
/** What one hash of HMAC reads at a time (FIPS 180-4 §1, RFC 2104 §2). */
const BLOCK_BYTES = 64;
/** Longest message whose HMAC needs no memory of its own: every datagram on a path without jumbo frames. */
const SHORT_MESSAGE_BYTES = 2_048;

// One place for both hashes of every HMAC: an HMAC is made in one go, and wiped before the next one.
const shortInner = new Uint8Array(BLOCK_BYTES + SHORT_MESSAGE_BYTES);
const outer = new Uint8Array(BLOCK_BYTES + DIGEST_BYTES);

/** RFC 2104 §2 in two one-shot hashes without a copy between: 1.2 µs for 1200 bytes, where `createHmac`, which makes a key each time, takes 10. */
function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  let length = BLOCK_BYTES;
  for (const part of parts) length += part.length;
  const inner = length > shortInner.length ? new Uint8Array(length) : shortInner;
  inner.fill(0x36, short.length, BLOCK_BYTES);
  outer.fill(0x5c, short.length, BLOCK_BYTES);
  for (let i = 0; i < short.length; i++) {
    inner[i] = short[i]! ^ 0x36;
    outer[i] = short[i]! ^ 0x5c;
  }
  let at = BLOCK_BYTES;
  for (const part of parts) {
    inner.set(part, at);
    at += part.length;
  }
  putDigest(hash('sha256', inner.subarray(0, length), 'binary'), outer, BLOCK_BYTES);
  const mac = sha256(outer);
  inner.fill(0, 0, length);
  outer.fill(0);
  return mac;
}

function putDigest(text: string, into: Uint8Array, at: number): Uint8Array {
  for (let i = 0; i < DIGEST_BYTES; i++) into[at + i] = text.charCodeAt(i);
  return into;
}

const AEAD = 'chacha20-poly1305';
const AEAD_OPTIONS = { authTagLength: TAG_BYTES };

function aead(raw: Uint8Array): Aead {
  assert(raw.length === 32, 'a ChaCha20-Poly1305 key has 32 bytes');
  const key = createSecretKey(raw);
  return {
    seal(nonce, aad, plaintext) {
      const cipher = createCipheriv(AEAD, key, nonce, AEAD_OPTIONS);
      cipher.setAAD(aad, { plaintextLength: plaintext.length });
      const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
      sealed.set(cipher.update(plaintext));
      cipher.final();
      sealed.set(cipher.getAuthTag(), plaintext.length);
      return sealed;
    },
    open(nonce, aad, ciphertext) {
      if (ciphertext.length < TAG_BYTES) return undefined;
      const decipher = createDecipheriv(AEAD, key, nonce, AEAD_OPTIONS);
      decipher.setAAD(aad, { plaintextLength: ciphertext.length - TAG_BYTES });
      decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
      const plaintext = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return undefined; // `final` throws when the tag does not fit.
      }
      return view(plaintext);
    },
  };
}

const join = (parts: readonly Uint8Array[]): Uint8Array => (parts.length === 1 ? parts[0]! : concat(...parts));

/** The same memory as a Uint8Array, for what no pool shares. */
const view = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

/** A copy as a Uint8Array, whose `slice` copies where Buffer's does not. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);
