import type { Came } from '../chat/receipts.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { StreamId } from '../transport/event.ts';
import type { Envelope } from '../wire/envelope.ts';
import type { Session } from './session.ts';

/** One push on its way through the checks, with the answer it is owed. */
export type Offer = {
  readonly session: Session;
  readonly stream: StreamId;
  readonly envelope: Envelope;
  /** Who says that he signed it. */
  readonly from: NodeId;
  /** A NodeId or a ChannelId. */
  readonly to: string;
  readonly size: number;
  readonly again: boolean;
};

/** What a receipt for this envelope will say. */
export const cameOf = ({ envelope }: Offer): Came => ({
  id: envelope.id,
  hops: envelope.hop.count + 1,
  ttlSeconds: envelope.signed.ttlSeconds,
});
