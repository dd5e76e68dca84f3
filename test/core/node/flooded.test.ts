import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import { nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import { Node } from '../../../src/core/node/node.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { seeded } from '../../support/pair.ts';

const random = seeded(1);
const stranger = address('198.51.100.1', 7000)!;
const nothing = {
  seen: [],
  shown: [],
  shownMore: false,
  heads: [],
  deliveries: [],
  contacts: [],
  channels: [],
  peers: [],
  tails: [],
  members: [],
  lines: [],
};

/** A node that knows so many peers, none of which can be reached. */
function knowing(count: number): Node {
  const node = new Node({
    suite: nodeSuite,
    random,
    seed: random.bytes(32),
    networkId: 'test',
    name: 'ann',
    state: { ...nothing, settings: new Map() },
    instant: instant(0),
    calendar: timestamp(1_700_000_000_000),
  });
  for (let n = 0; n < count; n++) {
    const id = nodeIdOf(nodeSuite.publicKey(random.bytes(32)));
    node.discovered({ id, name: '', addresses: [stranger] }, instant(0));
  }
  while (node.pollTransmit(instant(0)) || node.pollEvent() || node.pollRecord());
  return node;
}

/** The shortest time that 200 datagrams for nobody took, of many tries, in milliseconds. */
function floodMs(node: Node): number {
  const datagrams = Array.from({ length: 200 }, () => ({ address: stranger, bytes: random.bytes(100) }));
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 30; tries++) {
    const from = performance.now();
    for (const datagram of datagrams) node.receive(datagram, instant(tries));
    node.deadline();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

describe('datagrams for nobody', () => {
  test('cost no more when 2,000 peers are known that cannot be reached', () => {
    const [few, many] = [knowing(0), knowing(2_000)];
    floodMs(few);
    expect(floodMs(many)).toBeLessThan(5 * floodMs(few) + 1);
  });
});
