import { below, type Random } from '../../core/base/random.ts';
import type { Plan } from '../plan.ts';
import { between, drawActions } from '../schedule.ts';
import { randomNet } from '../shapes.ts';
import type { Climate } from '../weather.ts';
import type { Scenario } from './scenario.ts';

const STORM_MS = 4 * 60_000;
const CALM_MS = 6 * 60_000;
const YEAR_MS = 365 * 86_400_000;

/** Everything is drawn from the seed, the kinds and strengths of trouble too: no two runs are weak in the same place. */
export const swarm: Scenario = {
  name: 'swarm',
  nodes: 20,
  about: 'twenty nodes, ten minutes; net, weather, accidents and people all drawn from the seed',
  plan: (random, nodes) => {
    const links = randomNet(random, nodes, below(random, (nodes * 3) / 2));
    const topics = ['all', 'news', 'trail'].slice(0, below(random, 4));
    const busy = {
      nodes,
      links,
      untilMs: STORM_MS,
      topics,
      sends: 20 + below(random, 180),
      posts: below(random, 60),
      crashes: some(random, 20),
      cuts: some(random, 20),
      partitions: some(random, 4),
      clocks: some(random, 10),
    };
    return {
      name: 'swarm',
      links,
      late: drawLate(random, nodes),
      clockOffsetsMs: Array.from({ length: nodes }, () =>
        Math.round(between(random, -1, 1) * some(random, 3) * YEAR_MS),
      ),
      climate: drawClimate(random),
      disk: { delayMs: between(random, 0, 50), refuseShare: some(random, 5) / 100 },
      stormMs: STORM_MS,
      calmMs: CALM_MS,
      actions: drawActions(random, busy),
    };
  },
};

/** From 0 to `limit`; in every third run none at all, so that troubles also come alone. */
const some = (random: Random, limit: number): number => (below(random, 3) === 0 ? 0 : below(random, limit + 1));

function drawClimate(random: Random): Climate {
  const min = between(random, 0.2, 50);
  return {
    latencyMs: { min, max: min + between(random, 0, 200) },
    jitterMs: some(random, 100),
    lossShare: some(random, 20) / 100,
    duplicateShare: some(random, 10) / 100,
    corruptShare: some(random, 5) / 100,
  };
}

/** Some computers come only during the storm. */
function drawLate(random: Random, nodes: number): Plan['late'] {
  const late = new Map<number, number>();
  for (let i = some(random, 5); i > 0; i--) late.set(below(random, nodes), between(random, 0, STORM_MS));
  return late;
}
