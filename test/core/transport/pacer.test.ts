import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { Pacer } from '../../../src/core/transport/pacer.ts';

const BYTES = 1_200;

function pacer({ window = 120_000, rttMs = 100, isSlowStart = false, datagram = BYTES } = {}): Pacer {
  const made = new Pacer();
  made.adapt(window, rttMs, isSlowStart, datagram);
  return made;
}

/** Sends as much as it may at this moment; @returns bytes. */
function burst(of: Pacer, now: Instant, most = Number.POSITIVE_INFINITY): number {
  let bytes = 0;
  for (; bytes < most && of.nextAt(BYTES, now) === undefined; bytes += BYTES) of.sent(BYTES, now);
  return bytes;
}

describe('RFC 9002 §7.7: pacing', () => {
  test.each([
    [false, 1.25],
    [true, 2],
  ])('a window goes out in less than a round trip: in slow start (%s) %d windows in one', (isSlowStart, gain) => {
    const paced = pacer({ isSlowStart });
    const start = burst(paced, instant(0));
    let bytes = 0;
    for (let now = instant(0); now < 10_000; now = paced.nextAt(BYTES, now) ?? now) bytes += burst(paced, now);
    expect(start).toBe(10 * BYTES);
    expect(bytes / (gain * 120_000 * 100)).toBeCloseTo(1, 3);
  });

  test('nothing waits before anything is known of the path', () => {
    expect(burst(new Pacer(), instant(0), 1_000_000)).toBeGreaterThanOrEqual(1_000_000);
  });

  test('a pause earns ten datagrams and no more', () => {
    const paced = pacer();
    burst(paced, instant(0));
    expect(burst(paced, instant(60_000))).toBe(10 * BYTES);
  });

  test('or two milliseconds of the pace, for timers are coarse: a host that wakes every other millisecond keeps it', () => {
    const window = 10_000_000;
    const paced = pacer({ window });
    expect(burst(paced, instant(0))).toBeGreaterThan(200 * BYTES);
    let bytes = 0;
    for (let ms = 2; ms <= 1_000; ms += 2) bytes += burst(paced, instant(ms));
    expect(bytes / (1.25 * window * 10)).toBeGreaterThan(0.99);
    expect(bytes / (1.25 * window * 10)).toBeLessThan(1.01);
  });

  test('a new pace holds from now on, and a smaller bucket holds less', () => {
    const paced = pacer({ window: 10_000_000 });
    paced.adapt(120_000, 100, false, BYTES);
    expect(burst(paced, instant(0))).toBe(10 * BYTES);
    // 1,500 bytes in a millisecond.
    expect(paced.nextAt(BYTES, instant(0))).toBeCloseTo(0.8, 6);
    paced.adapt(60_000, 100, false, BYTES);
    expect(paced.nextAt(BYTES, instant(0))).toBeCloseTo(1.6, 6);
  });

  test('a path without any delay is no reason to wait for ever, or never', () => {
    const paced = pacer({ window: 12_000, rttMs: 0 });
    burst(paced, instant(0));
    const at = paced.nextAt(BYTES, instant(0))!;
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(0.01);
  });

  test('a packet may always go at the moment that was named for it', () => {
    const size = fc.integer({ min: 1, max: 65_535 });
    const options = fc.record({
      window: fc.integer({ min: 2_400, max: 100_000_000 }),
      rttMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      isSlowStart: fc.boolean(),
      datagram: fc.integer({ min: 1_200, max: 65_535 }),
    });
    fc.assert(
      fc.property(
        options,
        fc.array(size, { maxLength: 200 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (how, sizes, from) => {
          const paced = pacer(how);
          let now = instant(from);
          for (const bytes of sizes) {
            const at = paced.nextAt(bytes, now);
            if (at !== undefined) {
              expect(at).toBeGreaterThan(now);
              now = at;
            }
            expect(paced.nextAt(bytes, now)).toBeUndefined();
            paced.sent(bytes, now);
          }
        },
      ),
    );
  });
});
