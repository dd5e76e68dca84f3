import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, type Instant, instant } from '../../../src/core/base/time.ts';
import { type Congestion, minimumWindowBytes, type PacketFate } from '../../../src/core/transport/congestion.ts';
import { Cubic } from '../../../src/core/transport/cubic.ts';
import { NewReno } from '../../../src/core/transport/new-reno.ts';
import { Rtt } from '../../../src/core/transport/rtt.ts';
import { Bottleneck } from '../../support/bottleneck.ts';
import { Flow, race } from '../../support/flows.ts';

const controllers = [
  { name: 'CUBIC', make: (bytes: number): Congestion => new Cubic(bytes), left: 0.7 },
  { name: 'NewReno', make: (bytes: number): Congestion => new NewReno(bytes), left: 0.5 },
];

const rtt = new Rtt();
rtt.sample(100, 0);
const packet = (sentAt: number): PacketFate => ({ number: sentAt, bytes: 1_200, sentAt: instant(sentAt) });

describe.each(controllers)('every controller: $name', ({ make, left }) => {
  const acked = (congestion: Congestion, count: number, sentAt: number): void => {
    for (let i = 0; i < count; i++) congestion.acked(packet(sentAt), rtt, true, instant(sentAt + 100));
  };

  test.each([
    [600, 6_000],
    [1_200, 12_000],
    [1_452, 14_520],
    [1_500, 14_720],
    [9_000, 18_000],
  ])('begins with ten datagrams, about 14,720 bytes at most, but two at least: of %i bytes %i', (datagram, window) => {
    expect(make(datagram).windowBytes).toBe(window);
  });

  test('slow start: grows by what is acknowledged', () => {
    const congestion = make(1_200);
    acked(congestion, 10, 0);
    expect([congestion.windowBytes, congestion.isSlowStart]).toEqual([24_000, true]);
  });

  test('what is lost in one round trip is one congestion event', () => {
    const congestion = make(1_200);
    congestion.lost(packet(5), instant(10));
    congestion.lost(packet(9), instant(12));
    expect(congestion.windowBytes).toBeCloseTo(12_000 * left, 6);
    expect(congestion.isSlowStart).toBe(false);
    congestion.lost(packet(11), instant(20));
    expect(congestion.windowBytes).toBeCloseTo(12_000 * left * left, 6);
  });

  test('what was sent before the loss was found does not widen the window', () => {
    const congestion = make(1_200);
    congestion.lost(packet(5), instant(10));
    const { windowBytes } = congestion;
    acked(congestion, 20, 10);
    expect(congestion.windowBytes).toBe(windowBytes);
    acked(congestion, 20, 11);
    expect(congestion.windowBytes).toBeGreaterThan(windowBytes);
  });

  test('a window that is not used does not grow, in slow start and after it', () => {
    const congestion = make(1_200);
    for (let i = 0; i < 100; i++) congestion.acked(packet(i), rtt, false, instant(i + 100));
    expect(congestion.windowBytes).toBe(12_000);
    congestion.lost(packet(300), instant(400));
    const { windowBytes } = congestion;
    for (let i = 500; i < 10_000; i += 10) congestion.acked(packet(i), rtt, false, instant(i + 100));
    expect(congestion.windowBytes).toBe(windowBytes);
  });

  test('a loss that was none gives back what it took, once', () => {
    const congestion = make(1_200);
    acked(congestion, 10, 0);
    congestion.lost(packet(5), instant(200));
    congestion.undo();
    expect([congestion.windowBytes, congestion.isSlowStart]).toEqual([24_000, true]);
    congestion.lost(packet(6), instant(200));
    congestion.lost(packet(201), instant(300));
    congestion.undo();
    congestion.undo();
    expect(congestion.windowBytes).toBeCloseTo(24_000 * left, 6);
  });

  test('a loss that was none, and was followed by a collapse, gives back both', () => {
    const congestion = make(1_200);
    congestion.lost(packet(5), instant(200));
    congestion.collapsed();
    congestion.undo();
    expect(congestion.windowBytes).toBe(12_000);
  });

  test('what has been won back since is not taken away by that', () => {
    const congestion = make(1_200);
    congestion.lost(packet(5), instant(10));
    for (let at = 100; congestion.windowBytes < 13_000; at += 100) acked(congestion, 5, at);
    const { windowBytes } = congestion;
    congestion.undo();
    expect(congestion.windowBytes).toBe(windowBytes);
  });

  test('persistent congestion leaves two datagrams, then slow start up to what the loss had left', () => {
    const congestion = make(1_200);
    congestion.lost(packet(5), instant(100));
    congestion.collapsed();
    expect([congestion.windowBytes, congestion.isSlowStart]).toEqual([2_400, true]);
    // What was sent before counts again (RFC 9002 §7.6.2).
    acked(congestion, 1, 50);
    acked(congestion, 2, 200);
    expect(congestion.windowBytes).toBe(6_000);
    acked(congestion, 3, 300);
    expect(congestion.isSlowStart).toBe(false);
    expect(congestion.windowBytes).toBeLessThan(9_700);
  });

  test('larger datagrams do not widen it, but two of them always fit (RFC 8899 §3)', () => {
    const congestion = make(1_200);
    congestion.datagramChanged(1_452);
    expect(congestion.windowBytes).toBe(12_000);
    congestion.datagramChanged(60_000);
    expect(congestion.windowBytes).toBe(120_000);
    congestion.datagramChanged(1_200);
    expect(congestion.windowBytes).toBe(120_000);
  });

  test('whatever happens, the window is a number and has room for two datagrams', () => {
    const ms = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constantFrom(0, 0.001, 3_600_000, 1e9));
    const event = fc.oneof(
      fc.record({ what: fc.constant('acked'), ms, count: fc.nat(30), limited: fc.boolean() }),
      fc.record({ what: fc.constantFrom('sent', 'lost', 'undo', 'collapsed'), ms }),
      fc.record({ what: fc.constant('datagram'), bytes: fc.integer({ min: 576, max: 65_535 }) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const congestion = make(1_200);
        const measured = new Rtt();
        let datagramBytes = 1_200;
        let now: Instant = instant(0);
        let number = 0;
        for (const step of events) {
          if ('bytes' in step) {
            datagramBytes = step.bytes;
            congestion.datagramChanged(datagramBytes);
          } else {
            const fate = { number: number++, bytes: datagramBytes, sentAt: now };
            now = after(now, step.ms);
            if ('count' in step) {
              measured.sample(step.ms, 0);
              for (let i = 0; i < step.count; i++) congestion.acked(fate, measured, step.limited, now);
            } else if (step.what === 'sent') congestion.sent(number, datagramBytes, now);
            else if (step.what === 'lost') congestion.lost(fate, now);
            else if (step.what === 'undo') congestion.undo();
            else congestion.collapsed();
          }
          expect(congestion.windowBytes).toBeGreaterThanOrEqual(minimumWindowBytes(datagramBytes));
          expect(congestion.windowBytes).toBeLessThan(Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('on 10 Mbit/s, 15 ms one way, a queue of 25 packets', () => {
  const shares = (...flows: readonly Flow[]): number[] => {
    // The first ten seconds belong to those who come first.
    const far = { delayMs: 15, through: new Bottleneck({ bitsPerSecond: 10_000_000, queuePackets: 25 }) };
    const measured = race(flows, { ...far, fromMs: 10_000, toMs: 70_000 });
    return measured.map((bytes) => (bytes * 8) / 60_000_000 / 10);
  };
  const cubic = (startMs = 0): Flow => new Flow(new Cubic(1_200), instant(startMs));
  const reno = (startMs = 0): Flow => new Flow(new NewReno(1_200), instant(startMs));

  test('one CUBIC flow alone has 92 % of it, from its first second on', () => {
    const through = new Bottleneck({ bitsPerSecond: 10_000_000, queuePackets: 25 });
    const [bytes = 0] = race([cubic()], { through, delayMs: 15, fromMs: 0, toMs: 8_000 });
    expect((bytes * 8) / 80_000_000).toBeGreaterThan(0.92);
    // HyStart++ has left slow start before it filled the queue several times over.
    expect(through.dropped).toBeLessThan(60);
  });

  for (const laterMs of [0, 1_000, 5_000]) {
    test(`two CUBIC flows share it, 40 to 60 %, when one comes ${laterMs} ms later`, () => {
      const [first = 0, second = 0] = shares(cubic(), cubic(laterMs));
      expect(first + second).toBeGreaterThan(0.92);
      expect(first / (first + second)).toBeGreaterThan(0.4);
      expect(first / (first + second)).toBeLessThan(0.6);
    });
  }

  for (const [cubicMs, renoMs] of [
    [0, 0],
    [0, 5_000],
    [5_000, 0],
  ] as const) {
    test(`CUBIC beside NewReno has 35 to 65 %, when they come after ${cubicMs} and ${renoMs} ms`, () => {
      const [ours = 0, theirs = 0] = shares(cubic(cubicMs), reno(renoMs));
      expect(ours + theirs).toBeGreaterThan(0.92);
      expect(ours / (ours + theirs)).toBeGreaterThan(0.35);
      expect(ours / (ours + theirs)).toBeLessThan(0.65);
    });
  }
});
