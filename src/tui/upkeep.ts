import { layout } from './layout.ts';
import type { NodeLink } from './node-link.ts';
import { looksAt, openConversation, type ViewState } from './screen-state.ts';
import { atOldest } from './scroll.ts';

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

  /** Reads lines of the open conversation when none are known yet, or the oldest known is in sight and there are older ones. */
  async readLines(state: ViewState, link: NodeLink): Promise<void> {
    const open = openConversation(state);
    if (!open || open.history === 'whole' || this.#reading.has(open.id) || state.gone !== undefined) return;
    if (open.history === 'more' && !atOldest(open, state.anchor, layout(state).main)) return;
    const first = open.history === 'more' ? open.messages[0] : undefined;
    this.#reading.add(open.id);
    await link.page(open.id, first?.id);
    this.#reading.delete(open.id);
  }
}
