import { ring } from '../shapes.ts';
import { fair, rightClocks, type Scenario } from './scenario.ts';

/** A ring that loses a link. */
export const brokenRing: Scenario = {
  name: 'ring',
  about: 'six nodes in a ring, one link breaks: mail goes the other way round',
  plan: () => ({
    ...fair,
    name: 'ring',
    links: ring(6),
    clockOffsetsMs: rightClocks(6),
    stormMs: 120_000,
    calmMs: 180_000,
    actions: [
      { atMs: 5_000, do: 'send', from: 0, to: 5, text: 'the short way' },
      { atMs: 10_000, do: 'cut', links: [[5, 0]], forMs: 110_000 },
      { atMs: 10_500, do: 'send', from: 0, to: 5, text: 'before anybody noticed' },
      { atMs: 90_000, do: 'send', from: 0, to: 5, text: 'the long way' },
      { atMs: 91_000, do: 'send', from: 5, to: 0, text: 'and back' },
    ],
  }),
};
