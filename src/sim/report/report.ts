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
    readonly hostile: number;
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
      hostile: plan.hostile?.size ?? 0,
      stormMs: plan.stormMs,
      calmMs: plan.calmMs,
    },
    measured,
  };
}

/** Of what was to arrive, the share that did: 1 when nothing was. */
export const deliveredShare = ({ measured: { letters, posts } }: Report): number => {
  const due = letters.due + posts.due;
  return due === 0 ? 1 : Math.min(1, (letters.arrived + posts.arrived) / due);
};

/** Reports as JSON, for programs: an array, in the order of the seeds. What was not measured is left out. */
export const jsonReport = (reports: readonly Report[]): string => JSON.stringify(reports, undefined, 2);
