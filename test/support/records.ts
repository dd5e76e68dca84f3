import { timestamp } from '../../src/core/base/time.ts';
import type { MessageRecord } from '../../src/core/chat/record.ts';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import type { StoreRecord } from '../../src/core/node/record.ts';
import type { EnvelopeHead } from '../../src/core/store/head.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope, encodeSigned } from '../../src/core/wire/envelope.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';

/** Fifty-two letters that stand for somebody. */
export const somebody = (letter: string): NodeId => letter.repeat(52) as NodeId;

/** An envelope with this payload, whose id is true and whose signature nobody checks here. */
export function envelopeOf(payload: Uint8Array): { readonly envelope: Envelope; readonly bytes: Uint8Array } {
  const key = new Uint8Array(32).fill(7);
  const signedBytes = encodeSigned({
    version: 1,
    kind: 1,
    from: key,
    to: key,
    created: timestamp(60_000),
    ttlSeconds: 3600,
    hopsMax: 16,
    payload,
  });
  const signature = new Uint8Array(64);
  const bytes = encodeEnvelope({ signedBytes, signature, hop: { count: 0, ageSeconds: 0 }, proof: undefined });
  return { envelope: decodeEnvelope(nodeSuite, bytes), bytes };
}

/** The record that keeps an envelope of ours. */
export function envelopeRecord(
  payload: Uint8Array,
  changes: Partial<EnvelopeHead> = {},
): Extract<StoreRecord, { put: 'envelope' }> {
  const { envelope, bytes } = envelopeOf(payload);
  const head: EnvelopeHead = {
    id: envelope.id,
    kind: 1,
    from: somebody('a'),
    to: somebody('b'),
    created: timestamp(1_700_000_000_000),
    size: bytes.length,
    lane: 'own',
    hopCount: 0,
    hopsMax: 16,
    ttlSeconds: 3600,
    ageSeconds: 0,
    storedAt: timestamp(1_700_000_000_000),
    copies: 4,
    handedTo: [],
    silent: false,
    ...changes,
  };
  return { put: 'envelope', head, bytes };
}

/** A message of bob's, the `n`th: its id, its number and its time follow from `n`. */
export function messageRecord(
  n: number,
  changes: Partial<MessageRecord> = {},
): Extract<StoreRecord, { put: 'message' }> {
  const message: MessageRecord = {
    id: n.toString(16).padStart(64, '0') as MessageRecord['id'],
    kind: 'direct',
    conversation: somebody('b'),
    from: somebody('b'),
    to: somebody('a'),
    text: `line ${n}`,
    content: 'text',
    created: timestamp(1_700_000_000_000),
    received: timestamp(1_700_000_000_000 + n),
    hops: 1,
    epoch: '00000000000000aa',
    seq: n,
    after: [],
    rank: n,
    ...changes,
  };
  return { put: 'message', message };
}
