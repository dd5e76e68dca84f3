import type { DiskHabits } from './computer.ts';
import type { HostileKind } from './hostile/kinds.ts';
import type { Site } from './internet.ts';
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
  /** A disk has no room for a while. */
  | { readonly do: 'full'; readonly node: number; readonly forMs: number }
  /** A node says goodbye and is switched off: for a while, or for good. */
  | { readonly do: 'leave'; readonly node: number; readonly forMs?: number }
  /** A computer gets another address. */
  | { readonly do: 'move'; readonly node: number }
  /** The router of a computer's site starts anew. */
  | { readonly do: 'router'; readonly node: number }
);

/** Everything about a run that is decided before it begins. Two phases: a storm, in which only safety is asked for, then calm. */
export type Plan = {
  readonly name: string;
  readonly links: readonly Link[];
  /** What the computers are called, one name for each; without it they are called by their numbers. */
  readonly names?: readonly string[];
  /** The routers that computers stand behind; the others are open to everybody. */
  readonly sites?: readonly Site[];
  /** Computers whose nodes mean harm, and how. Nothing is owed to them, and no rule asked of them. */
  readonly hostile?: ReadonlyMap<number, HostileKind>;
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

/** The weather and the disks of a plan in one line, for a person who compares runs. */
export function describeWeather({ climate, disk }: Plan): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
  const { latencyMs, jitterMs, lossShare, duplicateShare, corruptShare, reorderShare, bandwidth } = climate;
  return [
    `latency ${latencyMs.min.toFixed(0)}-${latencyMs.max.toFixed(0)} ms`,
    `jitter ${jitterMs.toFixed(0)} ms`,
    `loss ${percent(lossShare)}`,
    `twice ${percent(duplicateShare)}`,
    `corrupt ${percent(corruptShare)}`,
    ...(reorderShare ? [`overtaken ${percent(reorderShare)}`] : []),
    ...(bandwidth ? [`${((bandwidth.bytesPerSecond * 8) / 1_000).toFixed(0)} kbit/s`] : []),
    `disk ${disk.delayMs.toFixed(0)} ms, ${percent(disk.refuseShare)} refused`,
  ].join(', ');
}
