import { type Preferences, USUAL_PREFERENCES } from '../api/preferences.ts';
import type { ApiEvent } from '../api/schema.ts';
import type { Channel, Peer, Status } from '../api/shapes.ts';
import { type Progress, sentLine } from '../commands/show.ts';
import type { Look } from './drawing/theme.ts';
import { type KeyMap, USUAL_KEYS } from './keys/key-map.ts';
import type { Drafts } from './line/drafts.ts';
import { FRESH_PROMPT, type Prompt } from './line/prompt.ts';
import { CHAT, type Pane, type PaneOf } from './pane.ts';
import type { Aims } from './reading/aim.ts';
import type { Conversation, Delivery, Me } from './reading/conversations.ts';
import type { Anchor } from './reading/scroll.ts';
import type { Rtts } from './rtts.ts';
import { type Abilities, abilitiesOf } from './terminal/abilities.ts';
import type { Traces } from './traces.ts';

/** A line that the reader has gone to or chosen. */
export type Chosen = {
  readonly id: string;
  /** What keys do: write as ever while the line is only marked; act on it; or answer what was asked about it. */
  readonly mode: 'marked' | 'keys' | 'react' | 'delete' | 'failed' | 'link';
  /** What has been typed as a reaction. */
  readonly typed?: string;
  /** Which of its links is meant, from 0. */
  readonly link?: number;
};

/** One thing to say, above the status bar, until the line changes. */
export type Banner = {
  /** `done` says that something is different now, `answer` only what is. */
  readonly kind: 'error' | 'warning' | 'done' | 'answer';
  readonly text: string;
  /** A message of ours that it is about: it says how far that is now, for as long as the screen knows. */
  readonly sent?: { readonly id: string; readonly to: string };
};

/** Everything that is on the screen. */
export type ViewState = {
  readonly size: { readonly cols: number; readonly rows: number };
  /** Whether signs are ASCII. */
  readonly ascii: boolean;
  /** The clock, for "seen" and the status bar: milliseconds since 1970. */
  readonly now: number;
  readonly me: Me;
  readonly status: Status | undefined;
  readonly conversations: readonly Conversation[];
  /** News of messages that were not here when it came: it may be faster than the answer that brings the message. */
  readonly early: readonly Delivery[];
  /** The id of the open conversation. */
  readonly open: string | undefined;
  /** Where the reader has scrolled to; `undefined` at the newest line. */
  readonly anchor: Anchor | undefined;
  readonly chosen: Chosen | undefined;
  /** A line of the open conversation that is being read from the node, to go to and mark, or to begin reading at. */
  readonly seeking: { readonly line: string; readonly mode: Chosen['mode'] | 'first' } | undefined;
  /** What the line being written is for, in conversations where it is not a line like any other. */
  readonly aims: Aims;
  /** The search that the reader came from. */
  readonly search: PaneOf<'search'> | undefined;
  /** The first steps as they were when they were skipped. */
  readonly setup: PaneOf<'setup'> | undefined;
  /** Who was writing lately, and where; a notice is worth `TYPING_SHOWN_MS`. */
  readonly typing: readonly Omit<Extract<ApiEvent, { type: 'typing' }>, 'type'>[];
  /** What takes long at the moment. */
  readonly tasks: readonly Progress[];
  /** What was asked from here and is not answered yet. */
  readonly running: { readonly line: string; readonly since: number } | undefined;
  readonly peers: readonly Peer[];
  /** The channels that are read here. */
  readonly channels: readonly Channel[];
  /** Round-trip times of the links to neighbours, as they were told in the last minutes. */
  readonly rtts: Rtts;
  /** What traces have found, by the peer they went to; the oldest goes. */
  readonly traces: Traces;
  readonly pane: Pane;
  /** The views beneath it, which Esc goes back to, the lowest first; beneath all is the chat. */
  readonly beneath: readonly Pane[];
  readonly prompt: Prompt;
  /** What was begun in conversations that are not open. */
  readonly drafts: Drafts;
  readonly banner: Banner | undefined;
  /** Whether the terminal has the person's attention, as far as it tells. */
  readonly focused: boolean;
  /** Whether Alt+B was pressed: takes the list away where it is, and shows it where it is not. */
  readonly listHidden: boolean;
  /** Why the node is gone, while it is. */
  readonly gone: string | undefined;
  /** Whether the node is there but has not answered for too long. */
  readonly silent: boolean;
  readonly look: Look;
  /** What the terminal understands. */
  readonly able: Abilities;
  /** What the person has chosen about the screen. */
  readonly preferences: Preferences;
  /** What every key asks for. */
  readonly keys: KeyMap;
};

/** A screen before it has heard of its node. */
export const beginning = (size: ViewState['size'], now: number): ViewState => ({
  size,
  ascii: false,
  now,
  me: { id: '', name: '' },
  status: undefined,
  conversations: [],
  early: [],
  open: undefined,
  anchor: undefined,
  chosen: undefined,
  seeking: undefined,
  aims: new Map(),
  search: undefined,
  setup: undefined,
  typing: [],
  tasks: [],
  running: undefined,
  peers: [],
  channels: [],
  rtts: new Map(),
  traces: new Map(),
  pane: CHAT,
  beneath: [],
  prompt: FRESH_PROMPT,
  drafts: new Map(),
  banner: undefined,
  focused: true,
  listHidden: false,
  gone: undefined,
  silent: false,
  look: { choice: 'auto', background: undefined },
  able: abilitiesOf({}),
  preferences: USUAL_PREFERENCES,
  keys: USUAL_KEYS,
});

/** The conversation that is open. */
export const openConversation = ({ conversations, open }: ViewState): Conversation | undefined =>
  conversations.find((conversation) => conversation.id === open);

/** Whether letters act on a chosen line, and are not written. */
export const isChoosing = ({ chosen }: ViewState): boolean => chosen !== undefined && chosen.mode !== 'marked';

/** What the line above the status bar says now. */
export function bannerText({ banner, conversations, ascii }: ViewState): string {
  if (!banner?.sent) return banner?.text ?? '';
  const { id, to } = banner.sent;
  const state = conversations.flatMap(({ messages }) => messages.findLast((message) => message.id === id) ?? [])[0]
    ?.state;
  return state === undefined ? banner.text : sentLine({ id, state, to }, { ascii });
}

/** Whether the person looks at the newest line of a conversation now. */
export const looksAt = (state: ViewState, id: string): boolean =>
  state.focused &&
  state.open === id &&
  state.anchor === undefined &&
  state.seeking === undefined &&
  state.pane.name === 'chat' &&
  openConversation(state)?.newer === false;
