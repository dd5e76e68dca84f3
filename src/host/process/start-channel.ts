import { Socket } from 'node:net';
import { LineReader } from '../../api/line-reader.ts';

/*
 * The pipe between a node that is being started and who starts it: file descriptor 3 of the node, a JSON object a line.
 * The starter says what must not stand on a command line; the node says once that it is ready, or why it is not.
 */

export const START_FD = 3;

/** Longest line, in bytes: a passphrase of a megabyte, escaped. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** What the starter tells the node. */
export type StartOrder = { readonly passphrase?: string };

/** Why a node did not start. */
export type StartFailure = {
  readonly message: string;
  readonly hint?: string;
  readonly exitCode: number;
  /** The identity is sealed, and no passphrase came. */
  readonly needsPassphrase?: true;
};

/** What the node answers. */
export type StartReport =
  | { readonly ready: true; readonly warnings?: readonly string[] }
  | { readonly failed: StartFailure };

/** The node's end. */
export interface StartChannel {
  /** What the starter says; empty when it is gone. */
  order(): Promise<StartOrder>;
  /** Something that the user should know, though the node starts. */
  warn(warning: string): void;
  /** Tells how it went, once; the channel is closed then. */
  report(report: StartReport): Promise<void>;
}

/** Opens the node's end of the pipe. */
export function startChannel(): StartChannel {
  const pipe = new Socket({ fd: START_FD, readable: true, writable: true });
  // The starter may be gone, and then nobody is to be told.
  pipe.on('error', () => {});
  const warnings: string[] = [];
  return {
    warn: (warning) => warnings.push(warning),
    order: async () => ((await firstLine(pipe)) as StartOrder | undefined) ?? {},
    report: (report) =>
      new Promise((resolve) => {
        pipe.once('close', () => resolve());
        pipe.end(`${JSON.stringify({ ...report, warnings })}\n`, () => pipe.destroy());
      }),
  };
}

/** The first line that comes over a pipe, as JSON; `undefined` when it ends without one. */
export function firstLine(pipe: Socket): Promise<unknown> {
  const reader = new LineReader(LINE_BYTES_MAX);
  return new Promise((resolve) => {
    pipe.on('data', (chunk: Uint8Array) => {
      const [line] = reader.push(chunk);
      if (line !== undefined) resolve(JSON.parse(line));
    });
    pipe.once('end', () => resolve(undefined));
    pipe.once('close', () => resolve(undefined));
  });
}
