import { timestamp } from '../../src/core/base/time.ts';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import type { EnvelopeHead } from '../../src/core/store/head.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';

let count = 0;

/** A head of an envelope that needs no envelope: for tests of the shelf and its quotas. Ids are all different. */
export const aHead = (differences: Partial<EnvelopeHead> = {}): EnvelopeHead => ({
  id: (count++).toString(16).padStart(64, '0') as EnvelopeId,
  kind: 1,
  from: 'ann' as NodeId,
  to: 'bob',
  created: timestamp(1_000_000),
  size: 1_000,
  lane: 'stranger',
  via: 'relay' as NodeId,
  hopCount: 0,
  hopsMax: 16,
  ttlSeconds: 3_600,
  ageSeconds: 0,
  storedAt: timestamp(1_000_000),
  copies: 1,
  handedTo: [],
  silent: false,
  ...differences,
});
