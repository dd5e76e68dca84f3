import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../src/core/wire/envelope.ts';
import { posts, postsAt, sizeOf, stock } from '../../support/members.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** Every pair of computers. */
const everybody = (count: number): (readonly [number, number])[] =>
  Array.from({ length: count }, (_, a) => Array.from({ length: a }, (_, b) => [b, a] as const)).flat();

/** How many pushes a computer has answered with one of these words since it started. */
function timesAnswered(world: SmallWorld, index: number, ...answers: readonly string[]): number {
  let count = 0;
  world.computer(index).turn((node, now) => {
    for (const metric of node.metrics(now)) {
      const { answer } = metric.name === 'pushes_taken_total' ? (metric.labels ?? {}) : {};
      if (metric.kind === 'counter' && answer !== undefined && answers.includes(answer)) count += metric.value;
    }
  });
  return count;
}

let made: Envelope[] = [];
/** Ten thousand posts, made once. */
const tenThousand = (): Envelope[] => {
  if (made.length === 0) made = posts(10_000);
  return made;
};

describe('§2.5 two members, one of whom was away', () => {
  for (const [what, common, isMissing, factor] of [
    ['1,000 of 1,000 are missing', 0, () => true, 1.3],
    ['the newest 1,000 of 10,000 are missing', 9_000, (i: number) => i >= 9_000, 1.3],
    ['1,000 of 10,000 are missing, one in ten', 9_000, (i: number) => i % 10 === 3, 1.5],
  ] as const) {
    test(`${what}: both have all, for at most ${factor} times their bytes on the wire`, () => {
      const all = tenThousand().slice(0, common + 1_000);
      const missing = all.filter((_, i) => isMissing(i));
      const world = new SmallWorld({ count: 2, links: everybody(2) });
      stock(world, 0, all);
      stock(
        world,
        1,
        all.filter((_, i) => !isMissing(i)),
      );
      world.startAll();
      world.run(30_000);
      expect(postsAt(world, 1)).toEqual(postsAt(world, 0));
      expect(missing).toHaveLength(1_000);
      expect(world.weather.counts.bytes).toBeLessThan(factor * sizeOf(missing));
    });
  }
});

describe('§2.5 many members', () => {
  /** Six members of whom every two are neighbours, a minute after they have met. */
  function met(had: (index: number) => readonly Envelope[]): SmallWorld {
    const world = new SmallWorld({ count: 6, links: everybody(6) });
    for (let index = 0; index < 6; index++) stock(world, index, had(index));
    world.startAll();
    world.run(60_000);
    return world;
  }

  test('three who have 500 and three who have 500 others meet at once: for 1.3 times the bytes that were missing, and no post twice', () => {
    const all = posts(1_100);
    const [common, these, those] = [all.slice(0, 100), all.slice(100, 600), all.slice(600)];
    const world = met((index) => [...common, ...(index < 3 ? these : those)]);
    const six = [0, 1, 2, 3, 4, 5];
    const kept = six.map((index) => postsAt(world, index));
    expect(kept).toEqual(six.map(() => kept[0]));
    expect(kept[0]).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
    // What it costs to meet without having missed anything.
    const otherwise = met(() => all);
    const twice = (one: SmallWorld): number => six.reduce((sum, at) => sum + timesAnswered(one, at, 'held', 'done'), 0);
    expect(twice(world)).toBeLessThanOrEqual(twice(otherwise));
    const bytes = world.weather.counts.bytes - otherwise.weather.counts.bytes;
    expect(bytes).toBeLessThan(1.3 * 3 * (sizeOf(these) + sizeOf(those)));
  });
});

describe('§2.5 in a net that breaks', () => {
  test('over a node that does not read, and has room for a hundred: each of 300 crosses each link once', () => {
    const all = posts(300);
    const world = new SmallWorld({
      count: 3,
      links: [
        [0, 1],
        [1, 2],
      ],
    });
    stock(world, 0, all);
    stock(world, 2, all.slice(0, 10));
    world.startAll();
    world.run(120_000);
    expect(postsAt(world, 2)).toEqual(postsAt(world, 0));
    expect(postsAt(world, 2)).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
    expect(timesAnswered(world, 1, 'held', 'passed', 'refused full') + timesAnswered(world, 2, 'held', 'done')).toBe(0);
  });

  test('power cuts and lost links on both sides: in the end both have all, and none is shown twice', () => {
    const all = posts(600);
    const world = new SmallWorld({
      count: 2,
      links: [[0, 1]],
      climate: { lossShare: 0.05, latencyMs: { min: 40, max: 60 } },
    });
    stock(
      world,
      0,
      all.filter((_, i) => i % 3 !== 0),
    );
    stock(
      world,
      1,
      all.filter((_, i) => i % 3 !== 1),
    );
    world.startAll();
    for (let i = 0; i < 6; i++) {
      world.run(700);
      if (i % 3 === 2) world.weather.cut([[0, 1]]);
      else world.computer(i % 2).crash();
      world.run(i % 3 === 2 ? 70_000 : 500);
      world.weather.mendAll();
      if (i % 3 !== 2) world.start(i % 2);
    }
    world.run(400_000);
    expect(postsAt(world, 0)).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
    expect(postsAt(world, 1)).toEqual(postsAt(world, 0));
    for (const index of [0, 1]) expect(new Set(world.shown(index)).size).toBe(world.shown(index).length);
  });
});
