import { wordlist } from '@scure/bip39/wordlists/english.js';

/**
 * Whether a line looks as if it held what nobody else may read, and so is never written down: the key of a channel (`--key`, an invitation), a
 * passphrase or password behind its name, twelve words of BIP-39 one after the other, as in a backup. A line that begins with a blank is private
 * because its writer says so, as in shells.
 */
export const holdsSecret = (line: string): boolean =>
  SECRETS.some((shape) => shape.test(line)) || backupWordsIn(line) >= BACKUP_WORDS_MIN;

const SECRETS: readonly RegExp[] = [
  /^[ \t]/,
  /--(?:key|passphrase|password|secret|token)\b/i,
  /[?&](?:key|k|secret|token)=/i,
  /\b(?:passphrase|password|passwort)\s*(?:is|:|=)\s*\S/i,
];

/** The longest run of words that a backup can have; numbers between them count nothing. */
function backupWordsIn(line: string): number {
  let [run, longest] = [0, 0];
  for (const word of line.toLowerCase().match(/\p{L}+/gu) ?? []) {
    run = BACKUP_WORDS.has(word) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

const BACKUP_WORDS: ReadonlySet<string> = new Set(wordlist);
const BACKUP_WORDS_MIN = 12;
