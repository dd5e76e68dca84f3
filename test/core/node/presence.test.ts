import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { IDLE_MS } from '../../../src/core/base/limits.ts';
import { addressOf } from '../../../src/sim/internet.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** The states that a node told of another one, in order. */
const toldOf = (world: SmallWorld, at: number, of: number): string[] =>
  world.events.flatMap((one) =>
    one.at === at && one.event.type === 'peer' && one.event.id === world.idOf(of) ? [one.event.state] : [],
  );

const view = (world: SmallWorld, at: number, of: number) =>
  world
    .computer(at)
    .node!.peers()
    .find(({ id }) => id === world.idOf(of));

/** Node 1 stands between the two others. */
const threeInARow = () =>
  new SmallWorld({
    count: 3,
    links: [
      [0, 1],
      [1, 2],
    ],
  });

describe('a neighbour that died without a word', () => {
  test('is shown as gone, and no way over it used, in less than half a minute; its connection ends later, and is not told of', () => {
    const world = threeInARow();
    world.startAll();
    world.run(10_000);
    expect([view(world, 1, 2)?.state, view(world, 0, 2)?.hops]).toEqual(['connected', 2]);
    world.computer(2).crash();
    world.run(30_000);
    expect(view(world, 1, 2)?.state).not.toBe('connected');
    expect(view(world, 0, 2)?.hops).toBeUndefined();
    expect(toldOf(world, 1, 2)).toEqual(['discovered', 'connected', 'disconnected']);
    world.run(2 * IDLE_MS);
    expect(toldOf(world, 1, 2)).toEqual(['discovered', 'connected', 'disconnected']);
  });

  test('or only seemed so, is connected again at once when it is heard, and has all that was sent meanwhile', () => {
    const world = new SmallWorld({ count: 2, links: [[0, 1]] });
    world.startAll();
    world.run(10_000);
    world.weather.cut([[0, 1]]);
    world.run(35_000);
    const id = world.send(0, 1, 'are you there?');
    world.run(5_000);
    expect(view(world, 0, 1)?.state).toBe('discovered');
    world.weather.mend([[0, 1]]);
    world.run(10_000);
    expect(toldOf(world, 0, 1)).toEqual(['discovered', 'connected', 'disconnected', 'connected']);
    expect(world.shown(1)).toEqual(['are you there?']);
    expect(world.states(id)).toContain('delivered');
  });

  test('is gone around: mail for it takes the other way in less than half a minute', () => {
    const world = new SmallWorld({
      count: 3,
      links: [
        [0, 1],
        [1, 2],
        [0, 2],
      ],
    });
    world.startAll();
    world.run(10_000);
    world.weather.cut([[0, 1]]);
    world.send(0, 1, 'straight on');
    world.run(30_000);
    expect(world.shown(1)).toEqual(['straight on']);
    world.send(0, 1, 'around');
    world.run(1_000);
    expect(world.shown(1)).toEqual(['straight on', 'around']);
  });
});

describe('a neighbour that has moved, and cannot say so', () => {
  test('is looked for where mDNS says that it is, as soon as it does not answer where it was', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const elsewhere = address('192.0.2.77', 7000)!;
    world.run(1_000);
    Object.assign(ann, { address: elsewhere });
    world.node.discovered({ id: ann.author.id, name: 'ann', addresses: [elsewhere] }, world.now);
    world.node.send(ann.author.id, 'are you there?', world.now);
    world.run(4_000);
    expect(ann.pushed).toHaveLength(1);
    expect(ann.connection.closed).toBe(false);
  });
});

describe('somebody whom the user named with a wrong address', () => {
  test('is called at the right one as soon as the user says it, and not when the call to the wrong one has ended', () => {
    const world = new SmallWorld({ count: 2, links: [[0, 1]] });
    const connect = (at: Address) =>
      world.computer(0).turn((node, now) => void node.connect(world.idOf(1), [at], 'manual', now));
    for (const each of [0, 1]) world.computer(each).start();
    connect(address('192.0.2.77', 7000)!);
    world.run(10_000);
    expect(view(world, 0, 1)?.state).not.toBe('connected');
    connect(addressOf(1));
    world.run(2_000);
    expect(view(world, 0, 1)?.state).toBe('connected');
  });
});

describe('a neighbour that says goodbye', () => {
  test('is gone at once, here and farther away, and is not called; what is written to it waits, and goes when it returns', () => {
    const world = threeInARow();
    world.startAll();
    world.run(10_000);
    world.computer(2).turn((node, now) => void node.stop(now));
    world.run(1_000);
    expect(view(world, 1, 2)?.state).not.toBe('connected');
    expect(view(world, 1, 2)?.goodbyeAt).toBeGreaterThan(0);
    expect(view(world, 0, 2)?.hops).toBeUndefined();
    world.computer(2).crash();
    world.send(0, 2, 'see you later');
    let called = 0;
    const before = world.computer(1);
    world.run(60_000);
    called = before.node!.peers().filter(({ id, state }) => id === world.idOf(2) && state === 'connected').length;
    expect(called).toBe(0);
    world.start(2);
    world.run(20_000);
    expect(view(world, 1, 2)?.goodbyeAt).toBeUndefined();
    expect(world.shown(2)).toEqual(['see you later']);
  });

  /** Ann's user named bob's node, which goes and comes back without being able to call her. */
  const returning = (meanwhile: (world: SmallWorld) => void) => {
    const world = new SmallWorld({ count: 2, links: [[0, 1]] });
    for (const at of [0, 1]) world.computer(at).start();
    world.computer(0).turn((node, now) => void node.connect(world.idOf(1), [addressOf(1)], 'manual', now));
    world.run(5_000);
    meanwhile(world);
    world.run(10 * 60_000);
    return toldOf(world, 0, 1);
  };

  test('is called now and then when the user named it: behind its router nobody else would', () => {
    const states = returning((world) => {
      world.computer(1).turn((node, now) => void node.stop(now));
      world.run(5_000);
      world.computer(1).crash();
      world.run(60_000);
      world.computer(1).start();
      // What it remembers of ann is where it saw her, which leads nowhere from outside.
      world.computer(1).turn((node, now) => void node.disconnect(world.idOf(0), now));
    });
    expect(states).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('is not called when it was the user who sent it away', () => {
    const states = returning((world) =>
      world.computer(0).turn((node, now) => void node.disconnect(world.idOf(1), now)),
    );
    expect(states).toEqual(['connected', 'disconnected']);
  });
});

describe('somebody far away', () => {
  test('was last seen when it last announced itself, and no later when it is gone', () => {
    const world = threeInARow();
    world.startAll();
    world.run(5 * 60_000);
    const seen = view(world, 0, 2)!.lastSeen;
    const connected = view(world, 0, 1)!.lastSeen;
    expect(seen).toBeGreaterThan(0);
    expect(connected).toBeGreaterThan(seen);
    world.run(20 * 60_000);
    const later = view(world, 0, 2)!.lastSeen;
    expect(later - seen).toBeGreaterThan(8 * 60_000);
    expect(view(world, 0, 1)!.lastSeen).toBeGreaterThanOrEqual(later);
  });
});
