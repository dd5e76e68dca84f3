import { writeSync } from 'node:fs';

/** What becomes of a screen when its process, its terminal or its code ends it. */
export type Exits = {
  /** Ends the screen with an exit code: 128 and the signal's number. */
  readonly end: (code: number) => void;
  /** Whether another program has the terminal: what its keys send (Ctrl+C, Ctrl+\) is meant for that one. */
  readonly isAway: () => boolean;
  /** Gives the terminal back as it was. Called often, and when there is no time for anything else. */
  readonly restore: () => void;
  /** Stops as Ctrl+Z does. */
  readonly suspend: () => void;
  /** Goes on after having been stopped by somebody else. */
  readonly resume: () => void;
  /** A mistake of ours that nobody caught. */
  readonly failed: (error: unknown) => void;
};

/** Watches every way out of a full screen, and leaves none with the terminal in disorder. */
export function watchExits(exits: Exits): { readonly remove: () => void } {
  const off: (() => void)[] = [];
  const on = (event: string, listener: (...values: never[]) => void): void => {
    process.on(event as NodeJS.Signals, listener as () => void);
    off.push(() => process.off(event, listener as () => void));
  };
  for (const [signal, code] of SIGNALS) {
    on(signal, () => {
      if (!(OF_KEYS.has(signal) && exits.isAway())) exits.end(code);
    });
  }
  on('SIGTSTP', exits.suspend);
  on('SIGCONT', exits.resume);
  on('exit', exits.restore);
  on('uncaughtException', (error: unknown) => {
    exits.restore();
    exits.failed(error);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    printSync(2, `qpc: a mistake in this screen has ended it; the node goes on, and nothing is lost\n${stack}\n`);
    process.exit(EXIT_INTERNAL);
  });
  const gone = (): void => exits.end(129);
  for (const stream of [process.stdin, process.stdout, process.stderr]) {
    stream.on('error', gone);
    off.push(() => stream.off('error', gone));
  }
  return {
    remove: () => {
      for (const undo of off) undo();
      // What is written to a terminal that is gone must not end the process a second time.
      for (const stream of [process.stdin, process.stdout]) stream.on('error', () => {});
    },
  };
}

/** What ends a screen, and the exit code; SIGHUP says that the terminal is gone. */
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
] as const;

const OF_KEYS: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT']);

const EXIT_INTERNAL = 70;

/** Prints at once and whole, while the process is ending too; what a terminal that is gone does not take is lost. */
export function printSync(file: number, text: string): void {
  let rest = Buffer.from(text);
  for (let tries = 0; rest.length > 0 && tries < 1000; tries++) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      // A terminal that is behind takes more in a moment.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(NEVER, 0, 0, 1);
    }
  }
}

const NEVER = new Int32Array(new SharedArrayBuffer(4));
