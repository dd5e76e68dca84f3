import { describe, expect, test } from 'vitest';
import { Slab } from '../../src/sim/slab.ts';

describe('copies of datagrams', () => {
  test('stay as they are, whatever is copied after them', () => {
    const slab = new Slab();
    const bytes = (of: number, length: number) => new Uint8Array(length).fill(of);
    const lengths = [0, 1, 1_200, 40_000, 65_507, 100_000, 30, 65_536, 7];
    const copies = lengths.map((length, of) => {
      const given = bytes(of + 1, length);
      const copy = slab.copyOf(given);
      given.fill(0);
      return copy;
    });
    for (const [of, copy] of copies.entries()) expect(copy).toEqual(bytes(of + 1, lengths[of]!));
  });
});
