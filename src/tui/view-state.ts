import type { Preferences } from '../api/preferences.ts';
import type { ApiEvent, Outcome, Result } from '../api/schema.ts';
import type { Channel, Message, Peer, Status, Traced } from '../api/shapes.ts';
import { SCREEN_EARLY_NEWS_MAX, SCREEN_PANES_MAX, SCREEN_TASKS_MAX, SCREEN_WRITERS_MAX } from '../core/base/limits.ts';
import { type Look, THEME_CHOICES } from './drawing/theme.ts';
import { keyMap } from './keys/key-map.ts';
import { givenBack, swapped } from './line/drafts.ts';
import type { Editor } from './line/editor.ts';
import type { Prompt } from './line/prompt.ts';
import { CHAT, type Pane } from './pane.ts';
import { isSameView } from './panes/table.ts';
import { type Aim, aimed, unaimed } from './reading/aim.ts';
import { type Conversation, delivered, listed, mended, renamed, reread, seen } from './reading/conversations.ts';
import * as reading from './reading/reading.ts';
import type { Named } from './reading/search-pane.ts';
import * as searching from './reading/searching.ts';
import type { Asked } from './reading/window.ts';
import { sampled } from './rtts.ts';
import { type Banner, type Chosen, looksAt, type ViewState } from './screen-state.ts';
import { withTrace } from './traces.ts';

/** What can happen to the screen, from either side. */
export type ViewEvent =
  | { readonly type: 'node'; readonly event: ApiEvent }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'conversations'; readonly conversations: Result<'conversations'>['conversations'] }
  /** Lines of a conversation, the newest when nothing else was asked for; or why there are none. */
  | { readonly type: 'page'; readonly id: string; readonly page: Result<'history'>; readonly asked?: Asked }
  | { readonly type: 'unreadable'; readonly id: string; readonly why: string }
  | { readonly type: 'written'; readonly message: Message }
  | { readonly type: 'peers'; readonly peers: readonly Peer[] }
  | { readonly type: 'channels'; readonly channels: readonly Channel[] }
  | { readonly type: 'traced'; readonly traced: Traced }
  /** What the node answered to the question of a view. */
  | { readonly type: 'read'; readonly pane: Pane; readonly answer: Outcome<unknown> }
  | { readonly type: 'gone'; readonly why: string }
  | { readonly type: 'silent'; readonly silent: boolean }
  | { readonly type: 'returned' }
  | { readonly type: 'look'; readonly look: Look }
  | { readonly type: 'preferred'; readonly preferences: Preferences }
  | { readonly type: 'opened'; readonly id: string; readonly kind: Message['kind']; readonly name: string }
  | { readonly type: 'seen'; readonly id: string }
  | { readonly type: 'scrolled'; readonly rows: number }
  | { readonly type: 'anchored'; readonly at: 'newest' | 'oldest' | 'fresh' }
  /** Goes to a line, of another conversation if one is named. */
  | { readonly type: 'sought'; readonly line: string; readonly mode: Chosen['mode']; readonly where?: Named }
  | { readonly type: 'chosen'; readonly chosen: Chosen | undefined }
  /** Chooses another line, so many further down. */
  | { readonly type: 'choseBy'; readonly lines: number }
  /** Shows a long message whole, or folds it again. */
  | { readonly type: 'unfolded'; readonly id: string }
  /** What is written next answers a line, or words it anew; or is a line like any other again. */
  | { readonly type: 'aimed'; readonly kind: Aim['kind']; readonly line: Message }
  | { readonly type: 'unaimed' }
  /** A mention of us before or behind where the reader is. */
  | { readonly type: 'nextMention'; readonly by: -1 | 1 }
  /** An answer to a search, or older hits of it; and what the reader does with the hits. */
  | {
      readonly type: 'hits';
      readonly asked: string;
      readonly answer: Outcome<Result<'search'>>;
      readonly older: boolean;
    }
  | { readonly type: 'hitOpened' }
  | { readonly type: 'nextHit'; readonly by: -1 | 1 }
  | { readonly type: 'searchLeft' }
  /** Something was asked of the node, or has been answered. */
  | { readonly type: 'running'; readonly running: ViewState['running'] }
  | { readonly type: 'pane'; readonly pane: Pane }
  | { readonly type: 'back' }
  | { readonly type: 'prompt'; readonly prompt: Prompt }
  /** A line that was sent from the conversation `where` was refused. */
  | { readonly type: 'refused'; readonly where: string | undefined; readonly editor: Editor }
  | { readonly type: 'said'; readonly banner: Banner | undefined }
  | { readonly type: 'resized'; readonly cols: number; readonly rows: number }
  | { readonly type: 'clock'; readonly now: number }
  | { readonly type: 'focus'; readonly focused: boolean }
  | { readonly type: 'list' };

/** A screen as the person has chosen it; what keys have changed since gives way to a choice made anew. */
export function preferred(state: ViewState, preferences: Preferences): ViewState {
  const { theme, color, list } = preferences;
  const choice = THEME_CHOICES.find((known) => known === theme) ?? 'auto';
  const listHidden = list === state.preferences.list ? state.listHidden : list === 'off';
  const keys = keyMap(preferences.keymap, state.keys.own);
  return { ...state, preferences, keys, look: { ...state.look, choice, color }, listHidden };
}

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
      return state.open !== undefined && looksAt(state, state.open)
        ? reading.onConversation(all, state.open, seen)
        : all;
    }
    case 'page':
      return upToDate(reading.pageCame(state, event.id, event.page, event.asked ?? {}));
    case 'unreadable':
      return reading.pageFailed(state, event.id, event.why);
    case 'written':
      return upToDate(reading.written(state, event.message));
    case 'peers':
      return { ...withPeers(state, event.peers), rtts: sampled(state.rtts, event.peers, state.now) };
    case 'channels':
      return { ...state, channels: event.channels };
    case 'traced':
      return { ...state, traces: withTrace(state.traces, { traced: event.traced, at: state.now }) };
    case 'read':
      return read(state, event);
    case 'gone':
      // What it was about it can no longer tell.
      return { ...state, gone: event.why, tasks: [], typing: [] };
    case 'silent':
      return event.silent === state.silent ? state : { ...state, silent: event.silent };
    case 'returned':
      return {
        ...state,
        gone: undefined,
        silent: false,
        // It spoke of a node that was gone.
        banner: undefined,
        conversations: state.conversations.map((it) => reread(it, state.open)),
      };
    case 'look':
      return { ...state, look: event.look };
    case 'preferred':
      return preferred(state, event.preferences);
    case 'opened':
      return event.id === state.open
        ? reading.opened(state, event)
        : { ...reading.opened(state, event), ...swapped(state, event.id) };
    case 'seen':
      return reading.onConversation(state, event.id, seen);
    case 'scrolled':
      return reading.scrolledBy(state, event.rows);
    case 'anchored':
      return reading.anchored(state, event.at);
    case 'sought':
      return reading.sought(state, event.line, event.mode, event.where);
    case 'chosen':
      return { ...state, chosen: event.chosen };
    case 'choseBy':
      return reading.choseBy(state, event.lines);
    case 'unfolded':
      return reading.unfolded(state, event.id);
    case 'nextMention':
      return reading.toMention(state, event.by);
    case 'aimed':
      return aimed(state, event.kind, event.line);
    case 'unaimed':
      return unaimed(state);
    case 'hits':
      return searching.hitsCame(state, event.asked, event.answer, event.older);
    case 'hitOpened':
      return searching.hitOpened(state);
    case 'nextHit':
      return searching.nextHit(state, event.by);
    case 'searchLeft':
      return searching.searchLeft(state);
    case 'running':
      return { ...state, running: event.running };
    case 'pane':
      return shown(state, event.pane);
    case 'back':
      return {
        ...state,
        setup: state.pane.name === 'setup' ? state.pane : state.setup,
        pane: state.beneath.at(-1) ?? CHAT,
        beneath: state.beneath.slice(0, -1),
      };
    case 'prompt':
      return event.prompt === state.prompt ? state : { ...state, prompt: event.prompt };
    case 'refused':
      return givenBack(state, event.where, event.editor);
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

/** A view comes above the one that is shown, or takes its place when it is the same view of the same thing. */
function shown(state: ViewState, pane: Pane): ViewState {
  if (pane.name === 'chat') return { ...state, pane, beneath: [] };
  if (state.pane.name === 'chat' || isSameView(state.pane, pane)) return { ...state, pane };
  return { ...state, pane, beneath: [...state.beneath, state.pane].slice(-SCREEN_PANES_MAX) };
}

/** An answer for a view that has been left meanwhile is not needed any more. What a view showed stays when a later reading fails. */
function read(state: ViewState, { pane, answer }: Extract<ViewEvent, { type: 'read' }>): ViewState {
  if (!isSameView(state.pane, pane)) return state;
  const news = answer.ok ? { shows: answer.result, failed: undefined } : { failed: answer.error.message };
  // The view that asked is the one that knows what `shows` is.
  return { ...state, pane: { ...state.pane, ...news } as Pane };
}

function heard(state: ViewState, event: ApiEvent): ViewState {
  switch (event.type) {
    case 'message': {
      const { type: _, ...message } = event;
      return reading.lineCame(state, message);
    }
    case 'changed': {
      const { type: _, by: __, ...message } = event;
      return reading.lineChanged(state, message);
    }
    case 'typing': {
      const { type: _, ...writer } = event;
      const others = state.typing.filter(({ from, where }) => from !== writer.from || where !== writer.where);
      return { ...state, typing: [...others, writer].slice(-SCREEN_WRITERS_MAX) };
    }
    case 'progress': {
      const others = state.tasks.filter(({ task }) => task !== event.task);
      return { ...state, tasks: event.over ? others : [...others, event].slice(-SCREEN_TASKS_MAX) };
    }
    case 'gap':
      return { ...state, conversations: mended(state.conversations, event) };
    case 'delivery':
      return {
        ...state,
        conversations: delivered(state.conversations, event),
        early: [...state.early, event].slice(-SCREEN_EARLY_NEWS_MAX),
      };
    case 'peer': {
      const at = state.peers.findIndex((peer) => peer.id === event.id);
      const was = state.peers[at];
      if (!was) return state; // the whole list is read again soon
      const name = event.state === 'connected' || event.state === 'discovered' ? event.state : 'known';
      return withPeers(state, state.peers.with(at, { ...was, name: event.name, state: name, lastSeen: event.at }));
    }
    case 'notice': {
      if (event.level === 'info') return state;
      const kind = event.level === 'error' ? 'error' : 'warning';
      return { ...state, banner: { kind, text: event.message } };
    }
  }
}

/** Other peers, or the same with other names: what they wrote before is theirs under the new name as well. */
function withPeers(state: ViewState, peers: readonly Peer[]): ViewState {
  const before = new Map(state.peers.map(({ id, name }) => [id, name]));
  const names = new Map(
    peers.flatMap(({ id, name }) => ((before.get(id) ?? name) === name ? [] : [[id, name] as const])),
  );
  return { ...state, peers, conversations: renamed(state.conversations, names) };
}

/** Gives messages that have just come the news that came before them. */
const upToDate = (state: ViewState): ViewState => ({
  ...state,
  conversations: state.early.reduce<readonly Conversation[]>(delivered, state.conversations),
});
