import type { NodeApi } from '../api/schema.ts';
import type { Message } from '../api/shapes.ts';
import { TYPING_AGAIN_MS, TYPING_SHOWN_MS } from '../core/base/limits.ts';
import { layout } from './layout.ts';
import { isCommand } from './line/prompt.ts';
import type { NodeLink } from './node-link.ts';
import type { Conversation } from './reading/conversations.ts';
import { atNewest, atOldest } from './reading/scroll.ts';
import { Searching } from './reading/searching.ts';
import type { Asked } from './reading/window.ts';
import { looksAt, openConversation, type ViewState } from './screen-state.ts';
import { Notifier } from './terminal/notifier.ts';
import type { ViewEvent } from './view-state.ts';

/** What upkeep needs of the screen. */
type Screen = {
  readonly tell: (event: ViewEvent) => void;
  readonly state: () => ViewState;
  /** Says something to the terminal beside what is drawn. */
  readonly emit: (bytes: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** What has to be asked of the node, and told to it and to the terminal, because of what is on the screen now. */
export class Upkeep {
  readonly #screen: Screen;
  readonly #searching: Searching;
  readonly #notifier: Notifier;
  /** For each conversation the newest line that the node was told has been seen. */
  readonly #seen = new Map<string, string>();
  /** Conversations whose lines are being read from the node. */
  readonly #reading = new Set<string>();
  #written: { readonly open: string | undefined; readonly text: string } = { open: undefined, text: '' };
  #typedAt = -Infinity;
  #fade: NodeJS.Timeout | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#searching = new Searching(screen);
    this.#notifier = new Notifier(screen.emit);
  }

  /** Tells the node that the person has seen the end of a conversation, once; returns which. */
  noteSeen(state: ViewState, link: NodeLink): string | undefined {
    const open = openConversation(state);
    if (!open || open.history === 'wanted' || !looksAt(state, open.id)) return undefined;
    const newest = open.messages.findLast((message) => message.state === undefined)?.id;
    const known = newest === undefined || this.#seen.get(open.id) === newest;
    if (known && open.unread === 0) return undefined;
    if (newest !== undefined) this.#seen.set(open.id, newest);
    void link.api.call('markRead', { where: open.id });
    return open.id;
  }

  /** Looks at what is on the screen: asks the node for lines and hits that are wanted there, and tells it that somebody writes. */
  keep(state: ViewState, link: NodeLink): void {
    void this.#readLines(state, link);
    this.#searching.keep(state, link.api);
    this.#noteTyping(state, link.api);
  }

  /** A line came by itself: whoever looks elsewhere is given notice. */
  lineCame(state: ViewState, message: Message): void {
    this.#notifier.heard(state, message, this.#screen.now());
  }

  /** Somebody writes: the notice goes when it has been shown long enough. */
  writerCame(): void {
    clearTimeout(this.#fade);
    this.#fade = setTimeout(() => this.#screen.tell({ type: 'clock', now: this.#screen.now() }), TYPING_SHOWN_MS);
  }

  stop(): void {
    clearTimeout(this.#fade);
  }

  /** Reads the lines of the open conversation that the reader wants to see now, one page at a time. */
  async #readLines(state: ViewState, link: NodeLink): Promise<void> {
    const open = openConversation(state);
    if (!open || this.#reading.has(open.id) || state.gone !== undefined) return;
    const asked = wanted(state, open);
    if (!asked) return;
    this.#reading.add(open.id);
    await link.page(open.id, asked);
    this.#reading.delete(open.id);
  }

  /** Text for people has been changed by a key, in the conversation that was open before as well. */
  #noteTyping({ open, prompt, gone }: ViewState, api: NodeApi): void {
    const { editor } = prompt;
    const was = this.#written;
    if (was.open === open && was.text === editor.text) return;
    this.#written = { open, text: editor.text };
    const isText = open !== undefined && open === was.open && editor.text !== '' && !isCommand(editor);
    const now = this.#screen.now();
    if (!isText || gone !== undefined || now - this.#typedAt < TYPING_AGAIN_MS) return;
    this.#typedAt = now;
    void api.call('typing', { where: open });
  }
}

/** Which lines are wanted: one to go to, the newest while none are known, or those beyond the end that is in sight. */
function wanted(state: ViewState, open: Conversation): Asked | undefined {
  if (state.seeking) return { around: state.seeking.line };
  if (open.history === 'wanted') return {};
  const pane = layout(state).main;
  const [first, last] = [open.messages[0], open.messages.at(-1)];
  if (open.newer && last && atNewest(open, state.anchor, pane)) return { after: last.id };
  if (open.history === 'more' && first && atOldest(open, state.anchor, pane)) return { before: first.id };
  return undefined;
}
