import { PeerError } from '../../src/core/base/peer-error.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { Mutant } from './mutate.ts';

/** Something that makes a value of a stranger's bytes, and what must be true of it. */
export type Parser = {
  /** The name of the function, which is also that of the folder in test/corpus. */
  readonly name: string;
  /** What it makes of the bytes; `undefined` for nothing. May throw `refusal`, and nothing else. */
  readonly parse: (bytes: Uint8Array) => unknown;
  /** PeerError unless another is said. */
  readonly refusal?: abstract new (
    ...args: never[]
  ) => Error;
  /** Writes what was parsed. */
  readonly write?: (value: unknown) => Uint8Array;
  /** What writing gives: the very bytes that were read, or bytes that are read and written as the same again. */
  readonly gives?: 'same bytes' | 'same value';
  /** Good inputs, from which bad ones are made. */
  readonly seeds: () => readonly Uint8Array[];
};

/** A parser whose `write` takes what its `parse` gives. */
export const parser = <Value>(
  one: Omit<Parser, 'parse' | 'write'> & {
    readonly parse: (bytes: Uint8Array) => Value | undefined;
    readonly write?: (value: Value) => Uint8Array;
  },
): Parser => one as Parser;

/** What should not have happened, and the input that did it. */
type Finding = { readonly what: string; readonly input: Uint8Array };

export type Report = {
  readonly runs: number;
  /** Inputs that were parsed. */
  readonly accepted: number;
  readonly medianMicroseconds: number;
  readonly findings: readonly Finding[];
};

/** An input may take this long, in milliseconds of its thread. */
const SLOW_MS = 1;

/** How many inputs are kept to make others from: the seeds, and changed ones that were still parsed. */
const INPUTS_MAX = 256;
/** One in so many of those that were parsed is kept. */
const KEPT = 64;
/** So many inputs are timed one by one, for the median. */
const TIMED = 10_000;

/** Where to begin, how long to go on, and what an owner in another thread wants to see. */
export type FuzzOptions = {
  readonly seed: string;
  readonly runs: number;
  /** Told each input before it is parsed, so that one that never ends is known. */
  readonly before?: (input: Uint8Array, run: number) => void;
  /** Where inputs are made. */
  readonly scratch?: Uint8Array;
};

/** Tries `runs` inputs, the same ones for the same seed. */
export function fuzz(one: Parser, { seed, runs, before, scratch }: FuzzOptions): Report {
  const random = new SeededRandom(`${seed} ${one.name}`);
  const inputs = [...one.seeds()];
  const seeds = inputs.length;
  const mutant = new Mutant(scratch);
  // The parser gets a copy, to show that it changes nothing.
  const copy = new Uint8Array(mutant.bytes.length);
  const findings = new Map<string, Finding>();
  const times: number[] = [];
  let accepted = 0;
  let finishedAt = performance.now();
  for (let run = 0; run < runs; run++) {
    if (run < seeds) mutant.become(inputs[run]!);
    else mutant.mutate(inputs, random);
    const original = mutant.bytes.subarray(0, mutant.length);
    before?.(original, run);
    copy.set(original);
    const input = copy.subarray(0, mutant.length);
    if (times.length < TIMED) times.push(millisecondsOf(one, input));
    let { parsed, what } = tryInput(one, original, input);
    // One look at the clock for each input: making it and checking the result are in it, so a long time is looked at again.
    const now = performance.now();
    if (now - finishedAt > SLOW_MS) what ??= slowness(one, input);
    finishedAt = now;
    if (what !== undefined && !findings.has(what)) findings.set(what, { what, input: original.slice() });
    if (!parsed) continue;
    accepted++;
    if (random.word() % KEPT === 0)
      inputs[inputs.length < INPUTS_MAX ? inputs.length : random.word() % INPUTS_MAX] = original.slice();
  }
  const medianMicroseconds = (times.sort((a, b) => a - b)[times.length >> 1] ?? 0) * 1000;
  return { runs, accepted, medianMicroseconds, findings: [...findings.values()] };
}

/** What is wrong with how a parser takes an input; `undefined` when nothing is. */
export const judge = (one: Parser, input: Uint8Array): string | undefined =>
  tryInput(one, input, input.slice()).what ?? slowness(one, input);

/** @param input - a copy of `original`, which shows whether it was changed. */
function tryInput(one: Parser, original: Uint8Array, input: Uint8Array): { parsed: boolean; what: string | undefined } {
  let value: unknown;
  try {
    value = one.parse(input);
  } catch (error) {
    if (!(error instanceof (one.refusal ?? PeerError))) return { parsed: false, what: `threw ${error}` };
  }
  const parsed = value !== undefined;
  if (!isSame(original, input)) return { parsed, what: 'changed its input' };
  return { parsed, what: parsed ? rewriting(one, input, value) : undefined };
}

function rewriting({ parse, write, gives }: Parser, input: Uint8Array, value: unknown): string | undefined {
  if (!write) return undefined;
  try {
    const written = write(value);
    // What was written as it was read has just been read.
    if (isSame(written, input)) return undefined;
    if (gives === 'same bytes') return 'read what it would not have written';
    const again = parse(written.slice());
    return again !== undefined && isSame(write(again), written) ? undefined : 'read and wrote something else';
  } catch (error) {
    return `could not write what it read: ${error}`;
  }
}

/** By the time of this thread, for neighbours do not count. Its clock ticks in milliseconds, so many runs are measured at once. */
function slowness(one: Parser, input: Uint8Array): string | undefined {
  const runs = 40;
  const before = process.threadCpuUsage();
  for (let run = 0; run < runs; run++) justParse(one, input);
  return process.threadCpuUsage(before).user / 1000 / runs > SLOW_MS ? 'was slow' : undefined;
}

function millisecondsOf(one: Parser, input: Uint8Array): number {
  const started = performance.now();
  justParse(one, input);
  return performance.now() - started;
}

function justParse({ parse }: Parser, input: Uint8Array): void {
  try {
    parse(input);
  } catch {
    // `tryInput` looks at what was thrown.
  }
}

/** A hundred times as fast as a loop in JavaScript, which would take longer than what is tested. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
