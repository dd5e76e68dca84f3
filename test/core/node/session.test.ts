import { describe, expect, test } from 'vitest';
import { Village } from '../../support/village.ts';

describe('§2.0 the control stream', () => {
  test('goes before mail: a ping beside a megabyte of it waits a round trip for room, and no longer', () => {
    const village = new Village(0);
    const { ann, bob } = village;
    const pong = (token: number) => ann.events.find((event) => event.type === 'pong' && event.token === token);
    village.atAnn((node, now) => node.ping(bob.node.id, 1, now));
    village.run(1_000);
    village.atAnn((node, now) => {
      for (let i = 0; i < 20; i++) node.send(bob.node.id, 'x'.repeat(50_000), now);
    });
    // The disk takes 2 ms; then there is more on the streams than the congestion window lets out in several round trips.
    village.run(5);
    village.atAnn((node, now) => node.ping(bob.node.id, 2, now));
    village.run(5_000);
    expect(bob.events.filter(({ type }) => type === 'message')).toHaveLength(20);
    const [alone, beside] = [pong(1), pong(2)] as { rttMs: number }[];
    expect(beside!.rttMs).toBeLessThan(2 * alone!.rttMs);
  });
});
