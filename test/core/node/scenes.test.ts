import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { addressOf } from '../../../src/sim/internet.ts';
import { SmallWorld } from '../../support/small-world.ts';

const LATENCY_MS = 50;
const TTL_MS = 72 * 3600 * 1000;
const climate = { latencyMs: { min: LATENCY_MS, max: LATENCY_MS } };
const line = (count: number): (readonly [number, number])[] =>
  Array.from({ length: count - 1 }, (_, at) => [at, at + 1] as const);

/** A world of nodes in a line. */
const aLine = (count: number): SmallWorld => new SmallWorld({ count, links: line(count), climate, diskMs: 1 });

describe('§1.1 early data: ann knows where bob is, and nothing else', () => {
  function shownAfter(isContact: boolean, maxMs: number): string[] {
    const world = aLine(2);
    for (const index of [0, 1]) world.computer(index).start();
    world.computer(1).turn((node, now) => {
      const ann = { id: world.idOf(0), petname: 'ann', verified: false, blocked: false, added: timestamp(0) };
      if (isContact) node.putContact(ann, now);
    });
    world.run(1_000);
    world.computer(0).turn((node, now) => {
      // Noted, not dialled: the message itself is what makes the node dial.
      node.discovered({ id: world.idOf(1), name: 'bob', addresses: [] }, now);
      node.send(world.idOf(1), 'hi', now);
    });
    world.run(100);
    world.computer(0).turn((node, now) => node.connect(world.idOf(1), [addressOf(1)], 'manual', now));
    world.run(maxMs);
    return world.shown(1);
  }

  test('a short message to who knows her is there with the first packet', () => {
    expect(shownAfter(true, LATENCY_MS + 5)).toEqual(['hi']);
  });

  test('one to who does not know her is there as soon as she has proved herself', () => {
    expect(shownAfter(false, LATENCY_MS + 5)).toEqual([]);
    expect(shownAfter(false, 4 * LATENCY_MS)).toEqual(['hi']);
  });
});

describe('§3 expiry', () => {
  test('mail for who never comes is given up by its sender, who says so, and by its carrier, at the same age', () => {
    const world = aLine(3);
    world.startAll();
    world.run(5_000);
    world.computer(2).crash();
    const id = world.send(0, 2, 'hi');
    world.run(30_000);
    expect([world.kept(0), world.kept(1)]).toEqual([1, 1]);
    world.run(TTL_MS - 60_000);
    expect([world.kept(0), world.kept(1)]).toEqual([1, 1]);
    world.run(60_000);
    expect([world.kept(0), world.kept(1)]).toEqual([0, 0]);
    expect(world.states(id)).toEqual(['queued', 'carried', 'expired']);
    world.start(2);
    world.run(600_000);
    expect(world.shown(2)).toEqual([]);
  });

  test('a restart in between changes nothing: the time it took counts', () => {
    const world = aLine(2);
    world.start(0);
    const id = world.send(0, 1, 'hi');
    world.run(3_600_000);
    world.computer(0).crash();
    world.run(TTL_MS - 7_200_000);
    world.start(0);
    world.run(3_500_000);
    expect(world.states(id)).toEqual(['queued']);
    world.run(200_000);
    expect(world.states(id)).toEqual(['queued', 'expired']);
  });
});

describe('§2.3 a channel', () => {
  /** Five in a line: 0 and 4 read from the start, 1 to 3 do not. */
  function readers(): SmallWorld {
    const world = aLine(5);
    world.startAll();
    for (const index of [0, 4]) join(world, index);
    world.run(10_000);
    return world;
  }
  const join = (world: SmallWorld, index: number): void =>
    world.computer(index).turn((node, now) => void node.subscribe({ topic: 'hill' }, now));
  const publish = (world: SmallWorld, index: number, text: string): void =>
    world.computer(index).turn((node, now) => {
      node.publish(node.channels()[0]!.id, text, now);
    });

  test('a message crosses nodes that do not read it, and they show nothing', () => {
    const world = readers();
    publish(world, 0, 'one');
    world.run(10_000);
    expect([0, 1, 2, 3, 4].map((index) => world.shown(index))).toEqual([[], [], [], [], ['one']]);
  });

  test('who comes later is told what was written within its time, in order, once', () => {
    const world = readers();
    for (const text of ['one', 'two', 'three']) publish(world, 0, text);
    world.run(10_000);
    join(world, 2);
    world.run(10_000);
    expect(world.shown(2)).toEqual(['one', 'two', 'three']);
    publish(world, 4, 'four');
    world.run(10_000);
    expect(world.shown(2)).toEqual(['one', 'two', 'three', 'four']);
    expect(world.shown(0)).toEqual(['four']);
    world.computer(2).turn((node, now) => node.unsubscribe(node.channels()[0]!.id, now));
    join(world, 2);
    world.run(10_000);
    expect(world.shown(2)).toHaveLength(4);
  });

  test('and not what is older than that', () => {
    const world = readers();
    publish(world, 0, 'old');
    world.run(TTL_MS - 10_000);
    publish(world, 0, 'new');
    world.run(20_000);
    join(world, 2);
    world.run(10_000);
    expect(world.shown(2)).toEqual(['new']);
  });

  test('who leaves hears no more, and a message that is under way disturbs nobody', () => {
    const world = readers();
    publish(world, 0, 'one');
    world.computer(4).turn((node, now) => node.unsubscribe(node.channels()[0]!.id, now));
    world.run(10_000);
    publish(world, 0, 'two');
    world.run(10_000);
    expect(world.shown(4)).toEqual([]);
    expect(
      world
        .computer(4)
        .node?.peers()
        .some(({ state }) => state === 'connected'),
    ).toBe(true);
  });
});

test('whoever is blocked is shown nowhere, and what he sends is never called sent', () => {
  const world = aLine(2);
  world.startAll();
  world.run(5_000);
  const contact = { id: world.idOf(0), petname: '', verified: false, blocked: true, added: timestamp(0) };
  world.computer(1).turn((node, now) => node.putContact(contact, now));
  const id = world.send(0, 1, 'hi');
  world.run(600_000);
  expect(world.shown(1)).toEqual([]);
  expect(['queued', 'refused']).toContain(world.states(id).at(-1));
  expect(world.states(id)).not.toContain('sent');
});
