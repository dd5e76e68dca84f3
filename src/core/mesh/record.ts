import type { Address } from '../base/address.ts';
import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';

/** Where a peer's address came from. */
export type PeerSource = 'mdns' | 'manual' | 'hub' | 'remembered' | 'inbound' | 'route';

/** A node that this one has met, remembered for the next start. */
export type PeerRecord = {
  readonly id: NodeId;
  /** The name it gives itself: text from a stranger. */
  readonly name: string;
  /** Addresses at which it was reached or announced, best first, at most 8. */
  readonly addresses: readonly Address[];
  readonly source: PeerSource;
  /** Whether the user named or asked for it, so that a prefix of its id resolves. */
  readonly named: boolean;
  readonly lastSeen: Timestamp;
};
