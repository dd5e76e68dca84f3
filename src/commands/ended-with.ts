import type { Answer } from './command.ts';

/** What another program's exit code says of it. It has spoken for itself, so there is no result to print. */
export const endedWith = (exitCode: number): Answer<undefined> =>
  exitCode === 0
    ? { ok: true, result: undefined }
    : {
        ok: false,
        error: { code: exitCode === 2 ? 'E_USAGE' : 'E_INTERNAL', message: `it ended with exit code ${exitCode}` },
      };
