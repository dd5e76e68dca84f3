import { describe, expect, test } from 'vitest';
import { below, fraction } from '../../src/core/base/random.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';

describe('chance from a seed', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    expect(new SeededRandom(7).bytes(100)).toEqual(new SeededRandom(7).bytes(100));
    expect(new SeededRandom('storm').bytes(100)).toEqual(new SeededRandom('storm').bytes(100));
    expect(new SeededRandom(7).bytes(100)).not.toEqual(new SeededRandom(8).bytes(100));
  });

  test('these are the bytes, on every machine and for ever: recorded runs depend on them', () => {
    expect([...new SeededRandom(1).bytes(8)]).toEqual([212, 25, 113, 23, 229, 45, 150, 129]);
  });

  test('every byte value and every bit comes up about as often as any other', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of new SeededRandom(3).bytes(256_000)) counts[byte]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  test('a fork does not depend on what is drawn from its parent afterwards', () => {
    const [one, two] = [new SeededRandom(5), new SeededRandom(5)];
    const [left, right] = [one.fork(), two.fork()];
    one.bytes(1000);
    expect(left.bytes(16)).toEqual(right.bytes(16));
  });

  test('fractions are in [0, 1) and numbers below their limit', () => {
    const random = new SeededRandom(11);
    for (let i = 0; i < 1000; i++) {
      const share = fraction(random);
      expect(share >= 0 && share < 1).toBe(true);
      expect(below(random, 3)).toBeLessThan(3);
    }
  });
});
