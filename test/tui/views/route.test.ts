import { describe, expect, test } from 'vitest';
import type { Route, Traced } from '../../../src/api/shapes.ts';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { ROUTE } from '../../../src/tui/panes/route.ts';
import { beginning, type ViewState } from '../../../src/tui/screen-state.ts';
import { route } from '../../../src/tui/views/route.ts';
import { HOSTILE, MONO, PEOPLE, peer, SIZES, STORY_BEGINS, told } from '../story.ts';
import { keepsTheRules, plain } from './view-rules.ts';

const way = (nextHop: string, of: Partial<Route> = {}): Route => ({
  to: PEOPLE.dora,
  name: 'dora',
  nextHop,
  nextHopName: nextHop,
  hops: 4,
  metric: 412,
  rttMs: 18,
  loss: 0.03,
  ageMs: 12_000,
  selected: true,
  ...of,
});

const ROUTES = [way('town', { selected: false, hops: 5, metric: 800, rttMs: 4.1 }), way('hill-2')];

const hop = (name: string, rttMs: number, signed = true) => ({ id: name, name, rttMs, signed });
const TRACED: Traced = {
  id: PEOPLE.dora,
  name: 'dora',
  end: 'reached',
  rttMs: 61,
  there: [hop('hill-2', 18), hop('mill', 7), hop('fox🦊', 9, false), hop('dora', 24)],
  back: [hop('fox🦊', 24), hop('mill', 9), hop('hill-2', 7), hop('ann', 18)],
};

const shows = (routes: readonly Route[]): PaneOf<'route'> => ({
  name: 'route',
  peer: PEOPLE.dora,
  shows: { routes: [...routes] },
});
const start: ViewState = told(beginning(SIZES[0], STORY_BEGINS), {
  type: 'peers',
  peers: [peer({ id: PEOPLE.dora, name: 'dora', state: 'known' })],
});
const traced = told(start, { type: 'traced', traced: TRACED });
const hostile = HOSTILE.map((name, n) => way(name, { name, nextHopName: name, selected: n === 0 }));

describe('the ways to a peer', () => {
  keepsTheRules({
    unread: (area, theme) => route(start, { name: 'route', peer: HOSTILE[0]! }, area, theme),
    failed: (area, theme) => route(start, { name: 'route', peer: 'bob', failed: HOSTILE[0]! }, area, theme),
    none: (area, theme) => route(start, shows([]), area, theme),
    some: (area, theme) => route(start, shows(ROUTES), area, theme),
    traced: (area, theme) => route(traced, shows(ROUTES), area, theme),
    hostile: (area, theme) => route(start, shows(hostile), area, theme),
    many: (area, theme) => route(start, shows(Array.from({ length: 200 }, (_, n) => way(`hill ${n}`))), area, theme),
  });

  test('draws what is known: the next hop, how many are between, the peer', () => {
    const shown = plain(route(start, shows(ROUTES), SIZES[0], MONO));
    expect(shown).toMatch(/\( you \)─+ 18 ms, 3 % lost ─+\[ hill-2 \]╌+ 2 more ╌+\( dora \)/);
    expect(shown).toMatch(/\( you \)─.*\n {6}│ +╎\n {6}└─+ 4\.1 ms, 3 % lost ─+\[ town \]╌+ 3 more ╌+┘/);
    expect(shown).toMatch(/hill-2 +4 +412 +18 ms +3 % +12 s +in use\n +town +5 +800 +4\.1 ms/);
    expect(shown).toContain('t traces');
  });

  test('draws every node that a trace has met, its link, and whether it signed', () => {
    const shown = plain(route(traced, shows(ROUTES), SIZES[0], MONO));
    expect(shown).toMatch(
      /\( you \)─+ 18 ms ─+\[ hill-2 \]─+ 7\.0 ms ─+\[ mill \]─+ 9\.0 ms ─+\[ fox🦊 \]─+ 24 ms ─+\( dora \)/,
    );
    expect(shown).toMatch(/3 {2}fox🦊 +9\.0 ms {2}NOT SIGNED/);
    expect(shown).toContain('dora is reached · 4 hops, 61 ms there and back');
  });

  test('goes downwards where it is too wide', () => {
    const shown = plain(route(traced, shows(ROUTES), { cols: 44, rows: 24 }, MONO));
    expect(shown).toMatch(/ you\n +│ 18 ms\n +hill-2\n +│ 7\.0 ms\n +mill\n/);
  });

  test('says so when there is no way, and what becomes of what is written', () => {
    expect(plain(route(start, shows([]), SIZES[1], MONO)).replace(/\s+/g, ' ')).toMatch(/no way now.*waits here/);
  });

  test('can be scrolled when there are many', () => {
    const pane = shows(Array.from({ length: 200 }, (_, n) => way(`hill ${n}`)));
    expect(plain(route(start, pane, SIZES[1], MONO))).toMatch(/more lines: PgDn/);
    expect(ROUTE.act?.(start, pane, { name: 'down' })).toEqual([{ do: 'show', pane: { ...pane, top: 1 } }]);
    expect(plain(route(start, { ...pane, top: 500 }, SIZES[1], MONO))).toContain('t traces');
  });

  test('shows a trace under way until it is there, or has failed', () => {
    const asked = { ...shows(ROUTES), asked: STORY_BEGINS };
    expect(plain(route(start, asked, SIZES[0], MONO))).toContain('tracing');
    expect(plain(route(traced, asked, SIZES[0], MONO))).not.toContain('tracing');
    const failed = told(start, { type: 'said', banner: { kind: 'error', text: 'no answer' } });
    expect(plain(route(failed, asked, SIZES[0], MONO))).not.toContain('tracing');
  });
});

describe('keys on the ways to a peer', () => {
  test('t traces, Enter opens the chat, m goes to the map', () => {
    expect(ROUTE.type?.(start, shows(ROUTES), 't')).toContainEqual({ do: 'run', line: `/mesh trace ${PEOPLE.dora}` });
    expect(ROUTE.act?.(start, shows(ROUTES), { name: 'submit' })).toEqual([
      { do: 'open', conversation: { id: PEOPLE.dora, kind: 'direct', name: 'dora' } },
    ]);
    expect(ROUTE.type?.(start, shows(ROUTES), 'm')).toEqual([
      { do: 'show', pane: { name: 'map', chosen: PEOPLE.dora, list: false } },
    ]);
  });

  test('/mesh route WHO and /mesh trace WHO are answered by it, /mesh route alone by lines', () => {
    expect(ROUTE.answers?.pane(['dora'], { routes: [] }, start)).toEqual({ name: 'route', peer: 'dora' });
    expect(ROUTE.answers?.pane(['dora', '--trace'], { routes: ROUTES }, start)).toEqual({
      name: 'route',
      peer: PEOPLE.dora,
    });
    expect(ROUTE.answers?.pane([], { routes: ROUTES }, start)).toBeUndefined();
    expect(ROUTE.answers?.pane(['dora'], TRACED, start)).toEqual({ name: 'route', peer: PEOPLE.dora });
  });
});
