import type { Measured } from '../measures/measures.ts';
import type { Plan } from '../plan.ts';
import type { Outcome } from '../simulation.ts';

/**
 * What a run has shown. The same scenario, seed and code give the same report, byte for byte: whatever depends on the machine, as the
 * time that it took, is not in it.
 */
export type Report = {
  /** The version of this form; a reader may rely on what is there. */
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  readonly held: boolean;
  readonly failure: Outcome['failure'];
  readonly digest: string;
  readonly net: {
    readonly nodes: number;
    readonly links: number;
    /** How many nodes mean harm, by kind; empty when all are honest. */
    readonly hostile: Readonly<Record<string, number>>;
    readonly stormMs: number;
    readonly calmMs: number;
  };
  readonly measured: Measured;
};

/** The report of a run that has ended. */
export function reportOf(plan: Plan, seed: number, { digest, failure, measured }: Outcome): Report {
  return {
    version: 1,
    scenario: plan.name,
    seed,
    held: failure === undefined,
    failure,
    digest,
    net: {
      nodes: plan.clockOffsetsMs.length,
      links: plan.links.length,
      hostile: counted([...(plan.hostile?.values() ?? [])].sort()),
      stormMs: plan.stormMs,
      calmMs: plan.calmMs,
    },
    measured,
  };
}

function counted(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Of what was to arrive, the share that did: 1 when nothing was. */
export const deliveredShare = ({ measured: { letters, posts } }: Report): number => {
  const due = letters.due + posts.due;
  return due === 0 ? 1 : Math.min(1, (letters.arrived + posts.arrived) / due);
};

/** Reports as JSON, for programs: an array, in the order of the seeds. What was not measured is left out. */
export const jsonReport = (reports: readonly Report[]): string => JSON.stringify(reports, undefined, 2);
