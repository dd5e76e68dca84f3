import { describe, expect, test } from 'vitest';
import { LINK_COST_MAX, LINK_COST_MIN } from '../../../src/core/base/limits.ts';
import type { NodeEvent } from '../../../src/core/node/event.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import type { Check, View } from '../../../src/sim/checks/check.ts';
import type { HostileKind } from '../../../src/sim/hostile/kinds.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import type { Action, Plan } from '../../../src/sim/plan.ts';
import { fair, rightClocks } from '../../../src/sim/scenarios/scenario.ts';
import { line } from '../../../src/sim/shapes.ts';
import { type Outcome, Simulation } from '../../../src/sim/simulation.ts';
import type { World } from '../../../src/sim/world.ts';

/*
 * A hostile node that does no harm proves nothing: here each shows what it is there to do.
 */

type Seen = { readonly outcome: Outcome; readonly world: World<NodeEvent, Node> };

/** Ann, a hostile node between, and bob, who have nobody else: two letters each way. */
function between(kind: HostileKind | undefined): Seen {
  const letter = (i: number): Action => ({
    atMs: 8_000 + i * 4_000,
    do: 'send',
    from: i % 2 === 0 ? 0 : 2,
    to: i % 2 === 0 ? 2 : 0,
    text: `letter ${i}`,
  });
  const plan: Plan = {
    ...fair,
    name: 'between',
    links: line(3),
    clockOffsetsMs: rightClocks(3),
    stormMs: 30_000,
    calmMs: 70_000,
    actions: [0, 1, 2, 3].map(letter),
    ...(kind === undefined ? {} : { hostile: new Map([[1, kind]]) }),
  };
  let world: View['world'] | undefined;
  const onlooker: Check = {
    name: 'onlooker',
    quiet: (view) => {
      world = view.world;
    },
  };
  const outcome = new Simulation(plan, { seed: 1, suite: paperSuite, hash: nodeSuite.hash, onlooker }).run();
  return { outcome, world: world! };
}

const dropped = (node: Node | undefined): number =>
  [...(node?.dropped().values() ?? [])].reduce((sum, count) => sum + count, 0);

/** Letters that are on the disk of whom they are for. */
const arrived = ({ world }: Seen): number =>
  [0, 2].reduce(
    (sum, index) => sum + [...world.computer(index).disk.messages()].filter(({ hops }) => hops > 0).length,
    0,
  );

describe('hostile nodes', () => {
  const honest = between(undefined);

  test('without one all letters come, and little is dropped', () => {
    expect(honest.outcome.failure).toBeUndefined();
    expect(arrived(honest)).toBe(4);
    expect(dropped(honest.world.computer(0).node)).toBeLessThan(20);
  });

  for (const kind of ['black-hole', 'liar'] as const) {
    test(`a ${kind} says that it carries mail, and gives none of it on`, () => {
      const seen = between(kind);
      expect(arrived(seen)).toBe(0);
      expect(seen.world.computer(1).node?.store(seen.world.now).carried.envelopes).toBeGreaterThanOrEqual(4);
      // Nothing was owed over it: the two are on islands of their own.
      expect(seen.outcome.failure).toBeUndefined();
    });
  }

  test('a liar is believed to be next to everybody, and as the only way stays one, but the dearest, when nothing comes back over it', () => {
    const seen = between('liar');
    const [ann, bob] = [seen.world.computer(0).node!, seen.world.computer(2).node!];
    const told = ann.routes(bob.id).find(({ selected }) => selected);
    const honestly = honest.world
      .computer(0)
      .node!.routes(honest.world.computer(2).node!.id)
      .find(({ selected }) => selected);
    expect(honestly!.metric).toBeGreaterThan(2 * LINK_COST_MIN);
    expect(told!.metric).toBe(LINK_COST_MAX + LINK_COST_MIN);
  });

  test('a replayer sends old datagrams and envelopes again; nothing is shown twice', () => {
    const seen = between('replayer');
    expect(arrived(seen)).toBe(4);
    expect(dropped(seen.world.computer(0).node)).toBeGreaterThan(100);
    expect(seen.outcome.measured.traffic.datagrams).toBeGreaterThan(2 * honest.outcome.measured.traffic.datagrams);
  });

  test('a flooder fills what others may leave with strangers, and letters come all the same', {
    timeout: 60_000,
  }, () => {
    const seen = between('flooder');
    expect(arrived(seen)).toBe(4);
    const { traffic } = seen.outcome.measured;
    expect(traffic.bytes).toBeGreaterThan(20 * honest.outcome.measured.traffic.bytes);
    expect(seen.outcome.failure).toBeUndefined();
  });

  test('garbage is dropped and refused', () => {
    const seen = between('garbage');
    expect(dropped(seen.world.computer(0).node)).toBeGreaterThan(300);
    expect(seen.outcome.failure).toBeUndefined();
  });
});
