import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { Brought } from '../../../src/core/mesh/brought.ts';
import type { Candidate, Destination, Terrain } from '../../../src/core/mesh/selection.ts';

const terrain: Terrain = { cost: () => 10, feasible: () => true, isHeld: () => false };

const neighbour = (index: number): NodeId => `neighbour-${index}` as NodeId;

const destination = (index: number): Destination => ({
  id: `node-${index}` as NodeId,
  candidates: new Map(),
  selected: undefined,
  telling: undefined,
  lot: undefined,
});

const way = (via: number, metric: number): Candidate => ({ via: neighbour(via), metric }) as Candidate;

/** The rule, looked up in all of the table: how far those are that may leave, 10 for the link included, and the new one without it. */
function distancesOfLeavers(table: readonly Destination[], via: NodeId, metric: number): number | 'the new one' {
  const brought = new Map([[via, 1]]);
  for (const { selected } of table) if (selected) brought.set(selected.via, (brought.get(selected.via) ?? 0) + 1);
  const most = Math.max(...brought.values());
  const far = table.map(({ selected }) => {
    if (!selected) return Number.POSITIVE_INFINITY;
    return brought.get(selected.via) === most ? selected.metric + 10 : -2;
  });
  const farthest = Math.max(-2, ...far);
  if (farthest < 0 || farthest === Number.POSITIVE_INFINITY) return farthest < 0 ? 'the new one' : farthest;
  return brought.get(via)! <= most / 2 || metric < farthest ? farthest : 'the new one';
}

const step = fc.record({
  at: fc.nat(9),
  via: fc.option(fc.nat(3), { nil: undefined }),
  metric: fc.nat(50),
  asks: fc.boolean(),
  forgets: fc.boolean(),
});

describe('who leaves a full table', () => {
  test('after any changes it is the one that a look at the whole table finds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), fc.nat(60), (steps, newcomer, metric) => {
        const brought = new Brought();
        const all = Array.from({ length: 10 }, (_, index) => destination(index));
        const table = new Set<Destination>();
        for (const { at, via, metric: distance, asks, forgets } of steps) {
          const one = all[at]!;
          one.selected = via === undefined ? undefined : way(via, distance);
          if (forgets) {
            brought.forget(one);
            table.delete(one);
          } else {
            brought.changed(one, terrain);
            table.add(one);
          }
          if (!asks) continue;
          const leaver = brought.leaver(neighbour(newcomer), metric, terrain);
          const left = [...table].find(({ id }) => id === leaver);
          const farthest = left?.selected ? left.selected.metric + 10 : Number.POSITIVE_INFINITY;
          expect(leaver === undefined ? 'the new one' : farthest).toBe(
            distancesOfLeavers([...table], neighbour(newcomer), metric),
          );
        }
      }),
      { numRuns: 500 },
    );
  });
});
