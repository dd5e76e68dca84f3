import type { Action } from '../plan.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

/** A relay that loses its last write again and again. */
export const crashingRelay: Scenario = {
  name: 'crashing-relay',
  about: 'the only relay between two nodes loses power every few seconds, its last write with it',
  plan: () => ({
    ...fair,
    name: 'crashing-relay',
    links: [
      [0, 1],
      [1, 2],
    ],
    clockOffsetsMs: rightClocks(3),
    disk: { delayMs: 40, refuseShare: 0 },
    stormMs: 180_000,
    calmMs: 300_000,
    actions: [
      ...Array.from({ length: 20 }, (_, i): Action => ({ atMs: 5_000 + i * 7_003, do: 'crash', node: 1, forMs: 500 })),
      ...Array.from(
        { length: 60 },
        (_, i): Action => ({
          atMs: 4_000 + i * 2_500,
          do: 'send',
          from: i % 2 === 0 ? 0 : 2,
          to: i % 2 === 0 ? 2 : 0,
          text: `letter ${i}`,
        }),
      ),
    ],
  }),
};
