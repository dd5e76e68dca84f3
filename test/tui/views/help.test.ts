import { beforeAll, describe, expect, test } from 'vitest';
import { keyMap } from '../../../src/tui/keys/key-map.ts';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { HELP } from '../../../src/tui/panes/help.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { annsScreen, HOSTILE, MONO, SIZES } from '../story.ts';
import { keepsTheRules, plain } from './view-rules.ts';

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

const shows = (query = '', chosen?: number): PaneOf<'help'> => ({ ...HELP.begin, query, chosen });
const drawn = (pane: PaneOf<'help'>, area: { cols: number; rows: number } = SIZES[0]): string =>
  plain(HELP.draw(start, pane, area, MONO));
const press = (pane: PaneOf<'help'>, name: 'submit' | 'back' | 'down' | 'up') => HELP.act?.(start, pane, { name });

describe('the help', () => {
  keepsTheRules({
    all: (area, theme) => HELP.draw(start, HELP.begin, area, theme),
    'far down': (area, theme) => HELP.draw(start, shows('', 50), area, theme),
    found: (area, theme) => HELP.draw(start, shows('chat'), area, theme),
    nothing: (area, theme) => HELP.draw(start, shows(HOSTILE[0]!), area, theme),
  });

  test('has every key that is explained and every command that can be typed here', () => {
    const all = drawn(HELP.begin, { cols: 100, rows: 200 });
    for (const word of ['Alt+1…9', 'Ctrl+Z', '/mesh map', '/quit', 'Commands']) expect(all).toContain(word);
    expect(all).not.toContain('qpc up');
    for (const { usage } of [{ usage: '/mesh send PEER TEXT…' }]) expect(all).toContain(usage);
  });

  test('is searched by typing', () => {
    expect(drawn(shows('scroll'))).toMatch(/PgUp PgDn +scroll/);
    expect(drawn(shows('scroll'))).not.toContain('Ctrl+Z');
    expect(drawn(shows('xyzzy'))).toContain('nothing is called so');
    expect(HELP.type?.(start, shows('s'), 'q')).toEqual([{ do: 'show', pane: shows('sq') }]);
  });

  test('finds what is an option of a command, and says which, and what is called otherwise elsewhere', () => {
    expect(drawn(shows('private'))).toMatch(/\/mesh subscribe TOPIC +--private: with a random key/);
    expect(press(shows('private'), 'submit')).toEqual([{ do: 'write', text: '/mesh subscribe ' }]);
    const [, , , first] = drawn(shows('invite')).split('\n');
    expect(first).toContain('/mesh subscribe');
    expect(drawn(shows('join')).split('\n')[3]).toContain('/mesh subscribe');
  });

  test('Enter does what a key does, in the chat, and puts a command into the prompt', () => {
    expect(press(shows('what this node keeps'), 'submit')).toEqual([
      { do: 'show', pane: { name: 'chat' } },
      { do: 'act', action: { name: 'pane', pane: 'store' } },
    ]);
    expect(press(shows('/mesh trace'), 'submit')).toEqual([{ do: 'write', text: '/mesh trace ' }]);
    expect(press(shows(), 'submit')).toEqual([]);
  });

  test('↑ and ↓ go through all of it, and what is chosen is in sight', () => {
    let pane = shows();
    for (let n = 0; n < 200; n++) {
      const [deed] = press(pane, 'down') ?? [];
      if (deed?.do === 'show' && deed.pane.name === 'help') pane = deed.pane;
    }
    expect(drawn(pane)).toContain('/quit');
    expect(press({ ...pane, chosen: 1 }, 'up')).toEqual([{ do: 'show', pane: shows('', 0) }]);
  });

  test('the key that opened it closes it; Esc empties the search first', () => {
    expect(HELP.type?.(start, shows(), '?')).toEqual([{ do: 'back' }]);
    expect(press(shows('chat'), 'back')).toEqual([{ do: 'show', pane: shows() }]);
    expect(press(shows(), 'back')).toBeUndefined();
  });

  test('shows keys as this person has bound them', () => {
    const keys = keyMap('default', [{ key: 'alt+z', action: { name: 'pane', pane: 'map' } }]);
    expect(plain(HELP.draw({ ...start, keys }, HELP.begin, SIZES[0], MONO))).toMatch(/Alt\+Z Alt\+M/);
  });
});
