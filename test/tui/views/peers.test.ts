import { describe, expect, test } from 'vitest';
import type { Contact, Peer } from '../../../src/api/shapes.ts';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { PEERS } from '../../../src/tui/panes/peers.ts';
import { listedPeers } from '../../../src/tui/peer-list.ts';
import { beginning, type ViewState } from '../../../src/tui/screen-state.ts';
import { peers } from '../../../src/tui/views/peers.ts';
import { ASCII, annsScreen, HOSTILE, MONO, PEOPLE, peer, SIZES, STORY_BEGINS, told } from '../story.ts';
import { drawingMs, keepsTheRules, plain } from './view-rules.ts';

const MINUTE_MS = 60_000;
const contact = (id: string, of: Partial<Contact> = {}): Contact => ({
  id,
  name: id,
  petname: id,
  verified: false,
  blocked: false,
  added: 0,
  ...of,
});

const village = [
  peer({ id: 'hill', name: 'hill-2', rttMs: 18, loss: 0.031, hops: 1 }),
  peer({ id: 'erika', name: 'えりか', state: 'known', hops: 2, source: 'route', lastSeen: STORY_BEGINS - 4000 }),
  peer({
    id: 'bob',
    name: 'bob',
    state: 'known',
    lastSeen: STORY_BEGINS - 3 * MINUTE_MS,
    goodbyeAt: STORY_BEGINS - 2 * MINUTE_MS,
  }),
  peer({ id: 'dora', name: 'dora', state: 'known', source: 'manual', lastSeen: 0 }),
];
const contacts = [contact('hill', { verified: true }), contact('bob'), contact('dora', { blocked: true })];

const start = beginning(SIZES[0], STORY_BEGINS);
const among = (list: readonly Peer[]): ViewState => told(start, { type: 'peers', peers: list });
const shows = (of: Partial<PaneOf<'peers'>> = {}): PaneOf<'peers'> => ({ ...PEERS.begin, shows: { contacts }, ...of });
const drawn = (of: Partial<PaneOf<'peers'>> = {}, area: (typeof SIZES)[number] = SIZES[0]): string =>
  plain(peers(among(village), shows(of), area, MONO));

const many = Array.from({ length: 10_000 }, (_, n) =>
  peer({ id: `${n}`.padStart(52, 'a'), name: `node ${n}`, state: 'known' }),
);
const hostile = HOSTILE.map((name, n) => peer({ id: `${n}`.repeat(52), name, address: name, roles: [name] }));

describe('the peers', () => {
  keepsTheRules({
    none: (area, theme) => peers({ ...start, size: area }, shows(), area, theme),
    one: (area, theme) => peers({ ...among(village.slice(0, 1)), size: area }, shows(), area, theme),
    some: (area, theme) => peers({ ...among(village), size: area }, shows(), area, theme),
    filtered: (area, theme) => peers({ ...among(village), size: area }, shows({ filter: HOSTILE[0]! }), area, theme),
    hostile: (area, theme) => peers({ ...among(hostile), size: area }, shows(), area, theme),
    many: (area, theme) => peers({ ...among(many), size: area }, shows({ chosen: many[5000]!.id }), area, theme),
  });

  test('says how each stands to us, since when, and what we have noted of it', () => {
    const rows = drawn().split('\n').slice(3, 7);
    expect(rows[0]).toMatch(/▸◉ hill-2 +connected +verified +1 +▄? +18 ms +now/);
    expect(rows[1]).toMatch(/◉ えりか +reachable +2 .*— +now|4 s/);
    expect(rows[2]).toMatch(/◌ bob +away +contact .*left 2 m/);
    expect(rows[3]).toMatch(/◌ dora +away +blocked .*never/);
  });

  test('of the chosen one tells all: what its link does, whether it left, whether it was ever heard', () => {
    expect(drawn({ chosen: 'hill' })).toMatch(/connected, 18 ms there and back, 3\.1 % lost/);
    expect(drawn({ chosen: 'bob' })).toMatch(/gone; it said goodbye 2 m ago/);
    expect(drawn({ chosen: 'dora' })).toMatch(/not reachable; never heard/);
    expect(drawn({ chosen: 'bob' })).toMatch(/a contact, its key not verified: v/);
  });

  test('shows how long answers took in the last minutes, where that was measured', () => {
    let state = start;
    for (let minute = 7; minute >= 0; minute--) {
      state = told(
        state,
        { type: 'clock', now: STORY_BEGINS - minute * MINUTE_MS },
        { type: 'peers', peers: [peer({ rttMs: minute < 2 ? 40 : 5 })] },
      );
    }
    expect(plain(peers(state, shows(), SIZES[0], MONO))).toMatch(/▁ ▁ ?▁.*▇/);
    expect(plain(peers(state, shows(), SIZES[0], ASCII))).toMatch(/_ _.*\*/);
  });

  test('drops columns where there is no room, the name and the state last', () => {
    const head = (cols: number) =>
      plain(peers({ ...among(village), size: { cols, rows: 20 } }, shows(), { cols, rows: 20 }, MONO))
        .split('\n')[2]
        ?.trim()
        .split(/ {2,}/);
    const all = ['NODE', 'NEW', 'STATE', 'KNOWN', 'HOPS', 'LAST 8 MIN', 'RTT', 'SEEN'];
    expect([head(120), head(100)]).toEqual([[...all, 'ADDRESS'], all]);
    expect(head(60)).toEqual(['NODE', 'NEW', 'STATE', 'HOPS', 'RTT', 'SEEN']);
    expect(head(40)).toEqual(['NODE', 'STATE', 'RTT']);
  });

  test('says what it will show and which commands fill it, while there is nobody', () => {
    const shown = plain(peers(start, shows(), SIZES[1], MONO));
    for (const word of ['Nobody heard yet', '/mesh connect ID@HOST:PORT', '/add URI', '/mesh doctor'])
      expect(shown).toContain(word);
  });

  test('draws ten thousand in a few milliseconds', () => {
    const state = among(many);
    expect(drawingMs(() => peers(state, shows(), SIZES[0], MONO))).toBeLessThan(50);
  });
});

describe('the order of peers', () => {
  test('can be changed with s, round and round', () => {
    let pane = shows();
    const seen = [];
    for (let n = 0; n < 5; n++) {
      seen.push(
        `${pane.order}: ${listedPeers(among(village), pane)
          .map(({ id }) => id)
          .join(' ')}`,
      );
      const [deed] = PEERS.type?.(start, pane, 's') ?? [];
      if (deed?.do === 'show' && deed.pane.name === 'peers') pane = deed.pane;
    }
    expect(seen).toEqual([
      'nearness: hill erika bob dora',
      'name: bob dora hill erika',
      'round trip: hill erika bob dora',
      'last heard: hill erika bob dora',
      'unread: hill erika bob dora',
    ]);
    expect(pane.order).toBe('nearness');
  });

  test('by what is unread puts those first who wrote', async () => {
    const state = await annsScreen();
    const node = {
      type: 'message',
      id: 'f'.repeat(64),
      kind: 'direct',
      from: PEOPLE.dora,
      fromName: 'dora',
      to: PEOPLE.ann,
    } as const;
    const event = { ...node, text: 'hi', created: 0, received: 0, hops: 1, rank: 99 };
    expect(listedPeers(told(state, { type: 'node', event }), shows({ order: 'unread' }))[0]?.name).toBe('dora');
  });
});

describe('keys in the peers', () => {
  const state = among(village);
  test('do what they say with the chosen one', () => {
    const pane = shows({ chosen: 'bob' });
    expect(PEERS.act?.(state, pane, { name: 'submit' })).toEqual([
      { do: 'open', conversation: { id: 'bob', kind: 'direct', name: 'bob' } },
    ]);
    expect(PEERS.type?.(state, pane, 'r')).toEqual([{ do: 'show', pane: { name: 'route', peer: 'bob' } }]);
    expect(PEERS.type?.(state, pane, 'p')).toEqual([{ do: 'run', line: '/mesh ping bob' }]);
    expect(PEERS.type?.(state, pane, 'w')).toEqual([{ do: 'run', line: '/mesh why bob' }]);
    expect(PEERS.type?.(state, pane, 'v')).toEqual([{ do: 'write', text: '/verify bob' }]);
  });

  test('a filter is erased by characters as people count them, by words, and at once', () => {
    const erased = (filter: string, op: 'erase' | 'killWord' | 'killToStart') =>
      PEERS.act?.(state, shows({ filter }), { name: 'edit', op });
    const filter = (filter: string | undefined) => [{ do: 'show', pane: shows({ filter }) }];
    expect(erased('hill 👩‍👧', 'erase')).toEqual(filter('hill '));
    expect(erased('hill node', 'killWord')).toEqual(filter('hill '));
    expect(erased('hill node', 'killToStart')).toEqual(filter(''));
    expect(erased('', 'erase')).toEqual(filter(undefined));
  });

  test('nothing happens to anybody while a filter is typed', () => {
    expect(PEERS.type?.(state, shows({ filter: '' }), 'p')).toEqual([{ do: 'show', pane: shows({ filter: 'p' }) }]);
  });
});
