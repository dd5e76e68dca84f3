import { expect, test } from 'vitest';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { NodeEvent } from '../../../src/core/node/event.ts';
import { Node } from '../../../src/core/node/node.ts';
import { addressOf } from '../../../src/sim/internet.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { Trace } from '../../../src/sim/trace.ts';
import { Weather } from '../../../src/sim/weather.ts';
import { World } from '../../../src/sim/world.ts';
import { CALM } from '../../support/calm.ts';

// The smaller id keeps its own dial when both call at once; the larger one would give it up, and with it what rides there.
const seeds = [1, 2]
  .map((fill) => new Uint8Array(32).fill(fill))
  .toSorted((a, b) => (identityOf(paperSuite, a).id < identityOf(paperSuite, b).id ? -1 : 1));
const [ann, bob] = seeds.map((seed) => identityOf(paperSuite, seed).id) as [NodeId, NodeId];

/** Two computers that are off, on a calm link, and what happened on the second with its time. */
function two() {
  const random = new SeededRandom('early');
  const atBob: { readonly event: NodeEvent; readonly ms: number }[] = [];
  const world = new World<NodeEvent, Node>({
    random: random.fork(),
    trace: new Trace(paperSuite.hash),
    weather: new Weather(random.fork(), CALM, [[0, 1]]),
    disk: { delayMs: 2, refuseShare: 0 },
    observer: {
      event: ({ index }, event) => {
        if (index === 1) atBob.push({ event, ms: world.now });
      },
      stored: () => {},
      turned: () => {},
    },
    boot: (index, start, own) =>
      new Node({ suite: paperSuite, random: own, seed: seeds[index]!, networkId: 'early', name: `${index}`, ...start }),
    clockOffsetsMs: [0, 0],
  });
  const texts = () => atBob.flatMap(({ event }) => (event.type === 'message' ? [event.message.text] : []));
  return { world, atBob, texts };
}

for (const awayMs of [200, 1_000, 2_000, 3_000, 5_000, 20_000]) {
  test(`what rides on a dial that nobody answers comes in its order, once the peer calls by itself after ${awayMs} ms`, () => {
    const { world, atBob, texts } = two();
    world.computer(0).start();
    world.computer(0).turn((node, now) => node.connect(bob, [addressOf(1)], 'manual', now));
    // The first dial gives up, so that the mail has one of its own.
    world.run(100_000);
    for (const text of ['one', 'two', 'three']) {
      world.computer(0).turn((node, now) => node.send(bob, text, now));
      world.run(100);
    }
    world.run(awayMs);
    world.computer(1).start();
    world.computer(1).turn((node, now) => node.connect(ann, [addressOf(0)], 'manual', now));
    world.run(10_000);
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(atBob.filter(({ event }) => event.type === 'notice')).toEqual([]);
    const connectedAt = atBob.find(({ event }) => event.type === 'peer' && event.state === 'connected')!.ms;
    const shownAt = atBob.findLast(({ event }) => event.type === 'message')!.ms;
    expect(shownAt - connectedAt).toBeLessThan(1_000);
  });
}
