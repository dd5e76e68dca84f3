import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeHead } from '../store/head.ts';
import { ENVELOPE_KINDS, type Envelope } from '../wire/envelope.ts';

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

/** Whether this is for whom it is. A channel is nobody: whoever knows the topic of an open one can bear its id. */
export const isRecipient = (peer: NodeId, { kind, to }: EnvelopeHead): boolean =>
  peer === to && kind !== ENVELOPE_KINDS.channel;
