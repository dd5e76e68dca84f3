/**
 * Whether a line looks as if it held what nobody else may read, and so is never written down: the key of a channel (`--key`, an invitation),
 * a passphrase or password behind its name, words of a backup. It looks at shapes: a sentence of twelve words that a backup could have counts as
 * one too. A line that begins with a blank is private because its writer says so, as in shells.
 */
export const holdsSecret = (line: string): boolean => SECRETS.some((shape) => shape.test(line));

const SECRETS: readonly RegExp[] = [
  /^[ \t]/,
  /--(?:key|passphrase|password|secret|token)\b/i,
  /[?&](?:key|k|secret|token)=/i,
  /\b(?:passphrase|password|passwort)\s*(?:is|:|=)\s*\S/i,
  // Words of BIP-39 have 3 to 8 letters, and a backup at least 12 of them.
  /(?:\b[a-z]{3,8}\b[\s,;.0-9)]+){11}[a-z]{3,8}\b/i,
];
