import type { Method, Params, Result } from '../../src/api/schema.ts';
import type { Message, Peer } from '../../src/api/shapes.ts';
import { chooseTheme, type Theme } from '../../src/tui/drawing/theme.ts';
import { beginning, type ViewState } from '../../src/tui/screen-state.ts';
import { next, type ViewEvent } from '../../src/tui/view-state.ts';
import { FakeNode } from '../support/fake-node.ts';
import { GENERAL, messageId, PEOPLE, STORY_BEGINS } from '../support/fake-people.ts';

export { GENERAL, PEOPLE, STORY_BEGINS };

const AUTO = { choice: 'auto', background: undefined } as const;

/** Themes by what they are for; plain ones leave no escape at all but bold, dim and inverse. */
export const DARK: Theme = chooseTheme({ TERM: 'xterm-256color', LANG: 'C.UTF-8' }, AUTO);
export const MONO: Theme = chooseTheme({ NO_COLOR: '1', LANG: 'C.UTF-8' }, AUTO);
export const ASCII: Theme = chooseTheme({ NO_COLOR: '1', LANG: 'C' }, AUTO);

/** Sizes at which every view is tested. */
export const SIZES = [
  { cols: 100, rows: 30 },
  { cols: 60, rows: 20 },
  { cols: 40, rows: 12 },
] as const;

/** Names and texts that a stranger could send to harm a terminal or a reader. */
export const HOSTILE = [
  '\x1b]0;owned\x07\x1b[2J\x1b[31mred',
  '\u009b31mC1\u0085\u2028\u2029',
  '\u202egnp.exe\u2066\u200f',
  `z${'\u0301'.repeat(60)}algo`,
  'line\nbreak\r\nand\ttab\b\b',
  '\u{e0041}\u{e0042}tags\ufeff',
  '👩‍👩‍👧‍👦'.repeat(20),
  '今日は'.repeat(30),
  'w'.repeat(300),
];

/** A message of somebody, `minutes` after the story begins. */
export const message = (index: number, of: Partial<Message> = {}): Message => ({
  id: messageId(1000 + index),
  kind: 'channel',
  from: PEOPLE.bob,
  fromName: 'bob',
  to: GENERAL,
  channel: 'general',
  text: `line ${index}`,
  created: STORY_BEGINS + index * 60_000,
  received: STORY_BEGINS + index * 60_000,
  hops: 1,
  rank: 9 + index,
  ...of,
});

export const peer = (of: Partial<Peer>): Peer => ({
  id: PEOPLE.bob,
  name: 'bob',
  source: 'mdns',
  state: 'connected',
  roles: [],
  lastSeen: STORY_BEGINS,
  ...of,
});

/** The screen after some events. */
export const told = (state: ViewState, ...events: readonly ViewEvent[]): ViewState => events.reduce(next, state);

/** What ann's node answers to a question. */
export async function answered<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
  const answer = await new FakeNode().call(method, params);
  if (!answer.ok) throw new Error(`the fake refused ${method}`);
  return answer.result;
}

/** ann's screen when she has just come: `#general` open, its lines read. */
export async function annsScreen(size: ViewState['size'] = SIZES[0]): Promise<ViewState> {
  const [status, { peers }, { conversations }, page] = await Promise.all([
    answered('status', {}),
    answered('peers', {}),
    answered('conversations', {}),
    answered('history', { where: GENERAL }),
  ]);
  return told(
    beginning(size, STORY_BEGINS),
    { type: 'status', status },
    { type: 'peers', peers },
    { type: 'conversations', conversations },
    { type: 'opened', id: GENERAL, kind: 'channel', name: '#general' },
    { type: 'page', id: GENERAL, page },
  );
}
