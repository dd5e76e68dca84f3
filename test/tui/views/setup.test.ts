import { beforeAll, describe, expect, test } from 'vitest';
import type { Notebook } from '../../../src/api/notebook.ts';
import { welcomes } from '../../../src/tui/newcomer.ts';
import type { PaneOf, SetupStep } from '../../../src/tui/pane.ts';
import { lineFor, SETUP } from '../../../src/tui/panes/setup.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { FakeNode } from '../../support/fake-node.ts';
import { annsScreen, HOSTILE, MONO, PEOPLE, peer, SIZES, told } from '../story.ts';
import { keepsTheRules, plain } from './view-rules.ts';

let start: ViewState;
beforeAll(async () => {
  const met = await annsScreen();
  const name = `node-${PEOPLE.ann.slice(0, 4)}`;
  const fresh = { ...met, conversations: [], open: undefined, peers: [] };
  start = told(fresh, { type: 'status', status: { ...met.status!, name, connected: 0 } });
});

type Setup = PaneOf<'setup'>;
const on = (step: SetupStep, text = '', of: Partial<Setup> = {}): Setup => ({
  ...SETUP.begin,
  step,
  texts: { ...SETUP.begin.texts, [step]: text },
  shows: { contacts: [] },
  ...of,
});
const drawn = (pane: Setup, state = start, area: { cols: number; rows: number } = SIZES[0]): string =>
  plain(SETUP.draw(state, pane, area, MONO));
const enter = (pane: Setup, state = start) => SETUP.act?.(state, pane, { name: 'submit' });

describe('the first steps', () => {
  keepsTheRules({
    unmet: (area, theme) => SETUP.draw({ ...start, status: undefined }, SETUP.begin, area, theme),
    name: (area, theme) => SETUP.draw(start, on('name', 'ann'), area, theme),
    mesh: (area, theme) => SETUP.draw(start, on('mesh'), area, theme),
    friend: (area, theme) => SETUP.draw(start, on('friend', HOSTILE[0]), area, theme),
    hostile: (area, theme) =>
      SETUP.draw(
        told(start, { type: 'peers', peers: HOSTILE.map((name, n) => peer({ id: `${n}`, name })) }),
        on('mesh', HOSTILE[7]),
        area,
        theme,
      ),
  });

  test('say what was made, and where it is', () => {
    expect(drawn(on('name'))).toMatch(
      /✓ 1 {2}A key was made for you +\/home\/ann\/\.local\/share\/qpc: only on this computer/,
    );
    expect(drawn(on('name'))).toMatch(/▸ 2 {2}Pick a name that others see\n +❯ ▏ until then you are node-/);
  });

  test('say what is true of this network, and who was found', () => {
    const status = (mdns: 'on' | 'off') => told(start, { type: 'status', status: { ...start.status!, mdns } });
    expect(drawn(on('mesh'), status('on'))).toContain('looks on this network by mDNS');
    expect(drawn(on('mesh'), status('off'))).toContain('mDNS is off');
    expect(drawn(on('mesh'))).toContain('Nobody has been found yet.');
    const found = told(start, { type: 'peers', peers: [peer({ name: '~hill.k7qd' })] });
    expect(drawn(on('mesh'), found)).toContain('1 node within reach: ~hill.k7qd.');
  });

  test('Enter takes the name and goes on; without one it only goes on', () => {
    expect(enter(on('name', 'ann'))).toEqual([
      { do: 'show', pane: on('mesh', '', { texts: { name: 'ann', mesh: '', friend: '' } }) },
      { do: 'run', line: '/nick ann' },
    ]);
    expect(enter(on('name', '/quit'))).toContainEqual({ do: 'run', line: '/quit' });
    expect(enter(on('name'))).toEqual([{ do: 'show', pane: on('mesh') }]);
    expect(enter(on('friend'))).toEqual([{ do: 'show', pane: { name: 'chat' } }]);
  });

  test('an address stays where it was typed until it worked; then a second Enter goes on', () => {
    const typed = on('mesh', '192.0.2.7:7000');
    const done = { ...typed, done: '192.0.2.7:7000' };
    expect(enter(typed)).toEqual([
      { do: 'show', pane: done },
      { do: 'run', line: '/mesh server 192.0.2.7:7000' },
    ]);
    expect(enter(done)).toEqual([{ do: 'show', pane: { ...typed, step: 'friend' } }]);
    const refused = told(start, { type: 'said', banner: { kind: 'error', text: 'no' } });
    expect(enter(done, refused)).toContainEqual({ do: 'run', line: '/mesh server 192.0.2.7:7000' });
  });

  test.each([
    ['qpc:abc?v=1&c=x', '/add qpc:abc?v=1&c=x'],
    [PEOPLE.bob, `/add ${PEOPLE.bob}`],
    [`${PEOPLE.bob}@192.0.2.7:7000`, `/mesh connect ${PEOPLE.bob}@192.0.2.7:7000`],
    ['hill.example:7000', '/mesh server hill.example:7000'],
    ['[2001:db8::7]:7000', '/mesh server [2001:db8::7]:7000'],
    ['qpc-channel:caf%C3%A9?v=1&key=x', '/mesh subscribe café --key qpc-channel:caf%C3%A9?v=1&key=x'],
    ['/mesh doctor', '/mesh doctor'],
  ])('%s means %s', (typed, line) => expect(lineFor(typed)).toBe(line));

  test('a paste stays in its step, in one line', () => {
    expect(SETUP.paste?.(start, on('friend'), ' qpc:abc\n?v=1\x1b[2J')).toEqual([
      { do: 'show', pane: on('friend', 'qpc:abc ?v=1[2J') },
    ]);
  });

  test('Esc skips, whatever was typed', () =>
    expect(SETUP.act?.(start, on('name', 'a'), { name: 'back' })).toBeUndefined());

  test('what was typed before they were skipped stands there again when they are wanted', () => {
    const skipped = told(start, { type: 'pane', pane: on('name', 'Dör') }, { type: 'back' });
    expect(skipped.pane.name).toBe('chat');
    expect(SETUP.answers?.pane([], undefined, skipped)).toEqual(on('name', 'Dör'));
    expect(SETUP.answers?.pane([], undefined, start)).toEqual(SETUP.begin);
  });
});

describe('who is welcomed', () => {
  const notebook = (): Notebook & { readonly lines: string[] } => {
    const lines: string[] = [];
    return {
      lines,
      history: () => lines,
      remember: (line) => void lines.push(line),
      forget: () => {},
      drafts: () => new Map(),
      keepDraft: () => {},
    };
  };
  const alone = (): FakeNode => {
    const node = new FakeNode();
    node.book.contacts.length = 0;
    return node;
  };

  test('who has no name of their own, no conversation and no contact: once', async () => {
    const book = notebook();
    expect(await welcomes(start, alone(), book)).toBe(true);
    expect(book.lines).toEqual(['/setup']);
    expect(await welcomes(start, alone(), book)).toBe(false);
  });

  test('nobody else', async () => {
    expect(await welcomes(start, new FakeNode(), notebook())).toBe(false);
    expect(await welcomes({ ...start, me: { id: PEOPLE.ann, name: 'ann' } }, alone(), notebook())).toBe(false);
    expect(await welcomes({ ...start, conversations: (await annsScreen()).conversations }, alone(), notebook())).toBe(
      false,
    );
    expect(await welcomes({ ...start, gone: 'it was stopped' }, alone(), notebook())).toBe(false);
  });
});
