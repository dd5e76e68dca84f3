import type { z } from 'zod';
import type { ApiError, NodeApi, Outcome } from '../api/schema.ts';
import type { Context } from './context.ts';
import type { Shell } from './shell.ts';

/** What Tab offers for a word: names that the node knows, lines of the open conversation (of others, or our own), names of commands, or nothing. */
export type Completes =
  | 'peer'
  | 'topic'
  | 'where'
  | 'message'
  | 'line'
  | 'own line'
  | 'peer or message'
  | 'file'
  | 'command'
  | 'setting'
  | 'setting value'
  | 'nothing';

/** One word of a command, or the rest of the line. */
export type Argument<T = unknown> = {
  /** As usage shows it: `PEER`. */
  readonly label: string;
  readonly about: string;
  /** From the word as typed to the value; an issue reads on from the label: "must be …". */
  readonly schema: z.ZodType<T, string | undefined>;
  readonly completes: Completes;
  /** The words that it may be, when they can be listed. */
  readonly choices?: readonly string[];
  readonly optional: boolean;
  /** Whether it takes everything that follows: in a line exactly as typed, in a shell all remaining words. Only the last may. */
  readonly rest: boolean;
};

/** One option of a command, `--name` or `--name VALUE`. */
export type Option<T = unknown> = {
  /** As usage shows the value; a flag has none. */
  readonly label: string | undefined;
  readonly about: string;
  readonly schema: z.ZodType<T, string | boolean | undefined>;
  readonly completes: Completes;
  /** The values there are, when they can be listed. */
  readonly choices: readonly string[];
};

/** The words of a command by name, in order. */
export type Arguments = Readonly<Record<string, Argument>>;
/** The options of a command by name. */
export type Options = Readonly<Record<string, Option>>;

/** What `run` is given: a value for every argument and option, by its name. */
export type Input<A extends Arguments, O extends Options> = {
  readonly [K in keyof A]: A[K] extends Argument<infer T> ? T : never;
} & { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/**
 * What a command answers. A failure may still have a result: what was done before it failed, such as a message that stays queued. What was
 * done may still mean something to a script: then it has an exit code of its own.
 */
export type Answer<R> =
  | Outcome<R>
  | { readonly ok: true; readonly result: R; readonly exitCode: number }
  | { readonly ok: false; readonly error: ApiError; readonly result: R };

/** Another program had the terminal, and has spoken for itself: only its exit code is left to tell. */
export type Ended = { readonly ok: true; readonly result: undefined; readonly exitCode: number };

type Description = {
  /** Without the slash: `mesh send`. */
  readonly name: string;
  /** What it does, in a line, beginning with a verb in lower case. */
  readonly summary: string;
  readonly examples: readonly string[];
  /** What other programs call it; typing that suggests this command. */
  readonly akin?: readonly string[];
};

type Definition<A extends Arguments, O extends Options> = Description & { readonly args: A; readonly options: O };

/** A command of the node, for all faces. The values in `input` are those that its own schemas gave. */
export type NodeCommand = Definition<Arguments, Options> & {
  readonly on: 'node';
  /** Whether it only makes sense where there is an open conversation and a screen: `/chat`, `/quit`. */
  readonly chatOnly: boolean;
  /** Whether it answers without asking the node, so that a shell needs none for it. */
  readonly local: boolean;
  /** Whether a shell starts a node for it; one that does not need it asks the one that runs, if any. */
  readonly needsNode: boolean;
  readonly run: (api: NodeApi, input: Readonly<Record<string, unknown>>, context: Context) => Promise<Answer<unknown>>;
  readonly render: (result: unknown, context: Context, input: Readonly<Record<string, unknown>>) => readonly string[];
};

/** A command that only the shell has: it starts and stops nodes, asks for secrets, or prints as things happen. */
export type ShellCommand = Definition<Arguments, Options> & {
  readonly on: 'shell';
  /** What its words would be, when they may not be given on the command line, where other users of the machine can see them. */
  readonly secret: string | undefined;
  /** Whether its words are handed on as they are, in `input.words`: another program reads them. */
  readonly raw: boolean;
  readonly run: (shell: Shell, input: Readonly<Record<string, unknown>>) => Promise<Answer<unknown> | Ended>;
  readonly render: (result: unknown, shell: Shell) => readonly string[];
};

/** An entry of the table. */
export type Command = NodeCommand | ShellCommand;

/** A command as data: one entry of the table that the chat, the shell, completion, help and the documents are made from. */
export function command<const A extends Arguments, const O extends Options, R>(
  definition: Definition<A, O> & {
    readonly chatOnly?: boolean;
    readonly local?: boolean;
    readonly needsNode?: boolean;
    readonly run: (api: NodeApi, input: Input<A, O>, context: Context) => Promise<Answer<R>>;
    /** The result in words for people, a line each. */
    readonly render: (result: R, context: Context, input: Input<A, O>) => readonly string[];
  },
): NodeCommand {
  // The one place where the types of an entry are forgotten: `parse` makes the input from the same definition's schemas.
  return { on: 'node', chatOnly: false, local: false, needsNode: true, ...definition } as unknown as NodeCommand;
}

/** A command of the shell alone, as data. */
export function shellCommand<const A extends Arguments, const O extends Options, R>(
  definition: Definition<A, O> & {
    readonly secret?: string;
    readonly raw?: boolean;
    readonly run: (
      shell: Shell,
      input: Input<A, O> & { readonly words: readonly string[] },
    ) => Promise<Answer<R> | Ended>;
    readonly render: (result: R, shell: Shell) => readonly string[];
  },
): ShellCommand {
  return { on: 'shell', secret: undefined, raw: false, ...definition } as unknown as ShellCommand;
}
