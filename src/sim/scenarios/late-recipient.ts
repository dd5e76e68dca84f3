import { fair, rightClocks, type Scenario } from './scenario.ts';

/** A recipient who comes later. */
export const lateRecipient: Scenario = {
  name: 'late-recipient',
  about: 'mail for somebody who comes online two minutes later; its author has crashed once in between',
  plan: () => ({
    ...fair,
    name: 'late-recipient',
    links: [
      [0, 1],
      [1, 2],
    ],
    late: new Map([[2, 120_000]]),
    clockOffsetsMs: rightClocks(3),
    stormMs: 180_000,
    calmMs: 240_000,
    actions: [
      { atMs: 5_000, do: 'send', from: 0, to: 2, text: 'for when you are there' },
      { atMs: 5_500, do: 'send', from: 1, to: 2, text: 'from your neighbour' },
      { atMs: 30_000, do: 'crash', node: 0, forMs: 20_000 },
    ],
  }),
};
