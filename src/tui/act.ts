import { INTERRUPT_TWICE_MS } from '../core/base/limits.ts';
import { graphemes } from './drawing/cells.ts';
import type { Action } from './keys/keys.ts';
import { layout } from './layout.ts';
import { CHAT } from './pane.ts';
import { viewOf } from './panes/table.ts';
import type { Deed } from './panes/view.ts';
import { aimOf } from './reading/aim.ts';
import { actOnChosen, typeOnChosen } from './reading/choosing.ts';
import { olderMention } from './reading/older-mention.ts';
import { mentionFrom } from './reading/reading.ts';
import { beginSearch } from './reading/searching.ts';
import { isChoosing, openConversation, type ViewState } from './screen-state.ts';
import type { Session } from './session.ts';

/** Does what a key asks for. What needs the terminal itself (drawing again, suspending) is the app's. */
export function act(session: Session, action: Action): void {
  const { state } = session;
  if (actInPane(session, action)) return;
  const { prompt } = state;
  switch (action.name) {
    case 'edit':
    case 'newline':
    case 'submit':
    case 'up':
    case 'down':
    case 'complete':
    case 'completeBack':
    case 'searchHistory':
      session.writing.act(action);
      break;
    case 'open':
      openAt(session, action.position);
      break;
    case 'above':
      openAt(session, openPosition(state) - 1);
      break;
    case 'below':
      openAt(session, openPosition(state) + 1);
      break;
    case 'nextNews':
      openNews(session);
      break;
    case 'scroll':
      session.tell({ type: 'scrolled', rows: action.pages * Math.max(1, layout(state).main.rows - 2) });
      break;
    case 'firstUnread':
      session.tell({ type: 'anchored', at: 'fresh' });
      break;
    case 'oldest':
      session.tell({ type: 'anchored', at: 'oldest' });
      break;
    case 'newest':
      session.tell({ type: 'anchored', at: 'newest' });
      break;
    case 'choose':
      session.tell({ type: 'choseBy', lines: 0 });
      break;
    case 'nextMention':
      session.tell({ type: 'nextMention', by: 1 });
      break;
    case 'previousMention':
      void toMentionBefore(session);
      break;
    case 'search':
      session.tell({ type: 'pane', pane: beginSearch(state) });
      break;
    case 'doctor':
      void session.run('/mesh doctor');
      break;
    case 'pane':
      session.show(action.pane);
      break;
    case 'list':
      session.tell({ type: 'list' });
      break;
    case 'back':
      back(session);
      break;
    case 'interrupt':
      interrupt(session);
      break;
    case 'end':
      if (prompt.search) session.writing.clear();
      else if (prompt.editor.text === '') session.quit();
      else session.writing.act({ name: 'edit', op: 'eraseForward' });
      break;
    case 'reconnect':
      void session.reconnect();
      break;
    case 'redraw':
    case 'editElsewhere':
    case 'suspend':
      break;
    default:
      action satisfies never;
  }
}

/** To the mention before, which may stand before all lines that the screen holds. */
async function toMentionBefore(session: Session): Promise<void> {
  const { state, link } = session;
  const line = mentionFrom(state, -1) ? undefined : await olderMention(state, link.api);
  if (line === undefined) session.tell({ type: 'nextMention', by: -1 });
  else if (session.state.open === state.open) session.tell({ type: 'sought', line, mode: 'marked' });
}

/** Text that no key binding took. */
export function type(session: Session, text: string): void {
  const { pane, prompt } = session.state;
  if (pane.name !== 'chat' || isChoosing(session.state)) typeInPane(session, text);
  else if (text === '?' && prompt.editor.text === '' && !prompt.search) session.show('help');
  else session.writing.type(text);
}

/** A paste: into the view where that takes one, else into the line being written. */
export function paste(session: Session, text: string): void {
  const { state } = session;
  const deeds = viewOf(state.pane)?.paste?.(state, state.pane, text);
  if (deeds) perform(session, deeds);
  else {
    if (state.pane.name !== 'chat') session.tell({ type: 'pane', pane: CHAT });
    session.writing.paste(text);
  }
}

/** What a key does in a view that fills the pane; whether it was taken there. */
function actInPane(session: Session, action: Action): boolean {
  const { pane } = session.state;
  const deeds =
    pane.name === 'chat' ? actOnChosen(session.state, action) : viewOf(pane)?.act?.(session.state, pane, action);
  if (deeds) perform(session, deeds);
  else if (pane.name === 'chat') return false;
  else if (action.name === 'back' || action.name === 'interrupt') session.tell({ type: 'back' });
  else if (action.name === 'pane' && action.pane === pane.name) session.tell({ type: 'pane', pane: CHAT });
  else return false;
  return true;
}

/** What letters do in a view; those that mean nothing there, with all that follow, go to the prompt. */
function typeInPane(session: Session, text: string): void {
  const letters = [...graphemes(text)];
  for (const [at, letter] of letters.entries()) {
    const { pane } = session.state;
    const deeds =
      pane.name === 'chat' ? typeOnChosen(session.state, letter) : viewOf(pane)?.type?.(session.state, pane, letter);
    if (deeds) perform(session, deeds);
    else {
      if (pane.name !== 'chat') session.tell({ type: 'pane', pane: CHAT });
      session.writing.type(letters.slice(at).join(''));
      return;
    }
  }
}

/** Does what a view asks for. */
function perform(session: Session, deeds: readonly Deed[]): void {
  for (const deed of deeds) {
    switch (deed.do) {
      case 'show':
        session.tell({ type: 'pane', pane: deed.pane });
        break;
      case 'back':
        session.tell({ type: 'back' });
        break;
      case 'open':
        session.open(deed.conversation);
        break;
      case 'run':
        void session.run(deed.line);
        break;
      case 'write':
        session.tell({ type: 'pane', pane: CHAT });
        session.writing.rewrite(deed.text);
        break;
      case 'copy':
        session.copy(deed.text, deed.what);
        break;
      case 'act':
        act(session, deed.action);
        break;
      case 'tell':
        session.tell(deed.event);
        break;
      case 'follow':
        void session.follow(deed.url);
        break;
      default:
        deed satisfies never;
    }
  }
}

/** The wheel: three rows a step. */
export const wheel = (session: Session, direction: -1 | 1): void => {
  const { pane } = session.state;
  if (pane.name === 'chat') session.tell({ type: 'scrolled', rows: direction * 3 });
  else actInPane(session, { name: direction < 0 ? 'up' : 'down' });
};

function back(session: Session): void {
  const { state } = session;
  const { banner, anchor, running, chosen, seeking, search } = state;
  if (session.writing.back()) return;
  if (banner) session.tell({ type: 'said', banner: undefined });
  else if (running) session.tell({ type: 'running', running: undefined });
  else if (aimOf(state)) session.tell({ type: 'unaimed' });
  else if (search && chosen) session.tell({ type: 'chosen', chosen: undefined }, { type: 'pane', pane: search });
  else if (anchor || chosen || seeking || openConversation(state)?.newer)
    session.tell({ type: 'anchored', at: 'newest' });
}

/** Clears the line; on an empty one the second press within a second leaves. */
function interrupt(session: Session): void {
  const { banner } = session.state;
  if (session.writing.clear()) return;
  if (banner?.text === AGAIN) session.quit();
  else {
    session.tell({ type: 'said', banner: { kind: 'warning', text: AGAIN } });
    setTimeout(() => {
      if (session.state.banner?.text === AGAIN) session.tell({ type: 'said', banner: undefined });
    }, INTERRUPT_TWICE_MS).unref();
  }
}

const AGAIN = 'Ctrl+C again to quit';

const openPosition = ({ conversations, open }: ViewState): number => conversations.findIndex(({ id }) => id === open);

function openAt(session: Session, position: number): void {
  const conversation = session.state.conversations[position];
  if (conversation) session.open(conversation);
}

/** Goes to the next chat with news: those that name us first, then direct ones, then the rest, in the order of the list. */
function openNews(session: Session): void {
  const { conversations, open } = session.state;
  const news = conversations.filter(
    ({ id, unread, muted, mentions }) => unread > 0 && id !== open && (!muted || mentions > 0),
  );
  const next = news.find(({ mentions }) => mentions > 0) ?? news.find(({ kind }) => kind === 'direct') ?? news[0];
  if (next) session.open(next);
}
