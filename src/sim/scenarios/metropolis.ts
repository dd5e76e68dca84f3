import { ROUTES_MAX } from '../../core/base/limits.ts';
import { below, type Random } from '../../core/base/random.ts';
import type { Action, Plan } from '../plan.ts';
import { between } from '../schedule.ts';
import { randomNet } from '../shapes.ts';
import type { Link } from '../weather.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

/** The last minute is quiet, and the second before it is for what is under way. */
const CALM_MS = 61_000;

/** How many links letters go over in a net that no table holds: nodes know those who are around, and nobody knows the way to all. */
const WALK_LINKS = 3;

/** A town whose power comes back: all nodes start at once, everybody learns of everybody, and each writes a letter. */
export const metropolis: Scenario = {
  name: 'metropolis',
  about: 'a hundred nodes or thousands that start at once, each with four links on average and a letter to write',
  nodes: 100,
  plan: (random, nodes) => metropolisOf(random, nodes, 2),
};

/** The same for so many minutes, 2 at least, of which the last is quiet. */
export function metropolisOf(random: Random, nodes: number, minutes: number): Plan {
  const links = randomNet(random, nodes, nodes);
  const stormMs = minutes * 60_000 - CALM_MS;
  return {
    ...fair,
    name: 'metropolis',
    links,
    clockOffsetsMs: rightClocks(nodes),
    climate: { ...fair.climate, lossShare: 0.01 },
    stormMs,
    calmMs: CALM_MS,
    actions: letters(random, nodes, links, stormMs),
  };
}

function letters(random: Random, nodes: number, links: readonly Link[], untilMs: number): Action[] {
  const around = Array.from({ length: nodes }, (): number[] => []);
  for (const [a, b] of links) {
    around[a]!.push(b);
    around[b]!.push(a);
  }
  const walk = (from: number): number => {
    let here = from;
    for (let step = 0; step < WALK_LINKS; step++) here = around[here]![below(random, around[here]!.length)]!;
    return here;
  };
  const anybody = (from: number): number => (from + 1 + below(random, nodes - 1)) % nodes;
  const actions: Action[] = [];
  for (let from = 0; from < nodes; from++) {
    const to = nodes > ROUTES_MAX ? walk(from) : anybody(from);
    const atMs = between(random, untilMs / 2, untilMs);
    if (to !== from) actions.push({ atMs, do: 'send', from, to, text: `letter ${from}` });
  }
  return actions.sort((a, b) => a.atMs - b.atMs);
}
