import { line } from '../shapes.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

/** Five nodes in a row. */
export const lineOfFive: Scenario = {
  name: 'line',
  about: 'five nodes in a row: the ends write to each other over three relays',
  plan: () => ({
    ...fair,
    name: 'line',
    links: line(5),
    clockOffsetsMs: rightClocks(5),
    stormMs: 60_000,
    calmMs: 120_000,
    actions: [
      { atMs: 5_000, do: 'send', from: 0, to: 4, text: 'down the line' },
      { atMs: 10_000, do: 'send', from: 4, to: 0, text: 'and up again' },
      { atMs: 12_000, do: 'subscribe', node: 0, topic: 'trail' },
      { atMs: 12_000, do: 'subscribe', node: 4, topic: 'trail' },
      { atMs: 20_000, do: 'publish', from: 0, topic: 'trail', text: 'to all on the trail' },
    ],
  }),
};
