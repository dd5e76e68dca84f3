import type { Brand } from '../base/brand.ts';
import { HOPS_MAX, PAYLOAD_BYTES_MAX, TTL_SECONDS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { type Timestamp, timestamp } from '../base/time.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../bytes/cbor.ts';
import { hex } from '../bytes/hex.ts';
import { asArray, asBytes, asMap, asUint } from '../bytes/shape.ts';
import type { Suite } from '../crypto/suite.ts';

/** SHA-256 of an envelope's signed bytes, as 64 hexadecimal digits. A string, so that it can be a map key. */
export type EnvelopeId = Brand<string, 'EnvelopeId'>;

/** What an envelope is (docs/protocol.md §3). Others are carried unread. */
export const ENVELOPE_KINDS = { direct: 1, channel: 2, announce: 3 } as const;

/** What the sender signs: a message that outlives any connection (docs/protocol.md §3). */
export type Signed = {
  /** 1; higher versions are carried unread. */
  readonly version: number;
  readonly kind: number;
  /** Who signed it. Ed25519 public key, 32 bytes. */
  readonly from: Uint8Array;
  /** Whom it is for: a node's key, or a channel's id. 32 bytes. */
  readonly to: Uint8Array;
  /** When, by the sender's clock, rounded to the minute. For display only. */
  readonly created: Timestamp;
  /** How long others may hold it, in seconds. At most `TTL_SECONDS_MAX`. */
  readonly ttlSeconds: number;
  /** How often it may be passed on. At most `HOPS_MAX`. */
  readonly hopsMax: number;
  /** Sealed for the recipient or the channel; at most `PAYLOAD_BYTES_MAX` bytes. */
  readonly payload: Uint8Array;
};

/** What changes on the way, and is trusted for nothing else. */
export type Hop = {
  /** How often it has been passed on: 0 from its sender. */
  readonly count: number;
  /** How many seconds it has existed, as far as its holders know (RFC 9171, Bundle Age). */
  readonly ageSeconds: number;
};

/** A signed message with what its holders know of it, and for channels the proof that a reader wrote it (docs/protocol.md §3). */
export type Envelope = {
  readonly id: EnvelopeId;
  readonly signed: Signed;
  /** The bytes that were signed: kept as they came, never encoded again. */
  readonly signedBytes: Uint8Array;
  /** Ed25519, 64 bytes, purpose `envelope`. */
  readonly signature: Uint8Array;
  readonly hop: Hop;
  /** For channels: the channel key's signature, 64 bytes, purpose `channel`. */
  readonly proof: Uint8Array | undefined;
};

/** More signed bytes than any envelope may have: the payload and room for keys that we do not know. */
const SIGNED_BYTES_MAX = PAYLOAD_BYTES_MAX + 4096;

/** The id of signed bytes. */
export const envelopeId = (suite: Suite, signed: Uint8Array): EnvelopeId => hex(suite.hash(signed)) as EnvelopeId;

/** The deterministic bytes of what is signed. */
export const encodeSigned = (signed: Signed): Uint8Array =>
  encodeCbor(
    new Map<number, Cbor>([
      [0, signed.version],
      [1, signed.kind],
      [2, signed.from],
      [3, signed.to],
      [4, signed.created],
      [5, signed.ttlSeconds],
      [6, signed.hopsMax],
      [7, signed.payload],
    ]),
  );

/**
 * What a payload is sealed to (docs/protocol.md §3.1): the signed bytes with an empty payload. Keys that we do not know stay in.
 *
 * @throws PeerError('malformed'), never for the bytes of a decoded envelope.
 */
export const sealingAad = (signedBytes: Uint8Array): Uint8Array =>
  encodeCbor(new Map(asMap(decodeCbor(signedBytes), 'signed')).set(7, new Uint8Array(0)));

/**
 * Reads what is signed. Keys that we do not know are passed over: the bytes are kept as they came, so the id stays true.
 *
 * @throws PeerError('malformed')
 */
export function decodeSigned(bytes: Uint8Array): Signed {
  const map = asMap(decodeCbor(bytes), 'signed');
  return {
    version: asUint(map.get(0), 'version'),
    kind: asUint(map.get(1), 'kind'),
    from: asBytes(map.get(2), 'from', 32),
    to: asBytes(map.get(3), 'to', 32),
    created: timestamp(asUint(map.get(4), 'created')),
    ttlSeconds: asUint(map.get(5), 'ttl', TTL_SECONDS_MAX),
    hopsMax: asUint(map.get(6), 'maxHops', HOPS_MAX),
    payload: asBytes(map.get(7), 'payload', { max: PAYLOAD_BYTES_MAX }),
  };
}

/** `[signed, signature, hop, ?proof]` (docs/protocol.md §3). */
export const encodeEnvelope = ({ signedBytes, signature, hop, proof }: Omit<Envelope, 'id' | 'signed'>): Uint8Array =>
  encodeCbor([signedBytes, signature, [hop.count, hop.ageSeconds], ...(proof ? [proof] : [])]);

/**
 * Reads an envelope; its signatures are not checked here.
 *
 * @throws PeerError('malformed')
 */
export function decodeEnvelope(suite: Suite, bytes: Uint8Array): Envelope {
  const parts = asArray(decodeCbor(bytes), 'envelope', 4);
  if (parts.length < 3) throw new PeerError('malformed', 'an envelope of fewer than 3 parts');
  const signedBytes = asBytes(parts[0], 'signed', { max: SIGNED_BYTES_MAX });
  const hop = asArray(parts[2], 'hop', 2);
  return {
    id: envelopeId(suite, signedBytes),
    signed: decodeSigned(signedBytes),
    signedBytes,
    signature: asBytes(parts[1], 'signature', 64),
    hop: { count: asUint(hop[0], 'hopCount', HOPS_MAX), ageSeconds: asUint(hop[1], 'age') },
    proof: parts.length === 4 ? asBytes(parts[3], 'proof', 64) : undefined,
  };
}

/** Whether an unknown odd key says that the recipient needs a newer qpc (docs/protocol.md §3). */
export function needsNewer(signedBytes: Uint8Array): boolean {
  const map = asMap(decodeCbor(signedBytes), 'signed');
  for (const key of map.keys()) if (typeof key === 'number' && key > 7 && key % 2 === 1) return true;
  return false;
}
