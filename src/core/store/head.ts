import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/** Whose quota an envelope counts against (docs/protocol.md §3): a lane never takes from another; `own` has none. */
export type Lane = 'own' | 'contact' | 'neighbour' | 'stranger';

/**
 * What the core knows of an envelope that this node keeps; its bytes stay on disk.
 * A restart is made of these.
 */
export type EnvelopeHead = {
  readonly id: EnvelopeId;
  readonly kind: number;
  readonly from: NodeId;
  /** A NodeId, or a ChannelId; 52 letters of base32 either way. */
  readonly to: string;
  /** When its author says that he wrote it: the order of a channel's posts, where two nodes compare them. */
  readonly created: Timestamp;
  /** Bytes of the encoded envelope. */
  readonly size: number;
  readonly lane: Lane;
  /** The neighbour it came from; absent for our own. */
  readonly via?: NodeId;
  readonly hopCount: number;
  readonly hopsMax: number;
  readonly ttlSeconds: number;
  /** Its age, in seconds, when it was stored here … */
  readonly ageSeconds: number;
  /** … at this time by our calendar, for adding the time that a restart took. */
  readonly storedAt: Timestamp;
  /** Copies this node may still spread (docs/protocol.md §2.2). */
  readonly copies: number;
  /** Neighbours that answered `accepted`, and whether one of them was the recipient. */
  readonly handedTo: readonly NodeId[];
  /** True for receipts and other envelopes of ours that nobody waits for: they leave when somebody accepts them. */
  readonly silent: boolean;
};
