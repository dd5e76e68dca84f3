import { describe, expect, test } from 'vitest';
import type { MessageRecord } from '../../../src/core/chat/record.ts';
import { Parted } from '../../support/parted.ts';

/** Three in a channel, in a row: whoever is at one end reaches the other through the middle. */
const trio = (marks = true): Parted => {
  const world = new Parted({
    count: 3,
    links: [
      [0, 1],
      [1, 2],
    ],
    marks,
  });
  world.run(5_000);
  return world;
};
const MINUTE = 60_000;
const lineOf = (world: Parted, at: number, text: string): MessageRecord =>
  world.past(at).find((line) => line.text === text)!;
const coverage = (world: Parted, text: string) =>
  world.ask(0, (node, now) => node.coverage(lineOf(world, 0, text), now));
const members = (world: Parted, at: number) =>
  world.ask(at, (node, now) =>
    node
      .members(world.channel, now)
      .map(({ id }) => world.indexOf(id))
      .toSorted(),
  );

describe('§4.4 who has it', () => {
  test('a minute after a post its author knows who has it, though nobody else wrote anything', () => {
    const world = trio();
    world.say(0, 'one');
    world.run(1_000);
    expect(coverage(world, 'one')).toBeUndefined();
    world.run(2 * MINUTE);
    expect(coverage(world, 'one')).toEqual({ have: 2, of: 2 });
    expect(members(world, 0)).toEqual([1, 2]);
    expect(members(world, 2)).toEqual([0, 1]);
  });

  test('whoever is away does not have it, and is known to when it has', () => {
    const world = trio();
    world.say(0, 'one');
    world.run(2 * MINUTE);
    world.cut([[1, 2]]);
    world.say(0, 'two');
    world.run(12 * MINUTE);
    expect(coverage(world, 'two')).toEqual({ have: 1, of: 2 });
    world.mendAll();
    world.run(12 * MINUTE);
    expect(coverage(world, 'two')).toEqual({ have: 2, of: 2 });
  });

  test('marks are no lines: nothing is shown, unread or missing because of them, and of each member one is kept', () => {
    const world = trio();
    for (const text of ['one', 'two', 'three']) {
      world.say(0, text);
      world.run(15 * MINUTE);
    }
    expect([0, 1, 2].map((at) => world.texts(at))).toEqual(Array(3).fill(['one', 'two', 'three']));
    expect(world.events.flatMap(({ event }) => (event.type === 'message' ? [event.missing ?? 0] : []))).toEqual(
      Array(6).fill(0),
    );
    // Three posts, and the newest marks of two members.
    expect([0, 1, 2].map((at) => world.kept(at))).toEqual([5, 5, 5]);
  });

  test('what is known survives a restart, and what was shown before it is marked after it', () => {
    const world = trio();
    world.say(0, 'one');
    world.run(2 * MINUTE);
    world.say(0, 'two');
    world.run(5_000);
    for (const at of [0, 1, 2]) world.restart(at);
    expect(coverage(world, 'one')).toEqual({ have: 2, of: 2 });
    expect(coverage(world, 'two')).toEqual({ have: 0, of: 2 });
    world.run(15 * MINUTE);
    expect(coverage(world, 'two')).toEqual({ have: 2, of: 2 });
  });

  test('who does not want to be counted marks nothing', () => {
    const world = trio(false);
    world.say(0, 'one');
    world.run(30 * MINUTE);
    expect(world.texts(2)).toEqual(['one']);
    expect(coverage(world, 'one')).toBeUndefined();
    world.say(2, 'yes');
    world.run(MINUTE);
    expect(coverage(world, 'one')).toEqual({ have: 1, of: 1 });
  });
});
