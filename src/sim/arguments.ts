import { SCENARIOS } from './scenarios/all.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** What a person asks of the simulator. */
export type Request = {
  readonly scenario: Scenario;
  /** The seeds to run, one after the other. */
  readonly seeds: readonly number[];
  /** Whether nodes use real cryptography instead of the sham. */
  readonly real: boolean;
  /** Whether to print the trace. */
  readonly trace: boolean;
};

export const USAGE = `npm run sim -- [--scenario NAME] [--seed N] [--seeds K] [--real] [--trace]

  --scenario NAME  one of the scenarios below (default: ${SCENARIOS[0]?.name})
  --seed N         run seed N, or begin with it (default: 1)
  --seeds K        run K seeds
  --real           real cryptography instead of the sham; slower
  --trace          print what happens, line by line

${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}`;

/** Reads the arguments; a sentence when they cannot be read. */
export function parseArguments(argv: readonly string[]): Request | string {
  let scenario = SCENARIOS[0];
  let [first, count] = [1, 1];
  const flags = new Set<string>();
  for (let at = 0; at < argv.length; at++) {
    const option = argv[at]!;
    if (option === '--real' || option === '--trace') {
      flags.add(option);
      continue;
    }
    const value = argv[++at];
    if (option === '--scenario') {
      scenario = SCENARIOS.find(({ name }) => name === value);
      if (!scenario) return `there is no scenario ${value ?? ''}`;
    } else if (option === '--seed' || option === '--seeds') {
      const number = Number(value);
      if (!Number.isSafeInteger(number) || number < (option === '--seeds' ? 1 : 0)) return `${option} wants a number`;
      if (option === '--seed') first = number;
      else count = number;
    } else {
      return `there is no option ${option}`;
    }
  }
  if (!scenario) return 'there is no scenario';
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  return { scenario, seeds, real: flags.has('--real'), trace: flags.has('--trace') };
}

/** The command that repeats one run. */
export const repeatCommand = ({ scenario, real }: Request, seed: number): string =>
  `npm run sim -- --scenario ${scenario.name} --seed ${seed}${real ? ' --real' : ''}`;
