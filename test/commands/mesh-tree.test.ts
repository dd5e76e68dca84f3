import { describe, expect, test } from 'vitest';
import type { Route, Traced } from '../../src/api/shapes.ts';
import { linkWords, meshNodes, meshTree } from '../../src/commands/mesh-tree.ts';

const route = (to: string, nextHop: string, hops: number, of: Partial<Route> = {}): Route => ({
  to,
  name: to,
  nextHop,
  nextHopName: nextHop,
  hops,
  metric: hops * 100,
  ageMs: 0,
  selected: true,
  ...of,
});

const hop = (id: string, rttMs: number, signed = true) => ({ id, name: id, rttMs, signed });
const traced = (...there: Traced['there']): Traced => ({
  id: there.at(-1)!.id,
  name: there.at(-1)!.name,
  end: 'reached',
  rttMs: 9,
  there,
  back: [],
});

const ROUTES = [
  route('hill', 'hill', 1, { rttMs: 18, loss: 0.03 }),
  route('town', 'town', 1, { rttMs: 4 }),
  route('bob', 'hill', 2),
  route('bob', 'town', 3, { selected: false }),
  route('carol', 'hill', 4),
  route('dora', 'hill', 3),
];

const listed = (routes: readonly Route[], traces: readonly Traced[] = []): string[] =>
  meshTree(meshNodes(routes, traces)).map(({ node, depth }) => `${' '.repeat(depth)}${node.name}: ${linkWords(node)}`);

describe('who is reached over whom', () => {
  test('others hang from the neighbour that leads to them; what is between is not made up', () => {
    expect(listed(ROUTES)).toEqual([
      'hill: 18 ms, 3 % lost',
      ' bob: 2 hops, 2 ways',
      ' dora: 3 hops, 1 node between is not known',
      ' carol: 4 hops, 2 nodes between are not known',
      'town: 4.0 ms',
    ]);
  });

  test('a trace fills in what it has seen', () => {
    expect(listed(ROUTES, [traced(hop('hill', 18), hop('bob', 7), hop('dora', 5), hop('carol', 3))])).toEqual([
      'hill: 18 ms, 3 % lost',
      ' bob: 2 hops, 7.0 ms, 2 ways',
      '  dora: 3 hops, 5.0 ms',
      '   carol: 4 hops, 3.0 ms',
      'town: 4.0 ms',
    ]);
  });

  test('but not what was forged, was not signed, or is otherwise now', () => {
    const plain = listed(ROUTES);
    expect(listed(ROUTES, [{ ...traced(hop('hill', 18), hop('bob', 7), hop('dora', 5)), end: 'forged' }])).toEqual(
      plain,
    );
    expect(listed(ROUTES, [traced(hop('hill', 18), hop('bob', 7, false), hop('dora', 5))])).toEqual(plain);
    expect(listed(ROUTES, [traced(hop('town', 4), hop('hill', 7), hop('carol', 5))])).toEqual(plain);
  });

  test('a neighbour is one although another way to it is used', () => {
    const routes = [route('hill', 'hill', 1, { selected: false }), route('hill', 'town', 2), route('town', 'town', 1)];
    expect(listed(routes)).toEqual(['hill: 2 ways', 'town: ']);
  });

  test('ten thousand nodes take a moment, not a second', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => route(`node ${n}`, 'hill', 2 + (n % 9)));
    const before = performance.now();
    expect(meshTree(meshNodes([...ROUTES, ...many]))).toHaveLength(10_005);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
