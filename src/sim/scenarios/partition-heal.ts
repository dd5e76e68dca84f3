import { below } from '../../core/base/random.ts';
import type { Action } from '../plan.ts';
import { border, randomNet } from '../shapes.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

const NODES = 10;

/** A net that is split in two, and healed. */
export const partitionHeal: Scenario = {
  name: 'partition-heal',
  about: 'ten nodes, split in two for a minute while all write to all: everything comes after the heal, once',
  plan: (random) => {
    const links = randomNet(random, NODES, 8);
    const half = new Set([0, 1, 2, 3, 4]);
    const letters = Array.from({ length: 40 }, (_, i): Action => {
      const from = below(random, NODES);
      const to = (from + 1 + below(random, NODES - 1)) % NODES;
      return { atMs: 30_000 + i * 1_500, do: 'send', from, to, text: `letter ${i}` };
    });
    return {
      ...fair,
      name: 'partition-heal',
      links,
      clockOffsetsMs: rightClocks(NODES),
      stormMs: 90_000,
      calmMs: 300_000,
      actions: [
        ...letters,
        ...Array.from({ length: NODES }, (_, node): Action => ({ atMs: 5_000, do: 'subscribe', node, topic: 'all' })),
        { atMs: 30_000, do: 'cut', links: border(links, half), forMs: 60_000 },
        { atMs: 60_000, do: 'publish', from: 0, topic: 'all', text: 'from one side' },
        { atMs: 60_500, do: 'publish', from: 9, topic: 'all', text: 'from the other' },
      ],
    };
  },
};
