import { expect, test } from 'vitest';
import { TRAIL_MS } from '../../../src/core/base/limits.ts';
import { author } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { letter } from '../../support/letters.ts';

const carol = author('carol');

/** A node to which a relay brings a letter of carol's; the routes lead to her over another neighbour. */
function brought() {
  const world = new Surrounded();
  const [near, relay] = [world.neighbour('near'), world.neighbour('relay')];
  near.leadTo(carol, 100);
  relay.leadTo(carol, 110);
  relay.push(letter(carol, world.self));
  const pushed = (): number[] => [near.pushed.length, relay.pushed.length];
  return { world, near, relay, pushed };
}

test('a receipt goes back over the neighbour that brought the letter, whatever the routes say', () => {
  expect(brought().pushed()).toEqual([0, 1]);
});

test('so does an answer, for a minute, and then by the routes', () => {
  const { world, pushed } = brought();
  world.node.send(carol.id, 'an answer', world.now);
  world.run(100);
  expect(pushed()).toEqual([0, 2]);
  world.run(TRAIL_MS);
  world.node.send(carol.id, 'a letter', world.now);
  world.run(100);
  expect(pushed()[0]).toBeGreaterThanOrEqual(1);
});

test('a relay passes the answer on over the neighbour that brought what it answers', () => {
  const world = new Surrounded();
  const dora = author('dora');
  const [near, relay, other] = [world.neighbour('near'), world.neighbour('relay'), world.neighbour('other')];
  near.leadTo(carol, 100);
  relay.leadTo(carol, 110);
  other.leadTo(dora);
  relay.push(letter(carol, dora));
  expect(other.pushed).toHaveLength(1);
  other.push(letter(dora, carol));
  expect([near.pushed.length, relay.pushed.length]).toEqual([0, 1]);
});
