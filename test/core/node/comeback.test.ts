import { describe, expect, test } from 'vitest';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';
import { letter } from '../../support/letters.ts';

const carol = author('carol');
const TTL_SECONDS = 600;

/** A node to which carol said goodbye, and which has written to her since without reaching her. */
function afterGoodbye(): { world: Surrounded; carol: HandMade; isCalled: () => boolean } {
  const world = new Surrounded();
  const neighbour = world.neighbour('carol');
  const found = { id: carol.id, name: 'carol', addresses: [neighbour.address] };
  world.node.discovered(found, world.now);
  neighbour.answers = () => ({ type: 'refused', reason: 'full' });
  world.node.send(carol.id, 'hi', world.now);
  world.run(100);
  neighbour.say({ type: 'goodbye' });
  // Nobody is there now: what is sent to her goes nowhere.
  world.forget(neighbour);
  world.run(3_600_000);
  const isCalled = () => {
    world.sentTo.clear();
    world.run(2_000);
    return world.sentTo.has(neighbour.address);
  };
  return { world, carol: neighbour, isCalled };
}

describe('§2.0 mail that waits for a peer who said goodbye', () => {
  test('does not make this node call by itself', () => {
    expect(afterGoodbye().isCalled()).toBe(false);
  });

  for (const [what, suggest] of [
    [
      'it is heard of by mDNS, though nothing about it is new',
      ({ node, now }, { address }) => node.discovered({ id: carol.id, name: 'carol', addresses: [address] }, now),
    ],
    ['this machine has come to another network', ({ node, now }) => node.networkChanged(now)],
    ['something that it wrote comes over others', (world) => world.neighbour('relay').push(letter(carol, world.self))],
  ] as readonly (readonly [string, (world: Surrounded, carol: HandMade) => void])[]) {
    test(`does when ${what}`, () => {
      const { world, carol: neighbour, isCalled } = afterGoodbye();
      suggest(world, neighbour);
      expect(isCalled()).toBe(true);
    });
  }
});

test('a message that expires says what was tried last', () => {
  const details = (world: Surrounded) =>
    world.events.flatMap((event) => (event.type === 'delivery' && event.state === 'expired' ? [event.detail] : []));
  const alone = new Surrounded();
  alone.node.send(carol.id, 'hi', alone.now, TTL_SECONDS);
  alone.run(TTL_SECONDS * 1_000 + 1_000);
  expect(details(alone)).toEqual(['nobody confirmed it in time; there was no way to its recipient']);

  const world = new Surrounded();
  const relay = world.neighbour('relay');
  relay.leadTo(carol);
  relay.answers = () => ({ type: 'refused', reason: 'full' });
  world.node.send(carol.id, 'hi', world.now, TTL_SECONDS);
  world.run(TTL_SECONDS * 1_000 + 1_000);
  const name = relay.author.id.slice(0, 8);
  expect(details(world)).toEqual([`nobody confirmed it in time; ${name} was asked last, and refused it: full`]);
});

describe('§2.2 a black hole among the next hops', () => {
  /** A node with a black hole that is near to carol, and an honest relay that is farther; messages are confirmed that the honest one gets. */
  function betweenTwo() {
    const world = new Surrounded();
    const [hole, relay] = [world.neighbour('hole'), world.neighbour('relay')];
    hole.leadTo(carol, 100);
    relay.leadTo(carol, 110);
    return { world, hole, relay };
  }

  test('is told of as a suspect, and mail goes by the others, after three messages without a receipt', () => {
    const { world, hole, relay } = betweenTwo();
    for (let n = 0; n < 3; n++) {
      world.node.send(carol.id, `text ${n}`, world.now);
      world.run(100);
    }
    expect([hole.pushed.length, relay.pushed.length]).toEqual([3, 0]);
    world.run(13_000);
    expect(relay.pushed).toHaveLength(3);
    expect(world.node.suspects(world.now)).toEqual(
      [{ peer: hole.author.id, since: 0, missed: 3 }].map((one) =>
        expect.objectContaining({ peer: one.peer, missed: 3 }),
      ),
    );
    // Nor is it the way that others are told of.
    expect(world.node.nextHop(carol.id)).toBe(relay.author.id);
    world.node.send(carol.id, 'another', world.now);
    world.run(100);
    expect([hole.pushed.length, relay.pushed.length]).toEqual([3, 4]);
  });

  test('is still used when there is no other way', () => {
    const { world, hole, relay } = betweenTwo();
    for (let n = 0; n < 3; n++) world.node.send(carol.id, `text ${n}`, world.now);
    world.run(13_000);
    relay.say({ type: 'goodbye' });
    world.node.send(carol.id, 'another', world.now);
    world.run(100);
    expect(hole.pushed.length).toBeGreaterThanOrEqual(4);
  });
});

test('a receipt that was lost goes another way when its sender asks again', () => {
  const world = new Surrounded();
  const [hole, relay] = [world.neighbour('hole'), world.neighbour('relay')];
  hole.leadTo(carol, 100);
  relay.leadTo(carol, 110);
  const mail = letter(carol, world.self);
  relay.push(mail);
  expect([hole.pushed.length, relay.pushed.length]).toEqual([0, 1]);
  world.run(12_000);
  expect(relay.push(mail, { again: true }).answer?.type).toBe('done');
  expect([hole.pushed.length, relay.pushed.length]).toEqual([1, 1]);
});
