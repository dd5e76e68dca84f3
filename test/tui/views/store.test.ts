import { beforeAll, describe, expect, test } from 'vitest';
import type { PaneOf } from '../../../src/tui/pane.ts';
import { STORE } from '../../../src/tui/panes/store.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { annsScreen, answered, GENERAL, HOSTILE, MONO, PEOPLE, SIZES } from '../story.ts';
import { drawingMs, keepsTheRules, plain } from './view-rules.ts';

type Report = NonNullable<PaneOf<'store'>['shows']>;
let start: ViewState;
let report: Report;
beforeAll(async () => {
  start = await annsScreen();
  report = await answered('store', {});
});

const kept = (to: string, of: Partial<Report['perRecipient'][number]> = {}): Report['perRecipient'][number] => ({
  to,
  kind: 'direct',
  name: to,
  envelopes: 2,
  bytes: 1200,
  oldestMs: 720_000,
  expiresInMs: 518_400_000,
  ...of,
});
const VILLAGE = (): Report => ({
  ...report,
  carried: { envelopes: 41, bytes: 134_217_728 },
  lanes: [
    { lane: 'contact', envelopes: 40, bytes: 100_000_000, bytesMax: 134_217_728 },
    { lane: 'stranger', envelopes: 1, bytes: 1000, bytesMax: 33_554_432 },
  ],
  perRecipient: [
    kept(PEOPLE.bob, { name: 'bob' }),
    kept(PEOPLE.dora, { name: 'dora' }),
    kept(GENERAL, { kind: 'channel', name: '#general' }),
  ],
});
const shows = (of: Report | undefined, chosen?: string): PaneOf<'store'> => ({
  name: 'store',
  chosen,
  ...(of ? { shows: of } : {}),
});
const hostile = (): Report => ({
  ...report,
  perRecipient: HOSTILE.map((name) => kept(name)),
  refused: { [HOSTILE[0]!]: 3 },
});
const many = (): Report => ({ ...report, perRecipient: Array.from({ length: 10_000 }, (_, n) => kept(`${n}`)) });

describe('the store', () => {
  keepsTheRules({
    unread: (area, theme) => STORE.draw(start, shows(undefined), area, theme),
    empty: (area, theme) => STORE.draw(start, shows({ ...report, perRecipient: [] }), area, theme),
    one: (area, theme) => STORE.draw(start, shows(report), area, theme),
    some: (area, theme) => STORE.draw(start, shows(VILLAGE()), area, theme),
    hostile: (area, theme) => STORE.draw(start, shows(hostile()), area, theme),
    many: (area, theme) => STORE.draw(start, shows(many(), '7000'), area, theme),
  });

  test('shows how full the room for others is, and the part of each lane', () => {
    const shown = plain(STORE.draw(start, shows(VILLAGE()), SIZES[0], MONO));
    expect(shown).toMatch(/Carried for others +█{12}·{12} {2}134 MB of 268 MB, 41 messages/);
    expect(shown).toMatch(/for contacts +█{17}[▏▎▍▌▋▊▉█]·{6} {2}100 MB of 134 MB/);
    expect(shown).toMatch(/for strangers +▏·{23}/);
  });

  test('says of each recipient what its mail waits for', () => {
    const shown = plain(STORE.draw(start, shows(VILLAGE()), SIZES[0], MONO));
    expect(shown).toMatch(/▸ bob +2 +1\.2 kB +12 m +6 d +going out/);
    expect(shown).toMatch(/dora .*waiting to hear dora/);
    expect(shown).toMatch(/#general .*for readers that come by/);
  });

  test('says what it will hold while it holds nothing', () => {
    const shown = plain(STORE.draw(start, shows({ ...report, perRecipient: [] }), SIZES[1], MONO)).replace(/\s+/g, ' ');
    expect(shown).toMatch(/Nothing waits for anybody\. What you write to who is away stays here/);
  });

  test('keys act on the chosen one', () => {
    const pane = shows(VILLAGE(), PEOPLE.dora);
    expect(STORE.act?.(start, pane, { name: 'down' })).toEqual([{ do: 'show', pane: { ...pane, chosen: GENERAL } }]);
    expect(STORE.act?.(start, pane, { name: 'submit' })).toEqual([
      { do: 'open', conversation: { id: PEOPLE.dora, kind: 'direct', name: 'dora' } },
    ]);
    expect(STORE.type?.(start, pane, 'w')).toEqual([{ do: 'run', line: `/mesh why ${PEOPLE.dora}` }]);
    expect(STORE.type?.(start, pane, 'e')).toEqual([{ do: 'write', text: `/mesh store export --to ${PEOPLE.dora} ` }]);
    expect(STORE.type?.(start, shows(VILLAGE(), GENERAL), 'w')).toBeUndefined();
  });

  test('draws ten thousand recipients in a few milliseconds', () => {
    const pane = shows(many(), '7000');
    expect(drawingMs(() => STORE.draw(start, pane, SIZES[0], MONO))).toBeLessThan(50);
  });
});
