import { describe, expect, test } from 'vitest';
import { islandsOf } from '../../src/sim/islands.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { border, full, geometric, grid, line, randomNet, ring, star } from '../../src/sim/shapes.ts';
import type { Link } from '../../src/sim/weather.ts';

const islands = (count: number, links: readonly Link[]): number => new Set(islandsOf(count, links, () => true)).size;

describe('shapes', () => {
  for (const count of [1, 2, 3, 7, 50]) {
    test(`of ${count} nodes: everybody is reached, and nobody is a neighbour of itself`, () => {
      const random = new SeededRandom(count);
      const nets = [line, ring, star, grid, full].map((shape) => shape(count));
      nets.push(randomNet(random, count, count), geometric(random, count, 0.2), geometric(random, count, 0));
      for (const links of nets) {
        expect(islands(count, links)).toBe(1);
        expect(links.filter(([a, b]) => a === b || a < 0 || b < 0 || a >= count || b >= count)).toEqual([]);
      }
    });
  }

  test('radios out of reach are joined by as few masts as it takes', () => {
    expect(geometric(new SeededRandom(1), 40, 0).length).toBe(39);
    expect(geometric(new SeededRandom(1), 40, 2).length).toBe(full(40).length);
  });

  test('2,000 radios that reach nobody are joined in a moment', () => {
    expect(geometric(new SeededRandom(1), 2_000, 0).length).toBe(1_999);
  });

  test('the border of a group is what leads out of it', () => {
    expect(border(ring(5), new Set([0, 1]))).toEqual([
      [1, 2],
      [4, 0],
    ]);
  });
});
