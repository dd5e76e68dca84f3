import { describe, expect, test } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import { Bottleneck } from '../../src/sim/bottleneck.ts';

describe('bottleneck', () => {
  test('a datagram takes the time of its bytes, and waits for those before it', () => {
    const link = new Bottleneck({ bytesPerSecond: 100_000, queueBytes: 10_000 });
    expect(link.take(1_000, instant(0))).toBe(10);
    expect(link.take(1_000, instant(0))).toBe(20);
    expect(link.take(1_000, instant(15))).toBe(15);
    expect(link.take(1_000, instant(500))).toBe(10);
  });

  test('what comes when the queue is full is dropped, until there is room again', () => {
    const link = new Bottleneck({ bytesPerSecond: 100_000, queueBytes: 3_000 });
    const taken = [1, 2, 3, 4, 5].map(() => link.take(1_000, instant(0)) !== undefined);
    expect(taken).toEqual([true, true, true, false, false]);
    expect(link.take(1_000, instant(9))).toBeUndefined();
    expect(link.take(1_000, instant(10))).toBe(30);
  });
});
