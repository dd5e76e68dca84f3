import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { NewReno } from '../../../src/core/transport/new-reno.ts';
import { Rtt } from '../../../src/core/transport/rtt.ts';

const rtt = new Rtt();
const packet = (sentAt: number) => ({ number: 0, bytes: 1_200, sentAt: instant(sentAt) });
const now = instant(100);

describe('RFC 9002 §7: NewReno', () => {
  test('doubles until the first loss, halves once for a round trip, then grows by a datagram each', () => {
    const reno = new NewReno(1_200);
    expect(reno.windowBytes).toBe(12_000);
    for (let i = 0; i < 10; i++) reno.acked(packet(0), rtt, true);
    expect(reno.windowBytes).toBe(24_000);
    reno.lost(packet(5), instant(10));
    reno.lost(packet(9), instant(12));
    expect(reno.windowBytes).toBe(12_000);
    reno.acked(packet(9), rtt, true);
    expect(reno.windowBytes).toBe(12_000);
    for (let i = 0; i < 10; i++) reno.acked(packet(20), rtt, true);
    expect(reno.windowBytes).toBeGreaterThan(13_100);
    expect(reno.windowBytes).toBeLessThan(13_300);
  });

  test('a window that is not used does not grow, and never falls below two datagrams', () => {
    const reno = new NewReno(1_200);
    reno.acked(packet(0), rtt, false);
    expect(reno.windowBytes).toBe(12_000);
    for (let i = 1; i < 20; i++) reno.lost(packet(i * 10), instant(i * 10 + 5));
    expect(reno.windowBytes).toBe(2_400);
    reno.collapsed();
    expect(reno.windowBytes).toBe(2_400);
  });

  test('is in slow start again after persistent congestion, up to half of what it had', () => {
    const reno = new NewReno(1_200);
    reno.lost(packet(5), now);
    reno.collapsed();
    expect([reno.windowBytes, reno.isSlowStart]).toEqual([2_400, true]);
    for (let i = 0; i < 3; i++) reno.acked(packet(200), rtt, true);
    expect([reno.windowBytes, reno.isSlowStart]).toEqual([6_000, false]);
  });

  test('a loss that was none gives back what it took, once', () => {
    const reno = new NewReno(1_200);
    reno.lost(packet(5), now);
    reno.undo();
    expect([reno.windowBytes, reno.isSlowStart]).toEqual([12_000, true]);
    reno.lost(packet(6), now);
    expect(reno.windowBytes).toBe(6_000);
    reno.undo();
    reno.lost(packet(101), instant(200));
    reno.undo();
    reno.undo();
    expect(reno.windowBytes).toBe(12_000);
  });

  test('larger datagrams do not widen it, but two of them always fit', () => {
    const reno = new NewReno(1_200);
    reno.datagramChanged(1_452);
    expect(reno.windowBytes).toBe(12_000);
    reno.datagramChanged(60_000);
    expect(reno.windowBytes).toBe(120_000);
  });
});
