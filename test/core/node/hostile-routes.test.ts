import { describe, expect, test } from 'vitest';
import { HOLD_MS_MAX, NEW_ORIGINS, ROUTES_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import { nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import { announce, routeOf } from '../../../src/core/mesh/announcement.ts';
import type { Route } from '../../../src/core/wire/mesh-message.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import { NETWORK_ID } from '../../support/hostile-peer.ts';
import { Village } from '../../support/village.ts';

/** What the node with this seed would announce of itself, as told by somebody so far from it. */
function route(seed: Uint8Array, metric: number, hops: number): Route {
  const origin = nodeIdOf(paperSuite.publicKey(seed));
  const by = { seed, network: networkTag(paperSuite, NETWORK_ID) };
  const claim = { origin, seqno: 1, features: 0, lifetimeSeconds: 1_800, heardAt: instant(0) };
  return routeOf(announce(paperSuite, by, claim), metric, hops);
}

/** The seed of a node that is made up. */
const madeUp = (n: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, at) => (at < 4 ? n >>> (8 * at) : 9));

describe('§2.1 a neighbour that makes up 10,000 nodes', () => {
  test('fills its own share of the table and no more, is passed on at a pace, and nobody else loses a way', () => {
    const village = new Village();
    const eve = village.meet();
    for (let from = 0; from < 10_000; from += 250) {
      const routes = Array.from({ length: 250 }, (_, i) => route(madeUp(from + i), 16, 1));
      village.at(eve, () => eve.say({ type: 'routes', routes }));
      village.run(200);
    }
    village.run(1_000);
    expect(eve.connection?.closed).toBe(false);
    const { destinations, sources } = village.ann.node.sizes();
    expect(destinations).toBeLessThanOrEqual(ROUTES_MAX);
    expect(sources).toBeLessThanOrEqual(NEW_ORIGINS.burst + 20 * NEW_ORIGINS.perSecond);
    expect(village.ann.node.nextHop(village.bob.node.id)).toBe(village.bob.node.id);
    expect(village.bob.node.nextHop(village.ann.node.id)).toBe(village.ann.node.id);
    expect(village.bob.node.sizes().destinations).toBeLessThanOrEqual(ROUTES_MAX);
    expect(village.isServing()).toBe(true);
  });
});

describe('§2.1 a neighbour that comes and goes every second', () => {
  test('is told of to others three times, and then no more until it stays; nobody else notices', () => {
    const village = new Village();
    const { eve } = village;
    let flips = 0;
    let knew = false;
    const look = (ms: number) => {
      for (let at = 0; at < ms; at += 50) {
        village.run(50);
        const knows = village.bob.node.nextHop(eve.id) !== undefined;
        if (knows !== knew) flips++;
        knew = knows;
      }
    };
    const come = () => {
      village.at(eve, (_, now) => eve.dial(village.ann.node.id, village.addressOfAnn, now));
      look(300);
      village.at(eve, () => {
        eve.greet();
        eve.say({ type: 'routes', routes: [route(eve.author.seed, 0, 0)] });
      });
      look(300);
    };
    for (let i = 0; i < 40; i++) {
      come();
      village.at(eve, (_, now) => eve.connection!.close('goodbye', '', now));
      look(400);
    }
    expect(flips).toBeGreaterThanOrEqual(2);
    expect(flips).toBeLessThanOrEqual(2 * 4);
    expect(village.isServing()).toBe(true);
    village.run(11_000);
    come();
    look(HOLD_MS_MAX + 2_000);
    expect(knew).toBe(true);
  });
});
