import { assert } from '../base/assert.ts';
import { type NodeId, nodeIdOf } from './node-id.ts';
import type { Suite } from './suite.ts';

/** Who this node is: what a seed gives (docs/protocol.md §0). */
export type Identity = {
  readonly id: NodeId;
  /** Ed25519, 32 bytes: the bytes of `id`. */
  readonly publicKey: Uint8Array;
  /** The secret, 32 bytes; never changed in place, never sent anywhere. */
  readonly seed: Uint8Array;
};

/** Length of a seed, in bytes (RFC 8032 §5.1.5). */
export const SEED_BYTES = 32;

/** The identity of a 32-byte seed. */
export function identityOf(suite: Suite, seed: Uint8Array): Identity {
  assert(seed.length === SEED_BYTES, 'a seed has 32 bytes');
  const publicKey = suite.publicKey(seed);
  return { id: nodeIdOf(publicKey), publicKey, seed };
}
