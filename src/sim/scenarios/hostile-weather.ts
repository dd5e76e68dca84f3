import type { Action } from '../plan.ts';
import { ring } from '../shapes.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

/** Datagrams get lost, late, doubled and damaged. */
export const hostileWeather: Scenario = {
  name: 'hostile-weather',
  about:
    'a ring of five in which every fifth datagram is lost, every tenth damaged or doubled, and all overtake each other',
  plan: () => ({
    ...fair,
    name: 'hostile-weather',
    links: ring(5),
    clockOffsetsMs: rightClocks(5),
    climate: {
      latencyMs: { min: 20, max: 200 },
      jitterMs: 100,
      lossShare: 0.2,
      duplicateShare: 0.1,
      corruptShare: 0.1,
    },
    stormMs: 180_000,
    calmMs: 300_000,
    actions: Array.from(
      { length: 50 },
      (_, i): Action => ({
        atMs: 5_000 + i * 3_000,
        do: 'send',
        from: i % 5,
        to: (i + 2) % 5,
        text: `letter ${i}`,
      }),
    ),
  }),
};
