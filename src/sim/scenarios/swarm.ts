import { below, type Random } from '../../core/base/random.ts';
import type { Site } from '../internet.ts';
import { NAT_KINDS } from '../nat.ts';
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
      fullDisks: some(random, 5),
      leaves: some(random, 8),
      moves: some(random, 5),
      routers: some(random, 5),
    };
    return {
      name: 'swarm',
      links,
      sites: drawSites(random, nodes),
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
    reorderShare: some(random, 10) / 100,
    ...drawBandwidth(random),
  };
}

/** In every third run links are narrow: 128 to 2,048 kbit/s, and up to 64 kB wait. */
function drawBandwidth(random: Random): Pick<Climate, 'bandwidth'> {
  if (below(random, 3) > 0) return {};
  const [bytesPerSecond, queueBytes] = [between(random, 16_000, 256_000), between(random, 8_000, 64_000)];
  return { bandwidth: { bytesPerSecond, queueBytes } };
}

/** Some computers stand behind a router, alone or with the next one. */
function drawSites(random: Random, nodes: number): Site[] {
  const sites: Site[] = [];
  for (let left = some(random, 6), node = 0; left > 0 && node + 1 < nodes; left--) {
    node += below(random, Math.ceil(nodes / 7));
    const members = [node, node + 1].slice(0, 1 + below(random, 2)).filter((member) => member < nodes);
    node += members.length;
    if (members.length > 0) sites.push({ nat: NAT_KINDS[below(random, NAT_KINDS.length)]!, members });
  }
  return sites;
}

/** Some computers come only during the storm. */
function drawLate(random: Random, nodes: number): Plan['late'] {
  const late = new Map<number, number>();
  for (let i = some(random, 5); i > 0; i--) late.set(below(random, nodes), between(random, 0, STORM_MS));
  return late;
}
