import { assert } from '../base/assert.ts';
import { CONTENT_BYTES_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { base32 } from '../bytes/base32.ts';
import { decodeCbor, encodeCbor } from '../bytes/cbor.ts';
import { concat } from '../bytes/concat.ts';
import { asArray, asBytes, asUint } from '../bytes/shape.ts';
import { utf8 } from '../bytes/utf8.ts';
import { hkdf } from './kdf.ts';
import { pad, unpad } from './padding.ts';
import { signedBytes } from './purpose.ts';
import type { Suite } from './suite.ts';

/*
 * What a channel key (32 bytes) gives (docs/protocol.md §3.3): the channel's id, the proof that a message is by a holder
 * of the key, and the seal of what is said.
 */

const NOTHING = new Uint8Array(0);
/** Every message has a key of its own, so that its nonce can be zero. */
const NONCE = new Uint8Array(12);
/** ChaCha20-Poly1305 under a key made from text, header and entropy. */
const SUITE_CHANNEL = 1;

/** The key of an open channel: anyone who knows the (normal) topic and the network has it. */
export const openChannelKey = (suite: Suite, network: Uint8Array, topic: string): Uint8Array =>
  hkdf(suite, { key: utf8(topic), salt: network, info: utf8('qpc open channel v1') }, 32);

/** Where a channel's messages go `to`, and what signs their proofs. */
export type ChannelIdentity = {
  /** The ChannelId: 52 letters of base32. */
  readonly id: string;
  /** The bytes of the id: an Ed25519 public key. */
  readonly publicKey: Uint8Array;
  readonly seed: Uint8Array;
};

/** The id of a channel key in a network, and the seed behind it. */
export function channelIdentity(suite: Suite, network: Uint8Array, key: Uint8Array): ChannelIdentity {
  assert(key.length === 32, 'a channel key has 32 bytes');
  const info = concat(utf8('qpc channel id v1'), network);
  const seed = hkdf(suite, { key, salt: NOTHING, info }, 32);
  const publicKey = suite.publicKey(seed);
  return { id: base32(publicKey), publicKey, seed };
}

/** A channel envelope's `proof`, 64 bytes: somebody who holds the channel key let these signed bytes into the channel. */
export const signProof = (
  suite: Suite,
  { seed }: ChannelIdentity,
  network: Uint8Array,
  signed: Uint8Array,
): Uint8Array => suite.sign(seed, signedBytes('channel', network, signed));

/** Whether `proof` is that of the channel whose id `to` is; who carries mail needs no more than the id for this. */
export const checkProof = (
  suite: Suite,
  { to, network, signed, proof }: Readonly<Record<'to' | 'network' | 'signed' | 'proof', Uint8Array>>,
): boolean => suite.isNodeKey(to) && suite.verify(to, signedBytes('channel', network, signed), proof);

/** Seals `content` (at most `CONTENT_BYTES_MAX` bytes) under a channel key: the payload of a channel envelope. */
export function sealForChannel(
  suite: Suite,
  random: Random,
  { key, aad, content }: { readonly key: Uint8Array; readonly aad: Uint8Array; readonly content: Uint8Array },
): Uint8Array {
  assert(content.length <= CONTENT_BYTES_MAX, 'content fits an envelope');
  const padded = pad(content);
  // A clone or a restored snapshot may draw the same entropy twice: a key repeats only if text and header do as well.
  const salt = suite.hmac(channelSecret(suite, key, 'salt'), random.bytes(32), aad, padded);
  const ciphertext = suite.aead(messageKey(suite, key, salt)).seal(NONCE, aad, padded);
  return encodeCbor([SUITE_CHANNEL, salt, ciphertext]);
}

/** The content of a payload that `sealForChannel` made; `undefined` when it does not open. Never throws for input. */
export function openFromChannel(
  suite: Suite,
  { key, aad, payload }: { readonly key: Uint8Array; readonly aad: Uint8Array; readonly payload: Uint8Array },
): Uint8Array | undefined {
  const sealed = decodeSealed(payload);
  if (!sealed) return undefined;
  const padded = suite.aead(messageKey(suite, key, sealed.salt)).open(NONCE, aad, sealed.ciphertext);
  return padded && unpad(padded);
}

const channelSecret = (suite: Suite, key: Uint8Array, use: 'salt' | 'encryption'): Uint8Array =>
  hkdf(suite, { key, salt: NOTHING, info: utf8(`qpc channel ${use} v1`) }, 32);

const messageKey = (suite: Suite, key: Uint8Array, salt: Uint8Array): Uint8Array =>
  hkdf(suite, { key: channelSecret(suite, key, 'encryption'), salt, info: utf8('qpc channel message v1') }, 32);

function decodeSealed(payload: Uint8Array): { readonly salt: Uint8Array; readonly ciphertext: Uint8Array } | undefined {
  try {
    const parts = asArray(decodeCbor(payload), 'sealed', 3);
    if (parts.length !== 3 || asUint(parts[0], 'suite') !== SUITE_CHANNEL) return undefined;
    return { salt: asBytes(parts[1], 'salt', 32), ciphertext: asBytes(parts[2], 'ct', { max: payload.length }) };
  } catch (error) {
    if (error instanceof PeerError) return undefined;
    throw error;
  }
}
