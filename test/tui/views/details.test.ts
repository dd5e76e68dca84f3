import { beforeAll, describe, expect, test } from 'vitest';
import type { Details } from '../../../src/api/reading.ts';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { DETAILS } from '../../../src/tui/panes/details.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { annsScreen, GENERAL, HOSTILE, MONO, message, PEOPLE, SIZES, STORY_BEGINS } from '../story.ts';
import { keepsTheRules, plain } from './view-rules.ts';

let start: ViewState;
beforeAll(async () => {
  start = await annsScreen();
});

const bob = { id: PEOPLE.bob, name: 'bob' };
const hill = { id: PEOPLE.carol, name: 'hill-2' };
const at = (seconds: number): number => STORY_BEGINS + seconds * 1000;
const line = message(1, {
  kind: 'direct',
  from: PEOPLE.ann,
  fromName: 'ann',
  to: PEOPLE.bob,
  text: 'is the hill node up?',
  state: 'delivered',
});

const OURS: Details = {
  message: line,
  steps: [
    { what: 'written', at: at(0) },
    { what: 'queued', at: at(0) },
    { what: 'tried', at: at(1), who: hill, detail: 'accepted' },
    { what: 'carried', at: at(2), who: hill },
    { what: 'delivered', at: at(90_000), who: bob, hops: 2 },
  ],
  size: 512,
  holders: [hill, bob],
  seq: 3,
  follows: 1,
  why: { paragraph: 'it was delivered: the signed receipt of bob is here', findings: [] },
};
const THEIRS: Details = {
  ...OURS,
  message: message(2, { hops: 2 }),
  steps: [
    { what: 'written', at: at(0), who: bob },
    { what: 'received', at: at(1), who: hill, hops: 2 },
  ],
  holders: [],
  via: hill,
};
const POST: Details = {
  ...OURS,
  message: { ...line, kind: 'channel', to: GENERAL, channel: 'general', state: 'queued' },
  members: [
    { ...bob, has: true, lastSeen: at(0) },
    { ...hill, has: false, lastSeen: at(-600) },
  ],
  keptUntil: at(86_400),
  copies: 4,
};
const hostile: Details = {
  ...POST,
  message: { ...POST.message, text: HOSTILE.join('\n'), fromName: HOSTILE[0]!, channel: HOSTILE[1]! },
  steps: HOSTILE.map((name) => ({ what: 'tried', at: at(0), who: { id: name, name }, detail: name })),
  holders: HOSTILE.map((name) => ({ id: name, name })),
  members: HOSTILE.map((name) => ({ id: name, name, has: false, lastSeen: 0 })),
  why: { paragraph: HOSTILE[0]!, findings: [] },
};
const many = {
  ...POST,
  members: Array.from({ length: 10_000 }, (_, n) => ({ id: `${n}`, name: `${n}`, has: n % 2 === 0, lastSeen: at(0) })),
};

const shows = (of: Details | undefined, top = 0): PaneOf<'details'> => ({
  name: 'details',
  message: line.id,
  top,
  ...(of ? { shows: of } : {}),
});
const drawn = (of: Details, area: { cols: number; rows: number } = { cols: 100, rows: 40 }): string =>
  plain(DETAILS.draw(start, shows(of), area, MONO));

describe('the details of a message', () => {
  keepsTheRules({
    unread: (area, theme) => DETAILS.draw(start, shows(undefined), area, theme),
    ours: (area, theme) => DETAILS.draw(start, shows(OURS), area, theme),
    theirs: (area, theme) => DETAILS.draw(start, shows(THEIRS, 5), area, theme),
    post: (area, theme) => DETAILS.draw(start, shows(POST), area, theme),
    hostile: (area, theme) => DETAILS.draw(start, shows(hostile), area, theme),
    many: (area, theme) => DETAILS.draw(start, shows(many, 4000), area, theme),
  });

  test('tell its life step by step, with the day where it changes', () => {
    expect(drawn(OURS).split('\n').slice(5, 12)).toEqual([
      expect.stringMatching(/^ {3}\S.*2026/),
      '   08:00:00 ┌ written',
      '   08:00:00 ├ on disk here, nobody else has it',
      '   08:00:01 ├ offered to hill-2  accepted',
      '   08:00:02 ├ carried by hill-2',
      expect.stringMatching(/^ {3}\S.*2026/),
      "   09:00:00 └ signed for by its reader's node (bob)  over 2 links",
    ]);
  });

  test('say who has it, and over whom it came', () => {
    expect(drawn(OURS)).toMatch(/has it +hill-2, bob/);
    expect(drawn(THEIRS)).toMatch(/came over +hill-2, 2 links/);
    expect(drawn({ ...OURS, holders: [] })).toMatch(/has it +nobody else, as far as is known/);
  });

  test('of a channel say which members are known to have it', () => {
    const shown = drawn(POST);
    expect(shown).toContain('1 of 2 known members have it');
    expect(shown).toMatch(/✓ bob/);
    expect(shown).toMatch(/◌ hill-2 +not known to have it, heard 10 m ago/);
    expect(shown).toMatch(/kept here +for 24 h more/);
  });

  test('offer to try again only where that means something', () => {
    expect(drawn(OURS, SIZES[0])).not.toContain('t try again');
    expect(drawn(POST, SIZES[0])).toContain('t try again');
    expect(DETAILS.type?.(start, shows(OURS), 't')).toEqual([{ do: 'run', line: `/retry ${line.id}` }]);
    expect(DETAILS.type?.(start, shows(OURS), 'r')).toEqual([
      { do: 'show', pane: { name: 'route', peer: PEOPLE.bob } },
    ]);
    expect(DETAILS.type?.(start, shows(POST), 'r')).toEqual([]);
  });

  test('are not scrolled beyond their end', () => {
    const pressed = (pane: PaneOf<'details'>, name: 'scroll' | 'up'): PaneOf<'details'> => {
      const action = name === 'scroll' ? ({ name, pages: 1 } as const) : ({ name } as const);
      const [deed] = DETAILS.act?.({ ...start, size: { cols: 60, rows: 14 } }, pane, action) ?? [];
      return deed?.do === 'show' && deed.pane.name === 'details' ? deed.pane : pane;
    };
    let pane = shows(POST);
    for (let n = 0; n < 9; n++) pane = pressed(pane, 'scroll');
    const area = { cols: 60, rows: 12 };
    const end = plain(DETAILS.draw(start, pane, area, MONO));
    expect(end).toContain('the signed receipt of bob is here');
    expect(plain(DETAILS.draw(start, pressed(pane, 'up'), area, MONO))).not.toBe(end);
  });

  test('answer /mesh why of a message; of a peer lines do', () => {
    const finding = { code: 'DELIVERED', severity: 'info', found: '', fix: '' } as const;
    const why = (subject: string) =>
      DETAILS.answers?.pane([], { paragraph: '', findings: [{ ...finding, subject }] }, start);
    expect(why(line.id)).toEqual(shows(undefined));
    expect(why(PEOPLE.bob)).toBeUndefined();
    expect(DETAILS.answers?.pane([], OURS, start)).toEqual(shows(undefined));
  });
});
