import { concat } from '../bytes/concat.ts';
import { utf8 } from '../bytes/utf8.ts';
import type { Suite } from './suite.ts';

/** What a signature is for. The words go into what is signed, so that no signature can be taken for another kind. */
export type Purpose = 'envelope' | 'channel' | 'route' | 'record' | 'challenge' | 'trace';

/** Which mesh a node belongs to: SHA-256("qpc network v1" || 0x00 || networkId)[0..16] (docs/protocol.md, notation). */
export const networkTag = (suite: Suite, networkId: string): Uint8Array =>
  suite.hash(utf8(`qpc network v1\0${networkId}`)).slice(0, 16);

/** What is really signed: "qpc <purpose> v1" || 0x00 || network || message (docs/protocol.md §0). */
export function signedBytes(purpose: Purpose, network: Uint8Array, message: Uint8Array): Uint8Array {
  const words = WORDS.get(purpose) ?? utf8(`qpc ${purpose} v1\0`);
  WORDS.set(purpose, words);
  return concat(words, network, message);
}

/** The words of each purpose, as bytes: every announcement of every node is checked with them. */
const WORDS = new Map<Purpose, Uint8Array>();
