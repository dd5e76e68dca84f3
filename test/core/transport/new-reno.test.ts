import { expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { NewReno } from '../../../src/core/transport/new-reno.ts';
import { Rtt } from '../../../src/core/transport/rtt.ts';

test('RFC 9002 §7.3.3: after a loss, half of the window, and a datagram more each round trip', () => {
  const reno = new NewReno(1_200);
  reno.lost({ number: 1, bytes: 1_200, sentAt: instant(5) }, instant(10));
  expect(reno.windowBytes).toBe(6_000);
  for (let roundTrip = 1; roundTrip <= 10; roundTrip++) {
    const packets = Math.floor(reno.windowBytes / 1_200);
    const sentAt = instant(roundTrip * 100);
    for (let i = 0; i < packets; i++) reno.acked({ number: 2, bytes: 1_200, sentAt }, new Rtt(), true);
    const grown = (reno.windowBytes - 6_000) / 1_200;
    expect(grown).toBeLessThanOrEqual(roundTrip);
    // A window that is no whole number of datagrams is not used to the last byte.
    expect(grown).toBeGreaterThan(0.8 * roundTrip);
  }
});
