import { expect, test } from 'vitest';
import type { Climate } from '../../../src/sim/weather.ts';
import { CALM } from '../../support/calm.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** A square: from 0 to 3 over 1, which is nearer, or over 2. After a few minutes of talk, whom 0 would send over. */
function nextHop(lossShare: number): number {
  const near: Climate = { ...CALM, latencyMs: { min: 10, max: 10 } };
  const far: Climate = { ...CALM, latencyMs: { min: 13, max: 13 } };
  const world = new SmallWorld({
    count: 4,
    links: [
      [0, 1, { ...near, lossShare }],
      [1, 3, near],
      [0, 2, far],
      [2, 3, far],
    ],
  });
  world.startAll();
  for (let second = 0; second < 240; second++) {
    world.run(1_000);
    world.send(0, 1, `word ${second}`);
  }
  const hop = world.computer(0).node!.nextHop(world.idOf(3));
  return [0, 1, 2, 3].findIndex((index) => world.idOf(index) === hop);
}

test('the nearer way is taken, and the farther one when two of five packets are lost on the nearer', () => {
  expect(nextHop(0)).toBe(1);
  expect(nextHop(0.4)).toBe(2);
});
