import { beforeAll, describe, expect, test } from 'vitest';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { GOTO } from '../../../src/tui/panes/goto.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { annsScreen, answered, HOSTILE, MONO, PEOPLE, peer, SIZES, STORY_BEGINS, told } from '../story.ts';
import { drawingMs, keepsTheRules, plain } from './view-rules.ts';

let start: ViewState;
let contacts: NonNullable<PaneOf<'goto'>['shows']>;
beforeAll(async () => {
  start = await annsScreen();
  contacts = await answered('contacts', {});
});

const shows = (query = '', chosen = 0): PaneOf<'goto'> => ({ ...GOTO.begin, query, chosen, shows: contacts });
const rows = (query = '', state = start): string[] =>
  plain(GOTO.draw(state, shows(query), { cols: 100, rows: 60 }, MONO))
    .split('\n')
    .slice(3)
    .map((row) => row.slice(0, 44).replace('▸', '').trim());
const many = Array.from({ length: 10_000 }, (_, n) => peer({ id: `${n}`, name: `node ${n}`, state: 'known' }));
const press = (query: string) => GOTO.act?.(start, shows(query), { name: 'submit' });

describe('going somewhere', () => {
  keepsTheRules({
    fresh: (area, theme) => GOTO.draw(start, GOTO.begin, area, theme),
    all: (area, theme) => GOTO.draw(start, shows(), area, theme),
    found: (area, theme) => GOTO.draw(start, shows('mesh', 7), area, theme),
    nothing: (area, theme) => GOTO.draw(start, shows(HOSTILE[0]!), area, theme),
    hostile: (area, theme) =>
      GOTO.draw(
        told(start, { type: 'peers', peers: HOSTILE.map((name, n) => peer({ id: `${n}`, name })) }),
        shows('', 3),
        area,
        theme,
      ),
    many: (area, theme) => GOTO.draw(told(start, { type: 'peers', peers: many }), shows('', 5000), area, theme),
  });

  test('offers chats first, the open one last of them, then people, views and commands', () => {
    const all = rows();
    expect(all.slice(0, 4)).toEqual(['bob', 'dora', '#general', '~carol.k7qd']);
    expect(all).toContain('peers');
    expect(all).toContain('/mesh send');
  });

  test('finds by a few letters, whatever is between them', () => {
    expect(rows('crl')[0]).toBe('~carol.k7qd');
    expect(rows('gen')[0]).toBe('#general');
    expect(rows('mtrace')[0]).toBe('/mesh trace');
    expect(rows('xyzzy')[0]).toMatch(/^nothing is called so/);
  });

  test('Enter goes there: a person without a chat begins one, a command waits for its words', () => {
    expect(press('crl')).toEqual([
      { do: 'open', conversation: { id: PEOPLE.carol, kind: 'direct', name: '~carol.k7qd' } },
    ]);
    expect(press('gen')).toEqual([{ do: 'open', conversation: { id: start.open, kind: 'channel', name: '#general' } }]);
    expect(press('mtrace')).toEqual([{ do: 'write', text: '/mesh trace ' }]);
    expect(press('what this node keeps')).toEqual([
      { do: 'back' },
      { do: 'act', action: { name: 'pane', pane: 'store' } },
    ]);
    expect(press('xyzzy')).toEqual([]);
  });

  test('Esc empties the line first, then leaves', () => {
    expect(GOTO.act?.(start, shows('bo'), { name: 'back' })).toEqual([{ do: 'show', pane: shows('') }]);
    expect(GOTO.act?.(start, shows(''), { name: 'back' })).toBeUndefined();
    expect(GOTO.act?.(start, shows('bo👋🏽'), { name: 'edit', op: 'erase' })).toEqual([
      { do: 'show', pane: shows('bo') },
    ]);
  });

  test('ten thousand people are found in a few milliseconds', () => {
    const state = { ...told(start, { type: 'peers', peers: many }), now: STORY_BEGINS };
    expect(drawingMs(() => GOTO.draw(state, shows('node 77'), SIZES[0], MONO))).toBeLessThan(250);
  });
});
