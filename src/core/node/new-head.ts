import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeHead } from '../store/head.ts';
import type { Envelope } from '../wire/envelope.ts';

/** The head of an envelope that begins its stay here. */
export function headOf(
  envelope: Envelope,
  ids: { readonly from: NodeId; readonly to: string },
  how: Pick<EnvelopeHead, 'lane' | 'silent' | 'copies'> & { readonly via?: NodeId; readonly size: number },
  at: Timestamp,
): EnvelopeHead {
  const { signed, hop } = envelope;
  return {
    id: envelope.id,
    kind: signed.kind,
    created: signed.created,
    ...ids,
    ...how,
    hopCount: hop.count,
    hopsMax: signed.hopsMax,
    ttlSeconds: signed.ttlSeconds,
    ageSeconds: hop.ageSeconds,
    storedAt: at,
    handedTo: [],
  };
}
