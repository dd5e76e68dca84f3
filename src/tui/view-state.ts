import type { ApiEvent, Message, Peer, Result, Status } from '../api/schema.ts';
import {
  arrived,
  type Conversation,
  delivered,
  entered,
  left,
  listed,
  type Me,
  paged,
  reread,
  seen,
} from './conversations.ts';
import { layout } from './layout.ts';
import { FRESH_PROMPT, type Prompt } from './prompt.ts';
import { type Anchor, type Pane as Area, atTop, scrolled } from './scroll.ts';
import type { Look } from './theme.ts';

/** What fills the screen above the status bar. */
export type Pane =
  | { readonly name: 'chat' }
  | { readonly name: 'peers'; readonly chosen: string | undefined; readonly filter: string | undefined }
  | { readonly name: 'store'; readonly top: number }
  | { readonly name: 'identity' }
  | { readonly name: 'help'; readonly top: number }
  /** What a command answered. */
  | { readonly name: 'lines'; readonly title: string; readonly lines: readonly string[]; readonly top: number };

/** One thing to say, above the status bar, until the line changes. */
export type Banner = { readonly kind: 'error' | 'warning' | 'done'; readonly text: string };

/** Everything that is on the screen. */
export type ViewState = {
  readonly size: { readonly cols: number; readonly rows: number };
  /** The clock, for "seen" and the status bar: milliseconds since 1970. */
  readonly now: number;
  readonly me: Me;
  readonly status: Status | undefined;
  readonly conversations: readonly Conversation[];
  /** The id of the open conversation. */
  readonly open: string | undefined;
  /** Where the reader has scrolled to; `undefined` at the newest line. */
  readonly anchor: Anchor | undefined;
  readonly peers: readonly Peer[];
  readonly store: Result<'store'> | undefined;
  readonly identity: Result<'identity'> | undefined;
  readonly pane: Pane;
  readonly prompt: Prompt;
  readonly banner: Banner | undefined;
  /** Whether the terminal has the person's attention, as far as it tells. */
  readonly focused: boolean;
  /** Whether Alt+B was pressed: takes the list away where it is, and shows it where it is not. */
  readonly listHidden: boolean;
  /** Why the node is gone, while it is. */
  readonly gone: string | undefined;
  readonly look: Look;
};

/** What can happen to the screen, from either side. */
export type ViewEvent =
  | { readonly type: 'node'; readonly event: ApiEvent }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'conversations'; readonly conversations: Result<'conversations'>['conversations'] }
  | { readonly type: 'page'; readonly id: string; readonly page: Result<'history'> }
  | { readonly type: 'written'; readonly message: Message }
  | { readonly type: 'peers'; readonly peers: readonly Peer[] }
  | { readonly type: 'store'; readonly store: Result<'store'> }
  | { readonly type: 'identity'; readonly identity: Result<'identity'> }
  | { readonly type: 'gone'; readonly why: string }
  | { readonly type: 'returned' }
  | { readonly type: 'look'; readonly look: Look }
  | { readonly type: 'opened'; readonly id: string; readonly kind: Message['kind']; readonly name: string }
  | { readonly type: 'seen'; readonly id: string }
  | { readonly type: 'scrolled'; readonly rows: number }
  | { readonly type: 'anchored'; readonly at: 'newest' | 'oldest' | 'fresh' }
  | { readonly type: 'pane'; readonly pane: Pane }
  | { readonly type: 'prompt'; readonly prompt: Prompt }
  | { readonly type: 'said'; readonly banner: Banner | undefined }
  | { readonly type: 'resized'; readonly cols: number; readonly rows: number }
  | { readonly type: 'clock'; readonly now: number }
  | { readonly type: 'focus'; readonly focused: boolean }
  | { readonly type: 'list' };

/** A screen before it has heard of its node. */
export const beginning = (size: ViewState['size'], now: number): ViewState => ({
  size,
  now,
  me: { id: '', name: '' },
  status: undefined,
  conversations: [],
  open: undefined,
  anchor: undefined,
  peers: [],
  store: undefined,
  identity: undefined,
  pane: { name: 'chat' },
  prompt: FRESH_PROMPT,
  banner: undefined,
  focused: true,
  listHidden: false,
  gone: undefined,
  look: { choice: 'auto', background: undefined },
});

/** What the screen shows after something happened. */
export function next(state: ViewState, event: ViewEvent): ViewState {
  switch (event.type) {
    case 'node':
      return heard(state, event.event);
    case 'status': {
      const { id, name } = event.status;
      return { ...state, status: event.status, me: { id, name } };
    }
    case 'conversations': {
      const all = { ...state, conversations: listed(state.conversations, event.conversations, state.open) };
      // The node may have counted before it heard that we looked.
      return state.open !== undefined && looksAt(state, state.open) ? onConversation(all, state.open, seen) : all;
    }
    case 'page':
      return onConversation(state, event.id, (conversation) => paged(conversation, event.page));
    case 'written':
      return { ...state, conversations: arrived(state.conversations, event.message, state.me, true) };
    case 'peers':
      return { ...state, peers: event.peers };
    case 'store':
      return { ...state, store: event.store };
    case 'identity':
      return { ...state, identity: event.identity };
    case 'gone':
      return { ...state, gone: event.why };
    case 'returned':
      return { ...state, gone: undefined, conversations: state.conversations.map((it) => reread(it, state.open)) };
    case 'look':
      return { ...state, look: event.look };
    case 'opened':
      return opened(state, event);
    case 'seen':
      return onConversation(state, event.id, seen);
    case 'scrolled':
      return onOpen(state, (conversation, area) => scrolled(conversation, state.anchor, event.rows, area));
    case 'anchored':
      return anchored(state, event.at);
    case 'pane':
      return { ...state, pane: event.pane };
    case 'prompt':
      return event.prompt === state.prompt ? state : { ...state, prompt: event.prompt };
    case 'said':
      return event.banner === state.banner ? state : { ...state, banner: event.banner };
    case 'resized':
      return { ...state, size: { cols: event.cols, rows: event.rows } };
    case 'clock':
      return { ...state, now: event.now };
    case 'focus':
      return { ...state, focused: event.focused };
    case 'list':
      return { ...state, listHidden: !state.listHidden };
  }
}

/** The conversation that is open. */
export const openConversation = ({ conversations, open }: ViewState): Conversation | undefined =>
  conversations.find((conversation) => conversation.id === open);

/** Whether the person looks at the newest line of a conversation now. */
export const looksAt = (state: ViewState, id: string): boolean =>
  state.focused && state.open === id && state.anchor === undefined && state.pane.name === 'chat';

function heard(state: ViewState, event: ApiEvent): ViewState {
  switch (event.type) {
    case 'message': {
      const { type: _, ...message } = event;
      const at = message.kind === 'channel' || message.from === state.me.id ? message.to : message.from;
      return { ...state, conversations: arrived(state.conversations, message, state.me, looksAt(state, at)) };
    }
    case 'delivery':
      return { ...state, conversations: delivered(state.conversations, event) };
    case 'peer': {
      const at = state.peers.findIndex((peer) => peer.id === event.id);
      const was = state.peers[at];
      if (!was) return state; // the whole list is read again soon
      const name = event.state === 'connected' || event.state === 'discovered' ? event.state : 'known';
      return { ...state, peers: state.peers.with(at, { ...was, name: event.name, state: name, lastSeen: event.at }) };
    }
    case 'notice': {
      if (event.level === 'info') return state;
      const kind = event.level === 'error' ? 'error' : 'warning';
      return { ...state, banner: { kind, text: event.message } };
    }
  }
}

function opened(state: ViewState, { id, kind, name }: Extract<ViewEvent, { type: 'opened' }>): ViewState {
  const chat = { ...state, pane: { name: 'chat' } as const };
  if (id === state.open) return chat;
  const known = state.conversations.some((conversation) => conversation.id === id);
  const fresh = { id, kind, name, unread: 0, mentions: 0, messages: [], history: 'unread', fresh: undefined } as const;
  const conversations = known ? state.conversations : [...state.conversations, fresh];
  const change = (conversation: Conversation): Conversation =>
    conversation.id === id ? entered(conversation) : conversation.id === state.open ? left(conversation) : conversation;
  return { ...chat, conversations: conversations.map(change), open: id, anchor: undefined };
}

function anchored(state: ViewState, at: 'newest' | 'oldest' | 'fresh'): ViewState {
  if (at === 'newest') return { ...state, anchor: undefined };
  return onOpen(state, (conversation, area) => {
    const id = at === 'oldest' ? conversation.messages[0]?.id : conversation.fresh;
    return id === undefined ? state.anchor : atTop(conversation, id, area);
  });
}

function onOpen(state: ViewState, change: (conversation: Conversation, area: Area) => Anchor | undefined): ViewState {
  const conversation = openConversation(state);
  return conversation ? { ...state, anchor: change(conversation, layout(state).main) } : state;
}

function onConversation(state: ViewState, id: string, change: (conversation: Conversation) => Conversation): ViewState {
  const at = state.conversations.findIndex((conversation) => conversation.id === id);
  const was = state.conversations[at];
  return was ? { ...state, conversations: state.conversations.with(at, change(was)) } : state;
}
