import { concat } from '../bytes/concat.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import { utf8 } from '../bytes/utf8.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';

/**
 * What an author's run of numbers is called in a mark: SHA-256("qpc run v1" || 0x00 || author || epoch)[0..8], 16 hexadecimal
 * digits (docs/protocol.md §4.4). Epochs alone would do if nobody copied those of others.
 */
export const runOf = (suite: Suite, author: NodeId, epoch: string): string =>
  hex(suite.hash(LABEL, nodeIdBytes(author), fromHex(epoch)!).subarray(0, RUN_BYTES));

const LABEL = concat(utf8('qpc run v1'), new Uint8Array(1));
const RUN_BYTES = 8;
