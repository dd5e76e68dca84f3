import { PeerError } from '../../src/core/base/peer-error.ts';
import { equalBytes } from '../../src/core/bytes/equal.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { mutate } from './mutate.ts';

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

/** An input may take this long, in milliseconds, when nothing else disturbs. */
const SLOW_MS = 2;

/** How many inputs are kept to make others from: the seeds, and changed ones that were still parsed. */
const INPUTS_MAX = 256;

/**
 * Tries `runs` inputs, the same ones for the same seed.
 *
 * @param before - told each input before it is parsed, so that one that never ends is known.
 */
export function fuzz(
  one: Parser,
  { seed, runs, before }: { seed: string; runs: number; before?: (input: Uint8Array, run: number) => void },
): Report {
  const random = new SeededRandom(`${seed} ${one.name}`);
  const inputs = [...one.seeds()];
  const findings = new Map<string, Finding>();
  const times: number[] = [];
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    const input = run < inputs.length ? inputs[run]! : mutate(inputs, random);
    before?.(input, run);
    const { parsed, what, tookMs } = tryInput(one, input);
    if (what !== undefined && !findings.has(what)) findings.set(what, { what, input });
    if (times.length < 10_000) times.push(tookMs);
    if (!parsed) continue;
    accepted++;
    if (random.word() % 8 === 0)
      inputs[inputs.length < INPUTS_MAX ? inputs.length : random.word() % INPUTS_MAX] = input;
  }
  const medianMicroseconds = (times.sort((a, b) => a - b)[times.length >> 1] ?? 0) * 1000;
  return { runs, accepted, medianMicroseconds, findings: [...findings.values()] };
}

/** What is wrong with how a parser takes an input; `undefined` when nothing is. */
export const judge = (one: Parser, input: Uint8Array): string | undefined => tryInput(one, input).what;

function tryInput(one: Parser, input: Uint8Array): { parsed: boolean; what: string | undefined; tookMs: number } {
  const original = input.slice();
  const started = performance.now();
  let value: unknown;
  try {
    value = one.parse(input);
  } catch (error) {
    if (!(error instanceof (one.refusal ?? PeerError))) return { parsed: false, what: `threw ${error}`, tookMs: 0 };
  }
  const tookMs = performance.now() - started;
  const parsed = value !== undefined;
  if (!equalBytes(original, input)) return { parsed, what: 'changed its input', tookMs };
  if (tookMs > SLOW_MS && best(one, input) > SLOW_MS) return { parsed, what: 'was slow', tookMs };
  return { parsed, what: parsed ? rewriting(one, input, value) : undefined, tookMs };
}

function rewriting({ parse, write, gives }: Parser, input: Uint8Array, value: unknown): string | undefined {
  if (!write) return undefined;
  try {
    const written = write(value);
    if (gives === 'same bytes') return equalBytes(written, input) ? undefined : 'read what it would not have written';
    const again = parse(written.slice());
    return again !== undefined && equalBytes(write(again), written) ? undefined : 'read and wrote something else';
  } catch (error) {
    return `could not write what it read: ${error}`;
  }
}

/** The shortest of five runs: garbage collection and neighbours make the others longer. */
function best({ parse }: Parser, input: Uint8Array): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    try {
      parse(input);
    } catch {
      // A refusal, which has been looked at.
    }
    return performance.now() - started;
  });
  return Math.min(...times);
}
