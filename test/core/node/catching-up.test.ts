import { describe, expect, test } from 'vitest';
import { hill, posts, stock } from '../../support/members.ts';
import { SmallWorld } from '../../support/small-world.ts';

describe('what a channel has missed', () => {
  test('is told post by post as it comes, with how many more are on their way; what is new is no news of that', () => {
    const world = new SmallWorld({ count: 2, links: [[0, 1]] });
    const all = posts(60);
    stock(world, 0, all);
    stock(world, 1, all.slice(0, 20));
    world.startAll();
    world.run(30_000);
    const told = (at: number) =>
      world.events.flatMap(({ at: whose, event }) => (whose === at && event.type === 'catching-up' ? [event] : []));
    expect(told(0)).toEqual([]);
    expect(told(1).map(({ channel, awaited }) => [channel, awaited])).toEqual(
      Array.from({ length: 40 }, (_, came) => [hill.id, 39 - came]),
    );
    world.computer(0).turn((node, now) => node.publish(hill.id, 'new', now));
    world.run(10_000);
    expect(told(1)).toHaveLength(40);
  });
});
