import { concat } from '../bytes/concat.ts';
import { utf8 } from '../bytes/utf8.ts';
import { Writer } from '../bytes/writer.ts';
import { expand } from './kdf.ts';
import type { Suite } from './suite.ts';

/*
 * HPKE (RFC 9180), base mode, one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
 */

const NOTHING = new Uint8Array(0);
const VERSION = utf8('HPKE-v1');
/** "KEM" || 0x0020 (RFC 9180 §4.1, §7.1). */
const KEM_SUITE = concat(utf8('KEM'), Uint8Array.of(0, 0x20));
/** "HPKE" || KEM 0x0020 || KDF 0x0001 || AEAD 0x0003 (RFC 9180 §5.1). */
const HPKE_SUITE = concat(utf8('HPKE'), Uint8Array.of(0, 0x20, 0, 0x01, 0, 0x03));
const MODE_BASE = Uint8Array.of(0);

/**
 * SealBase (RFC 9180 §6.1).
 *
 * @param to - the recipient's X25519 public key, 32 bytes.
 * @param ephemeral - an X25519 secret drawn for this message and used for nothing else, 32 bytes.
 * @returns the encapsulated key, 32 bytes, and the ciphertext with its tag; `undefined` when `to` is of small order.
 */
export function hpkeSeal(
  suite: Suite,
  {
    to,
    ephemeral,
    info,
    aad,
    plaintext,
  }: HpkeInput & { readonly ephemeral: Uint8Array; readonly plaintext: Uint8Array },
): { readonly enc: Uint8Array; readonly ciphertext: Uint8Array } | undefined {
  const enc = suite.agreementPublicKey(ephemeral);
  const shared = sharedSecret(suite, { secret: ephemeral, publicKey: to, context: concat(enc, to) });
  if (!shared) return undefined;
  const { key, nonce } = keySchedule(suite, shared, info);
  return { enc, ciphertext: suite.aead(key).seal(nonce, aad, plaintext) };
}

/** OpenBase (RFC 9180 §6.1): the plaintext, or `undefined` when it was not sealed so. `secret` is the X25519 secret of `to`. */
export function hpkeOpen(
  suite: Suite,
  {
    to,
    secret,
    enc,
    info,
    aad,
    ciphertext,
  }: HpkeInput & { readonly secret: Uint8Array; readonly enc: Uint8Array; readonly ciphertext: Uint8Array },
): Uint8Array | undefined {
  const shared = sharedSecret(suite, { secret, publicKey: enc, context: concat(enc, to) });
  if (!shared) return undefined;
  const { key, nonce } = keySchedule(suite, shared, info);
  return suite.aead(key).open(nonce, aad, ciphertext);
}

type HpkeInput = { readonly to: Uint8Array; readonly info: Uint8Array; readonly aad: Uint8Array };

/** ExtractAndExpand of a Diffie-Hellman (RFC 9180 §4.1). */
function sharedSecret(
  suite: Suite,
  input: { readonly secret: Uint8Array; readonly publicKey: Uint8Array; readonly context: Uint8Array },
): Uint8Array | undefined {
  const prefix = concat(VERSION, KEM_SUITE, utf8('eae_prk'));
  const key = suite.agree({ secret: input.secret, publicKey: input.publicKey, salt: NOTHING, prefix });
  return key && labeledExpand(suite, KEM_SUITE, { key, label: 'shared_secret', info: input.context }, 32);
}

/** RFC 9180 §5.1, for mode_base; the nonce is that of sequence number 0, which is the base nonce (§5.2). */
function keySchedule(suite: Suite, shared: Uint8Array, info: Uint8Array) {
  const pskIdHash = labeledExtract(suite, NOTHING, 'psk_id_hash', NOTHING);
  const infoHash = labeledExtract(suite, NOTHING, 'info_hash', info);
  const context = concat(MODE_BASE, pskIdHash, infoHash);
  const secret = labeledExtract(suite, shared, 'secret', NOTHING);
  return {
    key: labeledExpand(suite, HPKE_SUITE, { key: secret, label: 'key', info: context }, 32),
    nonce: labeledExpand(suite, HPKE_SUITE, { key: secret, label: 'base_nonce', info: context }, 12),
  };
}

const labeledExtract = (suite: Suite, salt: Uint8Array, label: string, input: Uint8Array): Uint8Array =>
  suite.hmac(salt, VERSION, HPKE_SUITE, utf8(label), input);

function labeledExpand(
  suite: Suite,
  suiteId: Uint8Array,
  { key, label, info }: { readonly key: Uint8Array; readonly label: string; readonly info: Uint8Array },
  length: number,
): Uint8Array {
  const labeled = new Writer().u16(length).bytes(VERSION).bytes(suiteId).bytes(utf8(label)).bytes(info).finish();
  return expand(suite, key, labeled, length);
}
