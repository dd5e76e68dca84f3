/** Exit codes of starting (docs/commands.md, exit codes). */
export const EXIT = { done: 0, failed: 1, usage: 2, noFile: 3, identity: 6, internal: 70, taken: 75 } as const;

/** A node cannot start: a sentence for the user, what to do about it, and the exit code. Caught in one place: `runNode`. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, { exitCode = EXIT.failed as number, hint }: { exitCode?: number; hint?: string } = {}) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
