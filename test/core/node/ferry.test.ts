import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COPIES_DEFAULT } from '../../../src/core/base/limits.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Link } from '../../../src/sim/weather.ts';
import { SmallWorld } from '../../support/small-world.ts';

/** Long enough for a dial to come about by itself: the longest wait between two. */
const MEETING_MS = 400_000;

/** Joins only these for a while. */
function meet(world: SmallWorld, all: readonly Link[], joined: readonly Link[], ms = MEETING_MS): void {
  world.weather.mendAll();
  world.weather.cut(all.filter((link) => !joined.includes(link)));
  world.run(ms);
}

/** Copies of a letter on all disks together, and on how many disks it is. */
function copiesOf(world: SmallWorld, nodes: number, id: EnvelopeId | undefined): { sum: number; holders: number } {
  const heads = Array.from({ length: nodes }, (_, n) => world.computer(n).disk.state().heads).flat();
  const held = heads.filter((head) => head.id === id);
  return { sum: held.reduce((sum, { copies }) => sum + copies, 0), holders: held.length };
}

describe('§2.2 a net whose parts are never all joined at once', () => {
  test('is crossed by letter and receipt, from hand to hand', () => {
    const links: Link[] = [
      [0, 1],
      [1, 2],
      [2, 3],
    ];
    const world = new SmallWorld({ count: 4, links });
    world.weather.cut(links);
    world.startAll();
    const id = world.send(0, 3, 'hi');
    for (const link of links) meet(world, links, [link]);
    expect(world.shown(3)).toEqual(['hi']);
    expect(world.states(id)).toEqual(['queued', 'carried']);
    for (const link of links.toReversed()) meet(world, links, [link]);
    expect(world.states(id)).toEqual(['queued', 'carried', 'delivered']);
  });

  test('has never more copies of a letter than its sender began with, and shows it once, though several bring it', () => {
    const carriers = [1, 2, 3, 4, 5];
    const links: Link[] = carriers.flatMap((n): Link[] => [
      [0, n],
      [n, 6],
    ]);
    const world = new SmallWorld({ count: 7, links });
    world.weather.cut(links);
    let most = 0;
    let id: EnvelopeId | undefined;
    world.onCommit = () => {
      most = Math.max(most, copiesOf(world, 7, id).sum);
    };
    world.startAll();
    id = world.send(0, 6, 'hi');
    meet(
      world,
      links,
      links.filter(([a]) => a === 0),
    );
    expect(copiesOf(world, 7, id)).toEqual({ sum: COPIES_DEFAULT, holders: 3 });
    meet(
      world,
      links,
      links.filter(([a]) => a !== 0),
    );
    expect(world.shown(6)).toEqual(['hi']);
    expect(most).toBe(COPIES_DEFAULT);
  });
});

/** Who meets whom, for how long, and whose power fails when. */
const meeting = fc.record({
  links: fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 3 }),
  ms: fc.integer({ min: 20_000, max: 200_000 }),
  crash: fc.option(fc.record({ node: fc.nat(4), afterMs: fc.nat(20_000), awayMs: fc.nat(30_000) }), { nil: undefined }),
});

test('whoever meets whom, and whatever power fails: each letter is shown once, its states are the same after every restart, and in the end all is delivered', {
  timeout: 120_000,
}, () => {
  const nodes = [0, 1, 2, 3, 4];
  const links: Link[] = nodes.flatMap((a) => nodes.filter((b) => b > a).map((b): Link => [a, b]));
  const property = fc.property(fc.array(meeting, { minLength: 2, maxLength: 6 }), (meetings) => {
    const world = new SmallWorld({ count: nodes.length, links });
    world.weather.cut(links);
    const sent: { readonly id: EnvelopeId; readonly from: number; readonly to: number; readonly text: string }[] = [];
    world.onCommit = ({ index, disk }) => {
      // The disk is never behind what was told.
      for (const { id, from } of sent) {
        if (from === index)
          expect(rank(disk.delivery(id)?.state)).toBeGreaterThanOrEqual(rank(world.states(id).at(-1)));
      }
    };
    world.startAll();
    for (const [n, { links: joined, ms, crash }] of meetings.entries()) {
      const [from, to] = [n % 5, (n + 2) % 5];
      const id = world.send(from, to, `text ${n}`);
      if (id) sent.push({ id, from, to, text: `text ${n}` });
      if (crash) {
        world.later(crash.afterMs, () => {
          const computer = world.computer(crash.node);
          const before = sent.map(({ id: one }) => computer.disk.delivery(one));
          computer.crash();
          world.later(crash.awayMs, () => {
            world.start(crash.node);
            expect(sent.map(({ id: one }) => computer.disk.delivery(one)).slice(0, before.length)).toEqual(before);
          });
        });
      }
      meet(
        world,
        links,
        joined.map((at) => links[at]!),
        ms,
      );
      for (const { id: one } of sent)
        expect(copiesOf(world, nodes.length, one).sum).toBeLessThanOrEqual(COPIES_DEFAULT);
    }
    world.weather.mendAll();
    world.run(1_200_000);
    for (const { id, from, to, text } of sent) {
      // What was never on disk was never accepted.
      const state = world.computer(from).disk.delivery(id)?.state;
      if (state === undefined) continue;
      expect([text, state, world.shown(to).filter((one) => one === text).length]).toEqual([text, 'delivered', 1]);
    }
  });
  fc.assert(property, { numRuns: 6, seed: 1 });
});

const rank = (state: string | undefined): number => ['queued', 'carried', 'sent', 'delivered'].indexOf(state ?? 'none');
