import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { TokenBucket } from '../../../src/core/base/token-bucket.ts';

describe('token bucket', () => {
  test('gives its burst at once, then as much as time brings, and never more than its burst', () => {
    const bucket = new TokenBucket({ burst: 10, perSecond: 2 }, instant(0));
    expect(bucket.take(10, instant(0))).toBe(true);
    expect(bucket.take(1, instant(499))).toBe(false);
    expect(bucket.take(1, instant(500))).toBe(true);
    expect(bucket.available(instant(100_000))).toBe(10);
  });

  test('what is refused is not taken', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 1 }, instant(0));
    expect(bucket.take(4, instant(0))).toBe(false);
    expect(bucket.take(3, instant(0))).toBe(true);
  });

  test('says when it will have enough, and then has it', () => {
    const bucket = new TokenBucket({ burst: 10, perSecond: 3 }, instant(0));
    bucket.take(10, instant(0));
    const at = bucket.readyAt(7, instant(0));
    expect(at).toBeLessThan(2_340);
    expect(bucket.take(7, at)).toBe(true);
    expect(bucket.readyAt(0, at)).toBe(at);
  });
});
