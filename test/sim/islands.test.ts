import { expect, test } from 'vitest';
import { islandsOf } from '../../src/sim/islands.ts';

test('islands are those who reach each other over links that are open', () => {
  const links = [
    [0, 1],
    [1, 2],
    [3, 4],
    [2, 3],
  ] as const;
  const all = islandsOf(6, links, () => true);
  expect(new Set(all.slice(0, 5)).size).toBe(1);
  expect(all[5]).not.toBe(all[0]);
  const parted = islandsOf(6, links, (a, b) => !(a === 2 && b === 3));
  expect(parted[0]).toBe(parted[2]);
  expect(parted[3]).toBe(parted[4]);
  expect(parted[2]).not.toBe(parted[3]);
});
