import type { Outcome } from '../api/schema.ts';
import type { IdentityFile } from '../commands/shell.ts';
import { IdentityError } from '../host/identity/identity-error.ts';
import { load, restore, setPassphrase } from '../host/identity/identity-file.ts';
import { backupWords } from '../host/identity/identity-words.ts';
import { nodeSuite as suite } from '../host/node-suite.ts';
import { isHeld } from '../host/profile/profile.ts';

/** What asks for the passphrase of a sealed identity; `undefined` when nobody can be asked. */
export type Passphrase = () => Promise<string | undefined>;

/** The identity of a home directory, for commands that work on the file itself. */
export class IdentityOnDisk implements IdentityFile {
  readonly #home: string;
  readonly #passphrase: Passphrase;

  constructor(home: string, passphrase: Passphrase) {
    this.#home = home;
    this.#passphrase = passphrase;
  }

  /** Whether the file is sealed, so that a node needs the passphrase to start. */
  sealed(): boolean {
    try {
      load(this.#home, { suite });
      return false;
    } catch (error) {
      return error instanceof IdentityError && error.why === 'passphrase-needed';
    }
  }

  backup(): Promise<Outcome<{ readonly words: string }>> {
    return this.#opened((passphrase) => {
      const kept = load(this.#home, { suite, passphrase });
      if (!kept)
        throw new IdentityError('missing', 'there is no identity here yet', 'it is made when qpc first starts');
      return { words: backupWords(kept.identity) };
    });
  }

  async restore(words: string): Promise<Outcome<{ readonly id: string }>> {
    if (isHeld(this.#home)) {
      const message = 'a node runs with this profile, nothing was changed';
      return { ok: false, error: { code: 'E_IDENTITY', message, hint: 'stop it first: qpc down' } };
    }
    return this.#opened((passphrase) => ({ id: restore(this.#home, words, { suite, passphrase }).identity.id }));
  }

  passphrase(next: string): Promise<Outcome<{ readonly sealed: boolean }>> {
    return this.#opened((passphrase) => {
      const { sealed } = setPassphrase(this.#home, next === '' ? undefined : next, { suite, passphrase });
      return { sealed };
    });
  }

  /** Does something with the file; asks for the passphrase only when the file turns out to need one. */
  async #opened<T>(work: (passphrase: string | undefined) => T): Promise<Outcome<T>> {
    let passphrase: string | undefined;
    for (;;) {
      try {
        return { ok: true, result: work(passphrase) };
      } catch (error) {
        if (!(error instanceof IdentityError)) throw error;
        if (error.why === 'passphrase-needed' && passphrase === undefined) {
          passphrase = await this.#passphrase();
          if (passphrase !== undefined) continue;
        }
        const { message, hint } = error;
        return { ok: false, error: { code: 'E_IDENTITY', message, ...(hint === undefined ? {} : { hint }) } };
      }
    }
  }
}
