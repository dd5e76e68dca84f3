import type { Random } from '../base/random.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';

/** Whose routes these are, and how it signs them. */
export type RoutesOptions = {
  readonly suite: Suite;
  readonly random: Random;
  /** The Ed25519 seed of this node, 32 bytes. */
  readonly seed: Uint8Array;
  readonly self: NodeId;
  /** First 16 bytes of the network's hash. */
  readonly network: Uint8Array;
  /** The last own sequence number that was written to disk; 0 at the first start. */
  readonly seqno: number;
  /** Whether to announce nothing about this node. */
  readonly unlisted?: boolean;
};
