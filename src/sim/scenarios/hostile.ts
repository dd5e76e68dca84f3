import { below, type Random } from '../../core/base/random.ts';
import { HOSTILE_KINDS, type HostileKind } from '../hostile/kinds.ts';
import { drawActions } from '../schedule.ts';
import { randomNet } from '../shapes.ts';
import type { Link } from '../weather.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

const STORM_MS = 4 * 60_000;
const CALM_MS = 6 * 60_000;

/** How many honest nodes each hostile one is a neighbour of. */
const VICTIMS = 4;

/** A mesh in which some nodes mean harm: they sit in the middle of it, but those that do not could do without them. */
const hostileShare = (name: string, share: number, about: string): Scenario => ({
  name,
  nodes: 20,
  about,
  plan: (random, nodes) => {
    const bad = Math.max(1, Math.round(nodes * share));
    const honest = nodes - bad;
    const links = [...randomNet(random, honest, honest), ...attachments(random, honest, nodes)];
    const busy = { nodes: honest, links, untilMs: STORM_MS, topics: ['all'], sends: 150, posts: 40 };
    return {
      ...fair,
      name,
      links,
      hostile: new Map(
        Array.from({ length: bad }, (_, i): [number, HostileKind] => [
          honest + i,
          HOSTILE_KINDS[below(random, HOSTILE_KINDS.length)]!,
        ]),
      ),
      climate: { ...fair.climate, lossShare: 0.02 },
      clockOffsetsMs: rightClocks(nodes),
      stormMs: STORM_MS,
      calmMs: CALM_MS,
      actions: drawActions(random, { ...busy, crashes: 4, cuts: 4, partitions: 0, clocks: 0 }),
    };
  },
});

function attachments(random: Random, honest: number, nodes: number): Link[] {
  const links = new Map<string, Link>();
  for (let bad = honest; bad < nodes; bad++) {
    for (let i = 0; i < VICTIMS; i++) {
      const victim = below(random, honest);
      links.set(`${victim} ${bad}`, [victim, bad]);
    }
  }
  return [...links.values()];
}

/** Every tenth node means harm. */
export const hostileTenth = hostileShare(
  'hostile-10',
  0.1,
  'every tenth node is a black hole, a liar, a replayer, a flooder or sends garbage: the others do not notice',
);

/** Every fifth node means harm. */
export const hostileFifth = hostileShare('hostile-20', 0.2, 'the same with every fifth node');
