import { describe, expect, test } from 'vitest';
import type { Route, Traced } from '../../../src/api/shapes.ts';
import { meshNodes } from '../../../src/commands/mesh-tree.ts';
import { mapLayout } from '../../../src/tui/map-layout.ts';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { MAP } from '../../../src/tui/panes/map.ts';
import { beginning, type ViewState } from '../../../src/tui/screen-state.ts';
import { map } from '../../../src/tui/views/map.ts';
import { ASCII, HOSTILE, MONO, SIZES, STORY_BEGINS, told } from '../story.ts';
import { drawingMs, keepsTheRules, plain } from './view-rules.ts';

const way = (to: string, nextHop: string, hops: number, of: Partial<Route> = {}): Route => ({
  to,
  name: to,
  nextHop,
  nextHopName: nextHop,
  hops,
  metric: hops * 100,
  ageMs: 4000,
  selected: true,
  ...of,
});

const VILLAGE = [
  way('hill-2', 'hill-2', 1, { rttMs: 18, loss: 0.12 }),
  way('town', 'town', 1, { rttMs: 4.2, loss: 0 }),
  way('old-barn', 'old-barn', 1),
  way('えりか', 'hill-2', 2),
  way('chioma', 'hill-2', 2),
  way('fox🦊', 'hill-2', 2),
  way('bob', 'hill-2', 4),
  way('dmitri', 'old-barn', 2),
];

const shows = (routes: readonly Route[], of: Partial<PaneOf<'map'>> = {}): PaneOf<'map'> => ({
  name: 'map',
  chosen: undefined,
  list: false,
  shows: { routes: [...routes] },
  ...of,
});

const start: ViewState = beginning(SIZES[0], STORY_BEGINS);
const many = Array.from({ length: 10_000 }, (_, n) => way(`node ${n}`, 'hill-2', 2 + (n % 9)));
const names = HOSTILE.map((name, n) =>
  way(`${n}`.repeat(52), n < 3 ? `${n}`.repeat(52) : '0'.repeat(52), n < 3 ? 1 : n, { name }),
);

describe('the map', () => {
  keepsTheRules(
    Object.fromEntries(
      Object.entries({
        unread: shows([], { shows: undefined as never }),
        failed: { name: 'map', chosen: undefined, list: false, failed: HOSTILE[0]! } as const,
        empty: shows([]),
        one: shows(VILLAGE.slice(0, 1)),
        village: shows(VILLAGE),
        list: shows(VILLAGE, { list: true }),
        hostile: shows(names),
        'hostile list': shows(names, { list: true }),
        many: shows([...VILLAGE, ...many]),
      }).map(([name, pane]) => [name, (area, theme) => map(start, pane, area, theme)]),
    ),
  );

  test('joins who is reached over whom, dashed where nobody knows what is between', () => {
    const shown = plain(map(start, shows(VILLAGE), SIZES[0], MONO));
    expect(shown.split('\n').slice(1, 12)).toEqual([
      '   you                  1 hop                         2 hops                        3 hops and more',
      '                                       ┌────────────( chioma )',
      '                                       │',
      '         ┌─ 18 ms ────[ hill-2 ]───────┼────────────( fox🦊 )',
      '         │                             │',
      ' ( you )─┤                             ├────────────( えりか )',
      '         │                             ╎',
      '         │                             └╌ 2 ? ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌( bob ) 4 hops',
      '         │',
      '         ├────────────[ old-barn ]──────────────────( dmitri )',
      '         │',
    ]);
    expect(plain(map(start, shows(VILLAGE), SIZES[0], ASCII))).not.toMatch(/[─│┌┐└┘├┤┬┴┼╌╎]/);
  });

  test('says of the chosen one how it is reached', () => {
    const shown = plain(map(start, shows(VILLAGE, { chosen: 'bob' }), SIZES[0], MONO));
    expect(shown).toContain('over hill-2 · 4 hops, 2 nodes between are not known');
  });

  test('knows what traces have found', () => {
    const hop = (id: string) => ({ id, name: id, rttMs: 7, signed: true });
    const there = ['hill-2', 'chioma', 'mill', 'bob'].map(hop);
    const traced: Traced = { id: 'bob', name: 'bob', end: 'reached', rttMs: 9, there, back: [] };
    const routes = [...VILLAGE, way('mill', 'hill-2', 3)];
    const before = plain(map(start, shows(routes, { list: true }), SIZES[0], MONO));
    const after = plain(map(told(start, { type: 'traced', traced }), shows(routes, { list: true }), SIZES[0], MONO));
    expect(before).toMatch(/^ {5}bob {2}4 hops/m);
    expect(after).toMatch(/^ {9}bob {2}4 hops, 7\.0 ms/m);
  });

  test('folds what does not fit into one sign with their number; none is lost, and the chosen one is always drawn', () => {
    const all = [...VILLAGE, ...many];
    const nodes = meshNodes(all);
    for (const chosen of [undefined, 'node 77', 'bob']) {
      const spots = mapLayout(nodes, { columns: 3, rows: 9 }, chosen);
      const drawn = spots.filter(({ node }) => node).length;
      expect(drawn + spots.reduce((sum, { folded }) => sum + folded, 0)).toBe(nodes.length);
      expect(Math.max(...spots.map(({ row }) => row))).toBeLessThan(9);
      const places = spots.map(({ column, row }) => `${column} ${row}`);
      expect(new Set(places).size).toBe(places.length);
      if (chosen) expect(spots.some(({ id }) => id === chosen)).toBe(true);
    }
  });

  test('is a list where there is no room to draw', () => {
    expect(plain(map(start, shows(VILLAGE), { cols: 40, rows: 12 }, MONO))).toMatch(/^ you\n ▸ hill-2/m);
  });

  test('says what it will show, and how to get there, when nobody is connected', () => {
    const shown = plain(map(start, shows([]), SIZES[1], MONO));
    expect(shown).toContain('Nobody is connected');
    expect(shown).toContain('Alt+P');
  });

  test('draws ten thousand nodes in a few milliseconds', () => {
    const pane = shows([...VILLAGE, ...many]);
    map(start, pane, SIZES[0], MONO);
    expect(drawingMs(() => map(start, pane, SIZES[0], MONO))).toBeLessThan(60);
  });
});

describe('keys on the map', () => {
  const pressed = (pane: PaneOf<'map'>, ...keys: ('up' | 'down' | 'left' | 'right')[]): string | undefined => {
    let at = pane;
    for (const key of keys) {
      const action =
        key === 'left' || key === 'right' ? ({ name: 'edit', op: key } as const) : ({ name: key } as const);
      const [deed] = MAP.act?.(start, at, action) ?? [];
      if (deed?.do === 'show' && deed.pane.name === 'map') at = deed.pane;
    }
    return at.chosen;
  };

  test('walk from node to node', () => {
    expect(pressed(shows(VILLAGE), 'right')).toBe('fox🦊');
    expect(pressed(shows(VILLAGE), 'right', 'left', 'left')).toBe('');
    expect(pressed(shows(VILLAGE), 'down')).toBe('old-barn');
    expect(pressed(shows(VILLAGE, { list: true }), 'down', 'down')).toBe('fox🦊');
  });

  test('Enter opens the chat, r the ways, l the list', () => {
    const bob = shows(VILLAGE, { chosen: 'bob' });
    expect(MAP.act?.(start, bob, { name: 'submit' })).toEqual([
      { do: 'open', conversation: { id: 'bob', kind: 'direct', name: 'bob' } },
    ]);
    expect(MAP.type?.(start, bob, 'r')).toEqual([{ do: 'show', pane: { name: 'route', peer: 'bob' } }]);
    expect(MAP.type?.(start, bob, 'l')).toEqual([{ do: 'show', pane: { ...bob, list: true } }]);
  });
});
