/** Why an identity could not be used, made or changed. */
export type IdentityTrouble =
  | 'damaged'
  | 'newer'
  | 'exposed'
  | 'foreign'
  | 'no-file'
  | 'passphrase-needed'
  | 'wrong-passphrase'
  | 'too-much-work'
  | 'exists'
  | 'missing'
  | 'bad-words'
  | 'io';

/**
 * Something is wrong with the identity file, its passphrase or its words: a sentence for the user and what to do about it.
 * Exit code 6, or `E_IDENTITY` (docs/commands.md). Nothing was overwritten.
 */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  readonly why: IdentityTrouble;
  readonly hint: string | undefined;

  constructor(why: IdentityTrouble, message: string, hint?: string) {
    super(message);
    this.why = why;
    this.hint = hint;
  }
}
