import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { type Identity, SEED_BYTES } from '../../core/crypto/identity.ts';
import { fingerprint, type NodeId } from '../../core/crypto/node-id.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import { IdentityError } from './identity-error.ts';

/** 24 words of the BIP-39 English list whose entropy is the seed: who has them has the identity (docs/protocol.md §0). */
export const backupWords = ({ seed }: Identity): string => entropyToMnemonic(seed, wordlist);

/**
 * The seed, 32 bytes, that 24 words are; any case, any blanks between them.
 *
 * @throws IdentityError that says which word is wrong, where that can be known.
 */
export function seedOfWords(text: string): Uint8Array {
  const words = text.normalize('NFKD').toLowerCase().split(/\s+/u).filter(Boolean);
  const stray = words.findIndex((word) => !wordlist.includes(word));
  if (stray >= 0) badWords(`word ${stray + 1} is not in the list`, near(words[stray]!));
  if (words.length !== WORDS) badWords(`${words.length} words were given, a backup has ${WORDS}`);
  try {
    const seed = new Uint8Array(mnemonicToEntropy(words.join(' '), wordlist));
    if (seed.length === SEED_BYTES) return seed;
  } catch {
    // 24 words of the list whose checksum does not fit.
  }
  return badWords('these words do not belong together: one is wrong, or two have changed places');
}

/** Six words to compare aloud: the first 66 bits of what `fingerprint` begins with, eleven a word. */
export function comparisonWords(suite: Suite, id: NodeId): string {
  const bits = BigInt(`0x${fingerprint(suite, id).replaceAll(' ', '')}`) >> (128n - 66n);
  return Array.from({ length: 6 }, (_, i) => wordlist[Number((bits >> BigInt(55 - 11 * i)) & 0x7ffn)]).join(' ');
}

const WORDS = 24;

/** No two words of the list begin with the same four letters, so these tell what was meant. */
function near(word: string): string | undefined {
  const meant = wordlist.find((one) => one.slice(0, 4) === word.slice(0, 4));
  return meant && `did you mean ${meant}?`;
}

function badWords(what: string, hint?: string): never {
  throw new IdentityError('bad-words', `${what} · nothing was changed`, hint);
}
