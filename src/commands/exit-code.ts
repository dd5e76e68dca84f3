import type { ErrorCode } from '../api/schema.ts';

/** What each refusal is to the shell that called (docs/commands.md, exit codes). */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  E_USAGE: 2,
  E_UNKNOWN_COMMAND: 2,
  E_UNKNOWN_PEER: 3,
  E_AMBIGUOUS_PEER: 3,
  E_UNKNOWN_CHANNEL: 3,
  E_UNKNOWN_MESSAGE: 3,
  E_NO_CONVERSATION: 3,
  E_NO_FILE: 3,
  E_NO_WAY: 4,
  E_TIMEOUT: 5,
  E_IDENTITY: 6,
  E_TOO_LARGE: 7,
  E_BLOCKED: 7,
  E_FULL: 7,
  E_LIMIT: 7,
  E_NOT_STORED: 1,
  E_NODE_GONE: 1,
  E_TAKEN: 75,
  E_INTERNAL: 70,
};

/** Every exit code there is, and what it says. */
export const EXIT_MEANINGS: ReadonlyMap<number, string> = new Map([
  [0, 'done'],
  [1, 'failed; of `doctor`: something is wrong'],
  [2, 'usage'],
  [3, 'no such peer, channel, message or file'],
  [4, 'no way there, and queuing refused'],
  [5, 'queued, but not confirmed in `--timeout`'],
  [6, 'identity or passphrase'],
  [7, 'refused: too large, blocked, or over a limit'],
  [69, 'Node.js is too old'],
  [70, 'internal error'],
  [75, 'another node holds this profile'],
  [130, 'interrupted (SIGINT)'],
  [143, 'told to end (SIGTERM)'],
]);
