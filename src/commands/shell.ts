import type { ApiEvent, NodeApi, Outcome } from '../api/schema.ts';
import type { Context } from './context.ts';

/** What a command of the shell can do beside asking a node. `main.ts` joins it to the machine, tests to fakes. */
export interface Shell extends Context {
  /** Whether results are wanted as JSON. */
  readonly json: boolean;
  /**
   * A node of this profile: the one that runs, else one that is started now.
   *
   * @param how `shows` says whether a person sees the messages that come as events.
   */
  attach(how?: { readonly shows: boolean }): Promise<Outcome<NodeApi>>;
  /** The node of this profile if one runs; never starts one, and is not counted as a screen of it. */
  running(): Promise<NodeApi | undefined>;
  /** Stops the node of this profile; resolves when another could start. `undefined` when none runs. */
  stop(): Promise<Outcome<{ readonly pid: number }> | undefined>;

  /** Whether somebody sits at a terminal and can be asked. */
  readonly terminal: boolean;
  /** Prints a line, as it stands, at once. */
  print(line: string): void;
  /** Says a sentence beside the result, on standard error. */
  warn(sentence: string): void;
  /** An event as a line of this shell's kind, words or JSON, at once. */
  tell(event: ApiEvent): void;
  /** Standard input to its end; refused when it is longer than any text may be. */
  input(): Promise<Outcome<string>>;
  /** Asks on the terminal; `secret` answers are not shown. `undefined` when there is no terminal and no more input. */
  ask(question: string, how?: { readonly secret: boolean }): Promise<string | undefined>;
  /** Calls `then` after `ms` milliseconds; the function given back calls that off. */
  after(ms: number, then: () => void): () => void;

  /** The manual page qpc(1), a line each. */
  manual(): readonly string[];

  readonly identity: IdentityFile;
  /** Hands the terminal to the demo until the person leaves; the exit code. */
  playDemo(): Promise<number>;
  /** Hands the terminal to the simulator until it ends; its exit code. */
  runLab(words: readonly string[]): Promise<number>;
}

/** The identity on disk, never through the API: its seed does not pass the socket. */
export interface IdentityFile {
  /** The 24 words that the identity can be made from again. */
  backup(): Promise<Outcome<{ readonly words: string }>>;
  /** Makes the identity from its words; refused while a node runs or when another identity would be lost. */
  restore(words: string): Promise<Outcome<{ readonly id: string }>>;
  /** Seals the file with a passphrase, or with none when it is empty. */
  passphrase(passphrase: string): Promise<Outcome<{ readonly sealed: boolean }>>;
}
