import { assert } from '../base/assert.ts';
import { CONTENT_BYTES_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { decodeCbor, encodeCbor } from '../bytes/cbor.ts';
import { concat } from '../bytes/concat.ts';
import { asArray, asBytes, asUint } from '../bytes/shape.ts';
import { utf8 } from '../bytes/utf8.ts';
import { hpkeOpen, hpkeSeal } from './hpke.ts';
import { pad, unpad } from './padding.ts';
import type { Suite } from './suite.ts';

/** Who seals for whom: the 32-byte keys of two NodeIds. `aad` is `encodeSigned` with an empty payload (docs/protocol.md §3.1). */
type Between = { readonly from: Uint8Array; readonly to: Uint8Array; readonly aad: Uint8Array };

/** HPKE base mode to the recipient's identity key; 2 (ratchet) and 3 (X-Wing) are reserved. */
const SUITE_HPKE = 1;

/** Seals `content` (at most `CONTENT_BYTES_MAX` bytes) so that only the node `to` reads it: the payload of a direct envelope. */
export function sealFor(
  suite: Suite,
  random: Random,
  { from, to, aad, content }: Between & { readonly content: Uint8Array },
): Uint8Array {
  assert(content.length <= CONTENT_BYTES_MAX, 'content fits an envelope');
  const sealed = hpkeSeal(suite, {
    to: suite.agreementKey(to),
    ephemeral: random.bytes(32),
    info: info(from, to),
    aad,
    plaintext: pad(content),
  });
  assert(sealed !== undefined, 'a valid NodeId has a usable agreement key');
  return encodeCbor([SUITE_HPKE, new Uint8Array(0), sealed.enc, sealed.ciphertext]);
}

/**
 * The content of a payload that `sealFor` made for the node of `seed`, whose key `to` is.
 *
 * @returns `undefined` when it does not open, for whatever reason; never throws for input.
 */
export function openSealed(
  suite: Suite,
  { seed, from, to, aad, payload }: Between & { readonly seed: Uint8Array; readonly payload: Uint8Array },
): Uint8Array | undefined {
  const sealed = decodeSealed(payload);
  if (!sealed) return undefined;
  const padded = hpkeOpen(suite, {
    to: suite.agreementKey(to),
    secret: suite.agreementSecret(seed),
    enc: sealed.enc,
    info: info(from, to),
    aad,
    ciphertext: sealed.ciphertext,
  });
  return padded && unpad(padded);
}

const info = (from: Uint8Array, to: Uint8Array): Uint8Array => concat(utf8('qpc seal v1\0'), from, to);

/** `[suite, keyId, enc, ct]` of suite 1, whose key is the identity's, so that keyId is empty. */
function decodeSealed(payload: Uint8Array): { readonly enc: Uint8Array; readonly ciphertext: Uint8Array } | undefined {
  try {
    const parts = asArray(decodeCbor(payload), 'sealed', 4);
    if (parts.length !== 4 || asUint(parts[0], 'suite') !== SUITE_HPKE) return undefined;
    asBytes(parts[1], 'keyId', 0);
    return { enc: asBytes(parts[2], 'enc', 32), ciphertext: asBytes(parts[3], 'ct', { max: payload.length }) };
  } catch (error) {
    if (error instanceof PeerError) return undefined;
    throw error;
  }
}
