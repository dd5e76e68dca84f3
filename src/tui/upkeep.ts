import type { Conversation } from './conversations.ts';
import { layout } from './layout.ts';
import type { NodeLink } from './node-link.ts';
import { looksAt, openConversation, type ViewState } from './screen-state.ts';
import { atNewest, atOldest } from './scroll.ts';
import type { Asked } from './window.ts';

/** What has to be asked of the node, and told to it, because of what is on the screen now. */
export class Upkeep {
  /** For each conversation the newest line that the node was told has been seen. */
  readonly #seen = new Map<string, string>();
  /** Conversations whose lines are being read from the node. */
  readonly #reading = new Set<string>();

  /** Tells the node that the person has seen the end of a conversation, once; returns which. */
  noteSeen(state: ViewState, link: NodeLink): string | undefined {
    const open = openConversation(state);
    if (!open || open.history === 'unread' || !looksAt(state, open.id)) return undefined;
    const newest = open.messages.findLast((message) => message.state === undefined)?.id;
    const known = newest === undefined || this.#seen.get(open.id) === newest;
    if (known && open.unread === 0) return undefined;
    if (newest !== undefined) this.#seen.set(open.id, newest);
    void link.api.call('markRead', { where: open.id });
    return open.id;
  }

  /** Reads the lines of the open conversation that the reader wants to see now, one page at a time. */
  async readLines(state: ViewState, link: NodeLink): Promise<void> {
    const open = openConversation(state);
    if (!open || this.#reading.has(open.id) || state.gone !== undefined) return;
    const asked = wanted(state, open);
    if (!asked) return;
    this.#reading.add(open.id);
    await link.page(open.id, asked);
    this.#reading.delete(open.id);
  }
}

/** Which lines are wanted: one to go to, the newest while none are known, or those beyond the end that is in sight. */
function wanted(state: ViewState, open: Conversation): Asked | undefined {
  if (state.seeking) return { around: state.seeking.line };
  if (open.history === 'unread') return {};
  const pane = layout(state).main;
  const [first, last] = [open.messages[0], open.messages.at(-1)];
  if (open.newer && last && atNewest(open, state.anchor, pane)) return { after: last.id };
  if (open.history === 'more' && first && atOldest(open, state.anchor, pane)) return { before: first.id };
  return undefined;
}
