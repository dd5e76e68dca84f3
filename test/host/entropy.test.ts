import { describe, expect, test } from 'vitest';
import { hex } from '../../src/core/bytes/hex.ts';
import { entropy } from '../../src/host/entropy.ts';

describe('the system’s entropy', () => {
  test('gives as many bytes as were asked for, whatever was asked before', () => {
    const random = entropy();
    for (const count of [0, 1, 32, 1023, 1024, 1025, 4096, 100_000, 7, 1000, 1000, 1000, 1000, 1000]) {
      expect(random.bytes(count)).toHaveLength(count);
    }
  });

  test('never gives the same bytes again, over many refills of its pool', () => {
    const random = entropy();
    for (const count of [12, 16]) {
      const seen = new Set(Array.from({ length: 2000 }, () => hex(random.bytes(count))));
      expect(seen.size).toBe(2000);
    }
  });

  test('gives bytes that the caller owns, and no zeros left from those given before', () => {
    const random = entropy();
    for (const count of [12, 64]) {
      const first = random.bytes(count);
      const kept = first.slice();
      const second = random.bytes(count);
      second.fill(0);
      expect(first).toEqual(kept);
      expect(first.some((byte) => byte !== 0)).toBe(true);
      expect(random.bytes(count).some((byte) => byte !== 0)).toBe(true);
    }
  });

  test('keys and nonces are drawn when they are wanted: none lies in a snapshot of the machine, to be used by both its copies', () => {
    const drawn: number[] = [];
    const random = entropy((bytes) => {
      drawn.push(bytes.length);
      return bytes;
    });
    random.bytes(8);
    drawn.length = 0;
    for (const count of [32, 24, 16, 8, 4]) random.bytes(count);
    expect(drawn).toEqual([32, 24, 16]);
  });

  test('two sources are two', () => expect(entropy().bytes(32)).not.toEqual(entropy().bytes(32)));
});
