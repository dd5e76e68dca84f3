import { describe, expect, test } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import { Internet } from '../../src/sim/internet.ts';

const NOW = instant(0);

/** 0 is open; 1 and 2 share a router, 3 has one of his own, 4 is behind a firewall. */
const town = () =>
  new Internet(5, [
    { nat: 'port-restricted', members: [1, 2] },
    { nat: 'symmetric', members: [3] },
    { nat: 'firewall', members: [4] },
  ]);

describe('internet', () => {
  test('houses have the same addresses inside, and neighbours in one meet without the router', () => {
    const net = town();
    expect(net.addressOf(1)).toBe(net.addressOf(3));
    const way = net.leave(1, net.addressOf(2), NOW)!;
    expect(way).toEqual({ source: net.addressOf(1), target: 2 });
    expect(net.enters(way, net.addressOf(2), NOW)).toBe(true);
  });

  test('what goes out is answered; who was not written to does not get in', () => {
    const net = town();
    const out = net.leave(1, net.addressOf(0), NOW)!;
    expect(out.target).toBe(0);
    expect(out.source).not.toBe(net.addressOf(1));
    const back = net.leave(0, out.source, NOW)!;
    expect(back).toEqual({ source: net.addressOf(0), target: 1 });
    expect(net.enters(back, out.source, NOW)).toBe(true);
    const stranger = net.leave(4, out.source, NOW)!;
    expect(net.enters(stranger, out.source, NOW)).toBe(false);
  });

  test('at an address inside another house there is nobody', () => {
    const net = town();
    expect(net.leave(0, net.addressOf(3), NOW)).toBeUndefined();
  });

  test('who can meet: one house, or one of both is open', () => {
    const net = town();
    expect([net.canMeet(0, 3), net.canMeet(1, 2), net.canMeet(1, 3), net.canMeet(4, 3)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('who has moved is not at the old address any more, not even for what was under way', () => {
    const net = town();
    const before = net.addressOf(0);
    const underway = net.leave(4, before, NOW)!;
    const next = net.move(0);
    expect(net.addressOf(0)).toBe(next);
    expect(net.enters(underway, before, NOW)).toBe(false);
    expect(net.leave(4, before, NOW)).toBeUndefined();
    expect(net.leave(4, next, NOW)?.target).toBe(0);
    const inside = net.move(2);
    expect(net.leave(1, inside, NOW)?.target).toBe(2);
  });

  test('a router that starts anew has forgotten whom to let in', () => {
    const net = town();
    const out = net.leave(3, net.addressOf(0), NOW)!;
    net.restartRouter(3);
    expect(net.leave(0, out.source, NOW)).toBeUndefined();
  });
});
