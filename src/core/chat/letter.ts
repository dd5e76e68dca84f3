import { HOPS_DEFAULT, TTL_SECONDS_DEFAULT } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { type Timestamp, timestamp } from '../base/time.ts';
import { base32 } from '../bytes/base32.ts';
import { equalBytes } from '../bytes/equal.ts';
import { channelIdentity, checkProof, openFromChannel, sealForChannel, signProof } from '../crypto/channel-key.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';
import { signedBytes as bytesToSign } from '../crypto/purpose.ts';
import { openSealed, sealFor } from '../crypto/seal.ts';
import type { Suite } from '../crypto/suite.ts';
import { CONTENT_KINDS, type Content, decodeContent, encodeContent, isLine } from '../wire/content.ts';
import {
  ENVELOPE_KINDS,
  type Envelope,
  encodeSigned,
  envelopeId,
  needsNewer,
  type Signed,
  sealingAad,
} from '../wire/envelope.ts';
import type { ChannelRecord } from './record.ts';

/** Who writes and reads here: this node. */
export type Author = {
  readonly suite: Suite;
  readonly random: Random;
  /** The Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
  readonly id: NodeId;
  readonly publicKey: Uint8Array;
  /** The network's tag, 16 bytes (docs/protocol.md, notation). */
  readonly network: Uint8Array;
};

/** What goes into an envelope, beside who it is from and for. */
export type Letter = {
  readonly content: Content;
  /** Now, by this node's calendar. Outside the seal it is rounded down to the minute. */
  readonly calendar: Timestamp;
  readonly ttlSeconds?: number;
  readonly hopsMax?: number;
};

const VERSION = 1;
const MINUTE_MS = 60_000;
const EMPTY = new Uint8Array(0);

/** An envelope that only the node `to` opens (docs/protocol.md §3.1). `to` must be a valid NodeId. */
export function writeDirect(author: Author, letter: Letter & { readonly to: NodeId }): Envelope {
  const { suite, random, publicKey: from } = author;
  const to = nodeIdBytes(letter.to);
  return seal(author, header(author, letter, ENVELOPE_KINDS.direct, to), (aad) =>
    sealFor(suite, random, { from, to, aad, content: encodeContent(letter.content) }),
  );
}

/** An envelope that everyone who holds the channel's key opens, with the proof that we hold it (docs/protocol.md §3.3). */
export function writeToChannel(author: Author, letter: Letter & { readonly channel: ChannelRecord }): Envelope {
  const { suite, random, network } = author;
  const { key } = letter.channel;
  const identity = channelIdentity(suite, network, key);
  const envelope = seal(author, header(author, letter, ENVELOPE_KINDS.channel, identity.publicKey), (aad) =>
    sealForChannel(suite, random, { key, aad, content: encodeContent(letter.content) }),
  );
  return { ...envelope, proof: signProof(suite, identity, network, envelope.signedBytes) };
}

function header(author: Author, letter: Letter, kind: number, to: Uint8Array): Signed {
  return {
    version: VERSION,
    kind,
    from: author.publicKey,
    to,
    created: timestamp(letter.calendar - (letter.calendar % MINUTE_MS)),
    ttlSeconds: letter.ttlSeconds ?? TTL_SECONDS_DEFAULT,
    hopsMax: letter.hopsMax ?? HOPS_DEFAULT,
    payload: EMPTY,
  };
}

function seal({ suite, seed, network }: Author, unsealed: Signed, payload: (aad: Uint8Array) => Uint8Array): Envelope {
  const signed = { ...unsealed, payload: payload(encodeSigned(unsealed)) };
  const signedBytes = encodeSigned(signed);
  return {
    id: envelopeId(suite, signedBytes),
    signed,
    signedBytes,
    signature: suite.sign(seed, bytesToSign('envelope', network, signedBytes)),
    hop: { count: 0, ageSeconds: 0 },
    proof: undefined,
  };
}

/**
 * Whether an envelope may be stored, shown or passed on (docs/protocol.md §3): `from` is a NodeId that signed it, and what
 * goes to a channel has the proof of that channel. `unsupported`: signed, of a version or kind that we do not know, to be
 * carried unread.
 */
export function verifyEnvelope(
  suite: Suite,
  network: Uint8Array,
  { signed, signedBytes, signature, proof }: Envelope,
): 'valid' | 'invalid' | 'unsupported' {
  if (!suite.isNodeKey(signed.from)) return 'invalid';
  if (!suite.verify(signed.from, bytesToSign('envelope', network, signedBytes), signature)) return 'invalid';
  if (!isUnderstood(signed)) return 'unsupported';
  if (signed.kind === ENVELOPE_KINDS.direct) return proof ? 'invalid' : 'valid';
  return proof && checkProof(suite, { to: signed.to, network, signed: signedBytes, proof }) ? 'valid' : 'invalid';
}

/** Whether an envelope is of a version and kind that we can read, if it is for us. */
export const isUnderstood = ({ version, kind }: Signed): boolean =>
  version === VERSION && (kind === ENVELOPE_KINDS.direct || kind === ENVELOPE_KINDS.channel);

/** What a verified direct envelope says to us; `undefined` when it is not for us, does not open or makes no sense. */
export function readDirect({ suite, seed, publicKey }: Author, envelope: Envelope): Content | undefined {
  const { version, kind, from, to, payload } = envelope.signed;
  if (version !== VERSION || kind !== ENVELOPE_KINDS.direct || !equalBytes(to, publicKey)) return undefined;
  return understand(envelope, openSealed(suite, { seed, from, to, aad: sealingAad(envelope.signedBytes), payload }));
}

/** What a verified channel envelope says; `undefined` when it is of another channel, does not open or makes no sense. */
export function readFromChannel(
  suite: Suite,
  { id, key }: Pick<ChannelRecord, 'id' | 'key'>,
  envelope: Envelope,
): Content | undefined {
  const { version, kind, to, payload } = envelope.signed;
  if (version !== VERSION || kind !== ENVELOPE_KINDS.channel || base32(to) !== id) return undefined;
  return understand(envelope, openFromChannel(suite, { key, aad: sealingAad(envelope.signedBytes), payload }));
}

function understand({ signedBytes }: Envelope, opened: Uint8Array | undefined): Content | undefined {
  if (!opened) return undefined;
  try {
    const content = decodeContent(opened);
    if (!isLine(content) || content.type === 'unsupported' || !needsNewer(signedBytes)) return content;
    const { created, epoch, seq, after, name, rank } = content;
    const line = { created, epoch, seq, after, name, ...(rank === undefined ? {} : { rank }) };
    return { ...line, type: 'unsupported', kind: CONTENT_KINDS[content.type], bytes: opened };
  } catch (error) {
    // The author is to blame, and is not the neighbour whose connection a PeerError would close.
    if (error instanceof PeerError) return undefined;
    throw error;
  }
}
