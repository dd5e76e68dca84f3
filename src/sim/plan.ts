import type { DiskHabits } from './computer.ts';
import type { Climate, Link } from './weather.ts';

/** Something that is done to a computer or to the net, at a moment: milliseconds from the beginning. */
export type Action = { readonly atMs: number } & (
  | { readonly do: 'send'; readonly from: number; readonly to: number; readonly text: string }
  | { readonly do: 'publish'; readonly from: number; readonly topic: string; readonly text: string }
  | { readonly do: 'subscribe'; readonly node: number; readonly topic: string }
  | { readonly do: 'unsubscribe'; readonly node: number; readonly topic: string }
  /** The plug is pulled, and put back after a while. */
  | { readonly do: 'crash'; readonly node: number; readonly forMs: number }
  /** Links are cut for a while; a partition is all links between two groups. */
  | { readonly do: 'cut'; readonly links: readonly Link[]; readonly forMs: number }
  | { readonly do: 'clock'; readonly node: number; readonly byMs: number }
);

/** Everything about a run that is decided before it begins. Two phases: a storm, in which only safety is asked for, then calm. */
export type Plan = {
  readonly name: string;
  readonly links: readonly Link[];
  /** Computers that are not there from the beginning, and when they are first started. */
  readonly late: ReadonlyMap<number, number>;
  /** How far each computer's calendar is off, in milliseconds: one entry for each. */
  readonly clockOffsetsMs: readonly number[];
  readonly climate: Climate;
  readonly disk: DiskHabits;
  /** How long faults happen. At its end every cut is mended and every computer runs. */
  readonly stormMs: number;
  /** How long the healed net then has to finish everything. */
  readonly calmMs: number;
  readonly actions: readonly Action[];
};

/** A plan in one line, for a person who compares runs. */
export function describePlan({ clockOffsetsMs, links, climate, disk, stormMs, calmMs, actions }: Plan): string {
  const count = (what: Action['do']) => actions.filter((action) => action.do === what).length;
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
  return [
    `${clockOffsetsMs.length} nodes`,
    `${links.length} links`,
    `${((stormMs + calmMs) / 60_000).toFixed(1)} min`,
    `latency ${climate.latencyMs.min.toFixed(0)}-${climate.latencyMs.max.toFixed(0)} ms`,
    `jitter ${climate.jitterMs.toFixed(0)} ms`,
    `loss ${percent(climate.lossShare)}`,
    `twice ${percent(climate.duplicateShare)}`,
    `corrupt ${percent(climate.corruptShare)}`,
    `disk ${disk.delayMs.toFixed(0)} ms, ${percent(disk.refuseShare)} refused`,
    `${count('send')} sends`,
    `${count('publish')} posts`,
    `${count('crash')} crashes`,
    `${count('cut')} cuts`,
  ].join(', ');
}
