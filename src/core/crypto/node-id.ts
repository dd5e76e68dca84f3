import { assert } from '../base/assert.ts';
import type { Brand } from '../base/brand.ts';
import { base32, fromBase32 } from '../bytes/base32.ts';
import { base58 } from '../bytes/base58.ts';
import { concat } from '../bytes/concat.ts';
import { hex } from '../bytes/hex.ts';
import { utf8 } from '../bytes/utf8.ts';
import type { Suite } from './suite.ts';

/** Who somebody is: an Ed25519 public key as 52 letters of lower-case base32. A string, so that it can be a map key. */
export type NodeId = Brand<string, 'NodeId'>;

const NODE_ID_BYTES = 32;

/** The id of a 32-byte public key that is already known to be valid (`Suite.isNodeKey`). */
export function nodeIdOf(publicKey: Uint8Array): NodeId {
  assert(publicKey.length === NODE_ID_BYTES, 'a NodeId has 32 bytes');
  return base32(publicKey) as NodeId;
}

/** The 32 bytes of an id. */
export function nodeIdBytes(id: NodeId): Uint8Array {
  const bytes = fromBase32(id);
  assert(bytes !== undefined, 'a NodeId decodes');
  return bytes;
}

/** The id that a stranger's bytes are, or `undefined` when they are no valid key (docs/protocol.md §0). */
export function parseNodeKey(suite: Suite, bytes: Uint8Array): NodeId | undefined {
  return bytes.length === NODE_ID_BYTES && suite.isNodeKey(bytes) ? nodeIdOf(bytes) : undefined;
}

/** Reads an id as people write it: 52 letters, either case. `undefined` when it is no canonical encoding of a valid key. */
export function parseNodeId(suite: Suite, text: string): NodeId | undefined {
  if (text.length !== 52) return undefined;
  const bytes = fromBase32(text);
  return bytes && parseNodeKey(suite, bytes);
}

/** The libp2p form of an id (`12D3KooW…`): base58 of the identity multihash of the protobuf public key. */
export const peerId = (id: NodeId): string =>
  base58(concat(new Uint8Array([0x00, 0x24, 0x08, 0x01, 0x12, 0x20]), nodeIdBytes(id)));

/** What people compare: the first 16 bytes of a hash of the id, hexadecimal in fours (docs/protocol.md §0). */
export function fingerprint(suite: Suite, id: NodeId): string {
  const digest = suite.hash(utf8('qpc fingerprint v1\0'), nodeIdBytes(id)).subarray(0, 16);
  return hex(digest).match(/.{4}/g)!.join(' ');
}
