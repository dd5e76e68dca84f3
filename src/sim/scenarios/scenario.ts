import type { Random } from '../../core/base/random.ts';
import type { Plan } from '../plan.ts';

/** A story that can be run again and again, each seed a variation of it. */
export type Scenario = {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly about: string;
  /** How many nodes it has when nothing else is said; absent when it has its own, and no others. */
  readonly nodes?: number;
  readonly plan: (random: Random, nodes: number) => Plan;
};

/** Parts of a plan in which nothing goes wrong by itself. */
export const fair = {
  late: new Map<number, number>(),
  climate: {
    latencyMs: { min: 5, max: 60 },
    jitterMs: 2,
    lossShare: 0,
    duplicateShare: 0,
    corruptShare: 0,
  },
  disk: { delayMs: 10, refuseShare: 0 },
} as const;

/** Calendars that are all right. */
export const rightClocks = (count: number): number[] => new Array<number>(count).fill(0);
