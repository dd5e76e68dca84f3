import type { Message } from '../../api/shapes.ts';
import { SCREEN_LINES_MAX } from '../../core/base/limits.ts';
import { keyFor } from '../keys/key-map.ts';
import { layout } from '../layout.ts';
import { CHAT } from '../pane.ts';
import { type Chosen, looksAt, openConversation, type ViewState } from '../screen-state.ts';
import { block, height } from './chat-rows.ts';
import {
  arrived,
  blank,
  type Conversation,
  changed,
  conversationOf,
  left,
  mentions,
  ruled,
  toNewest,
  unfolding,
} from './conversations.ts';
import { retold } from './retold.ts';
import { type Anchor, type Area, atTop, centred, scrolled, visible } from './scroll.ts';
import type { Named } from './search-pane.ts';
import { type Asked, type Page, paged } from './window.ts';

/*
 * What the reader of the chat does, as changes of the state: opening a conversation, scrolling in it, going to a line of it.
 */

/**
 * A conversation is opened: what is unread now gets its rule. More of it than fits is read from its beginning on: what was never on the
 * screen has not been read, and nobody is told so.
 */
export function opened(state: ViewState, { id, kind, name }: Named): ViewState {
  const chat = { ...state, pane: CHAT, beneath: [] };
  if (id === state.open) return chat;
  const known = state.conversations.some((conversation) => conversation.id === id);
  const conversations = known ? state.conversations : [...state.conversations, blank({ id, kind, name })];
  const change = (conversation: Conversation): Conversation =>
    conversation.id === id ? entered(conversation) : conversation.id === state.open ? left(conversation) : conversation;
  return atFirstUnread({
    ...chat,
    conversations: conversations.map(change),
    open: id,
    // What was done or answered elsewhere has been read; what went wrong stays until it is answered.
    banner: state.banner?.kind === 'error' || state.banner?.kind === 'warning' ? state.banner : undefined,
    anchor: undefined,
    chosen: undefined,
    seeking: undefined,
    search: undefined,
  });
}

function atFirstUnread(state: ViewState): ViewState {
  const open = openConversation(state);
  if (!open?.fresh || open.unread === 0) return state;
  if (open.messages.some(({ id }) => id === open.fresh)) return startingAt(state, open.fresh);
  return { ...state, seeking: { line: open.fresh, mode: 'first' } };
}

/** With a line at the top; at the newest when everything from it on is in sight. */
const startingAt = (state: ViewState, id: string): ViewState =>
  onOpen(state, (conversation, area) => atTop(conversation, id, area));

function entered(conversation: Conversation): Conversation {
  const { first, unread: news } = conversation;
  if (first !== undefined && news > 0) return { ...conversation, fresh: first, news };
  const counted = ruled({ ...conversation, fresh: undefined });
  return counted.fresh === undefined ? conversation : counted;
}

/**
 * A line came by itself. Who reads the past of a conversation of which the screen holds as much as it may keeps what is
 * there: the new line is counted, and read when the reader gets to it.
 */
export function lineCame(state: ViewState, message: Message): ViewState {
  const id = conversationOf(message, state.me);
  const typing = state.typing.filter(({ from, where }) => from !== message.from || where !== id);
  const isFull = (conversation: Conversation): boolean => conversation.messages.length >= SCREEN_LINES_MAX;
  const reads = id === state.open && state.anchor !== undefined;
  const before = reads
    ? onConversation(state, id, (conversation) =>
        isFull(conversation) ? { ...conversation, newer: true } : conversation,
      )
    : state;
  return { ...before, typing, conversations: arrived(before.conversations, message, state.me, looksAt(state, id)) };
}

/** A message of ours that this screen has just caused: who writes wants to see it, wherever they had scrolled to. */
export function written(state: ViewState, message: Message): ViewState {
  const id = conversationOf(message, state.me);
  const held = state.conversations.find((conversation) => conversation.id === id)?.messages ?? [];
  // One that has been there for long was only sent again, or given up.
  const isOld = held.some((line) => line.id === message.id) && held.at(-1)?.id !== message.id;
  const here = id === state.open && !isOld ? answered(toEnd(state), id) : state;
  return { ...here, conversations: arrived(here.conversations, message, state.me, true) };
}

/** Who writes has seen what was new. */
const answered = (state: ViewState, id: string): ViewState =>
  onConversation(state, id, (conversation) => ({ ...conversation, fresh: undefined, news: 0 }));

/** A line is another now. What it has grown by is in sight where its last row was the lowest. */
export function lineChanged(state: ViewState, line: Message): ViewState {
  const after = retold({ ...state, conversations: changed(state.conversations, line) }, line);
  const { anchor } = state;
  if (anchor?.id !== line.id) return after;
  const rows = (of: ViewState): number => rowsOf(openConversation(of), line.id, layout(of).main.cols);
  return anchor.row === rows(state) - 1 ? { ...after, anchor: { id: line.id, row: rows(after) - 1 } } : after;
}

function rowsOf(conversation: Conversation | undefined, id: string, cols: number): number {
  const index = conversation?.messages.findLastIndex((message) => message.id === id) ?? -1;
  return conversation && index >= 0 ? height(block(conversation, index, cols)) : 0;
}

/** Lines came that were asked for. */
export function pageCame(state: ViewState, id: string, page: Page, asked: Asked): ViewState {
  const { around } = asked;
  const reading = state.open === id && state.anchor !== undefined ? 'past' : 'newest';
  const come = (): ViewState =>
    onConversation(state, id, (conversation) => ruled(paged(conversation, page, asked, reading)));
  if (around === undefined) return come();
  // The reader may have gone elsewhere meanwhile.
  if (state.seeking?.line !== around || state.open !== id) return state;
  const { mode } = state.seeking;
  if (!page.messages.some((message) => message.id === around))
    return mode === 'first' ? { ...state, seeking: undefined } : notThere(state);
  const read = { ...come(), seeking: undefined };
  return mode === 'first' ? startingAt(read, around) : found(read, around, mode);
}

/** Lines that were asked for cannot be read: what is on screen stays, and they are not asked for again. */
export const pageFailed = (state: ViewState, id: string, why: string): ViewState => ({
  ...onConversation(state, id, (conversation) => ({ ...conversation, history: 'whole', newer: false })),
  seeking: undefined,
  banner: { kind: 'error', text: `lines of the past cannot be read: ${why}` },
});

/** Goes to a line, which may be one that has to be read first, and marks it. */
export function sought(state: ViewState, line: string, mode: Chosen['mode'], where?: Named): ViewState {
  const there = where === undefined ? state : opened(state, where);
  const holds = openConversation(there)?.messages.some((message) => message.id === line);
  return holds ? found(there, line, mode) : { ...there, chosen: undefined, seeking: { line, mode } };
}

const found = (state: ViewState, id: string, mode: Chosen['mode']): ViewState => ({
  ...onOpen(state, (conversation, area) =>
    isInSight(conversation, id, state.anchor, area) ? state.anchor : centred(conversation, id, area),
  ),
  chosen: { id, mode },
});

const notThere = (state: ViewState): ViewState => ({
  ...state,
  seeking: undefined,
  banner: { kind: 'answer', text: 'that line is not here' },
});

/** Scrolls by rows, negative towards the past. */
export const scrolledBy = (state: ViewState, rows: number): ViewState =>
  onOpen(state, (conversation, area) => scrolled(conversation, state.anchor, rows, area));

/** Goes to an end of what is held, or to the first line that was new. */
export function anchored(state: ViewState, at: 'newest' | 'oldest' | 'fresh'): ViewState {
  const open = openConversation(state);
  if (!open) return state;
  const free = { ...state, chosen: undefined, seeking: undefined };
  if (at === 'newest') return toEnd(free);
  const id = at === 'oldest' ? open.messages[0]?.id : open.fresh;
  if (id === undefined) {
    const key = keyFor(state.keys, 'next-news');
    const text = `nothing new here${key === undefined ? '' : ` · ${key} goes to the next chat with news`}`;
    return at === 'fresh' ? { ...state, banner: { kind: 'answer', text } } : state;
  }
  if (!open.messages.some((message) => message.id === id)) return sought(state, id, 'marked');
  return startingAt(free, id);
}

/** To the newest line, which may have to be read first. */
export function toEnd(state: ViewState): ViewState {
  const open = openConversation(state);
  const end = { ...state, anchor: undefined };
  return open?.newer ? onConversation(end, open.id, toNewest) : end;
}

/** The nearest line before or behind where the reader is that names us, among those that are held. */
export function mentionFrom(state: ViewState, by: -1 | 1): Message | undefined {
  const open = openConversation(state);
  const from = placeOfReader(state);
  if (!open || from === undefined) return undefined;
  const names = (message: Message): boolean => message.state === undefined && mentions(message.text, state.me);
  return by < 0 ? open.messages.slice(0, from).findLast(names) : open.messages.slice(from + 1).find(names);
}

/** Goes to the nearest mention before or behind where the reader is, and says so when there is none that is held. */
export function toMention(state: ViewState, by: -1 | 1): ViewState {
  const line = mentionFrom(state, by);
  if (line) return found(state, line.id, 'marked');
  const later = openConversation(state)?.newer
    ? 'no mention of you as far as this has been read · PgDn reads on'
    : 'no mention of you after this one';
  const text = by < 0 ? 'no mention of you before this one' : later;
  return { ...state, banner: { kind: 'answer', text } };
}

/** Where the reader is: at the chosen line, else at the lowest in sight. An index into the lines that are held. */
function placeOfReader(state: ViewState): number | undefined {
  const open = openConversation(state);
  if (!open) return undefined;
  const chosen = open.messages.findIndex(({ id }) => id === state.chosen?.id);
  return chosen >= 0 ? chosen : visible(open, state.anchor, layout(state).main)?.to;
}

/** Chooses the line `by` lines further down, and scrolls as far as it takes to see it. */
export function choseBy(state: ViewState, by: number): ViewState {
  const open = openConversation(state);
  const from = placeOfReader(state);
  if (!open || from === undefined) return state;
  const line = open.messages[Math.max(0, Math.min(open.messages.length - 1, from + by))]!;
  const chosen: Chosen = { id: line.id, mode: 'keys' };
  return onOpen({ ...state, chosen }, (conversation, area) => {
    if (isInSight(conversation, line.id, state.anchor, area)) return state.anchor;
    return by < 0 ? atTop(conversation, line.id, area) : centred(conversation, line.id, area);
  });
}

/** Shows a long message whole, or folds it again; where there is nothing to fold it is no longer chosen. */
export function unfolded(state: ViewState, id: string): ViewState {
  const open = openConversation(state);
  const index = open?.messages.findLastIndex((message) => message.id === id) ?? -1;
  if (!open || index < 0) return state;
  const { rows } = block(open, index, layout(state).main.cols);
  const folds = open.unfolded.includes(id) || rows.some(({ kind }) => kind === 'folded');
  return folds
    ? onConversation(state, open.id, (conversation) => unfolding(conversation, id))
    : { ...state, chosen: undefined };
}

/** The state with one conversation changed. */
export function onConversation(
  state: ViewState,
  id: string,
  change: (conversation: Conversation) => Conversation,
): ViewState {
  const at = state.conversations.findIndex((conversation) => conversation.id === id);
  const was = state.conversations[at];
  return was ? { ...state, conversations: state.conversations.with(at, change(was)) } : state;
}

function onOpen(state: ViewState, change: (conversation: Conversation, area: Area) => Anchor | undefined): ViewState {
  const conversation = openConversation(state);
  return conversation ? { ...state, anchor: change(conversation, layout(state).main) } : state;
}

/** Whether all of a line, its rules included, is in sight. */
function isInSight(conversation: Conversation, id: string, anchor: Anchor | undefined, area: Area): boolean {
  const sight = visible(conversation, anchor, area);
  const index = conversation.messages.findLastIndex((message) => message.id === id);
  if (!sight || index < sight.from || index > sight.to) return false;
  return (index > sight.from || sight.above === 0) && (index < sight.to || sight.below === 0);
}
