import { readFileSync } from 'node:fs';
import { EXIT, StartError } from './start-error.ts';

/**
 * The passphrase in the first line of a file; `undefined` when none is named.
 *
 * @throws StartError
 */
export function passphraseIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0];
  } catch (error) {
    throw new StartError(`the passphrase file ${file} cannot be read: ${(error as Error).message}`, {
      exitCode: EXIT.noFile,
    });
  }
}
