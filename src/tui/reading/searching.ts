import type { NodeApi, Outcome, Result } from '../../api/schema.ts';
import type { Message } from '../../api/shapes.ts';
import { SCREEN_HITS_MAX, SCREEN_PAGE_HITS } from '../../core/base/limits.ts';
import { CHAT } from '../pane.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import type { ViewEvent } from '../view-state.ts';
import { conversationOf } from './conversations.ts';
import { opened, sought, toEnd } from './reading.ts';
import type { Named, SearchPane } from './search-pane.ts';

/** A search that begins here: in the open conversation, or in all when none is. */
export function beginSearch(state: ViewState, query = ''): SearchPane {
  const open = openConversation(state);
  const named: Named | undefined = open && { id: open.id, kind: open.kind, name: open.name };
  const from = { open: named, line: state.anchor?.id };
  return { name: 'search', query, where: named, ...NOTHING, from };
}

const NOTHING = {
  hits: [],
  words: [],
  more: false,
  indexing: undefined,
  at: 0,
  asked: undefined,
  failed: undefined,
} as const;

/** What a search is told apart by, once it has been asked. */
export const questionOf = ({ query, where }: SearchPane): string => `${where?.id ?? ''} ${query.trim()}`;

/** Hits came: the answer to a new question, or older ones. Those of a question that nobody asks any more are left out. */
export function hitsCame(
  state: ViewState,
  asked: string,
  answer: Outcome<Result<'search'>>,
  older: boolean,
): ViewState {
  const { pane } = state;
  if (pane.name !== 'search' || questionOf(pane) !== asked) return state;
  if (!answer.ok) return { ...state, pane: { ...pane, ...NOTHING, asked, failed: answer.error.message } };
  const { messages, more, words, indexing } = answer.result;
  const newestFirst = messages.toReversed();
  const hits = (older ? [...pane.hits, ...newestFirst] : newestFirst).slice(0, SCREEN_HITS_MAX);
  const at = older ? pane.at : 0;
  const shown = { hits, words, more: more && hits.length < SCREEN_HITS_MAX, indexing, at, asked, failed: undefined };
  return { ...state, pane: { ...pane, ...shown } };
}

/** Goes to the chosen hit; the search is remembered, to come back to. */
export function hitOpened(state: ViewState): ViewState {
  const { pane } = state;
  const hit = pane.name === 'search' ? pane.hits[pane.at] : undefined;
  if (pane.name !== 'search' || !hit) return state;
  return { ...sought(state, hit.id, 'keys', placeOf(state, hit)), pane: CHAT, beneath: [], search: pane };
}

/** From the hit that the reader went to, to the next one: 1 is further back. */
export function nextHit(state: ViewState, by: -1 | 1): ViewState {
  const { search } = state;
  const at = (search?.at ?? 0) + by;
  const hit = search?.hits[at];
  if (!search || !hit) {
    const text = by > 0 ? 'no hits before this one · Esc shows them all' : 'this is the newest hit';
    return { ...state, banner: { kind: 'answer', text } };
  }
  return { ...sought(state, hit.id, 'keys', placeOf(state, hit)), search: { ...search, at } };
}

/** Back to where the reader was before the search. */
export function searchLeft(state: ViewState): ViewState {
  if (state.pane.name !== 'search') return state;
  const { open, line } = state.pane.from;
  const chat = { ...state, pane: CHAT, beneath: [], search: undefined };
  if (!open) return chat;
  const there = opened(chat, open);
  if (line !== undefined) return { ...sought(there, line, 'marked'), search: undefined };
  return toEnd(there);
}

/** The conversation that a line is in. */
function placeOf(state: ViewState, hit: Message): Named {
  const id = conversationOf(hit, state.me);
  const known = state.conversations.find((conversation) => conversation.id === id);
  const name = known?.name ?? (hit.channel === undefined ? hit.fromName : `#${hit.channel}`);
  return { id, kind: hit.kind, name };
}

/** Asks the node for what the search on the screen wants: hits for what is typed, or older ones when the last are in sight. One question at a time. */
export class Searching {
  readonly #tell: (event: ViewEvent) => void;
  readonly #state: () => ViewState;
  #asking = false;

  constructor({ tell, state }: { readonly tell: (event: ViewEvent) => void; readonly state: () => ViewState }) {
    this.#tell = tell;
    this.#state = state;
  }

  /** Looks at what is on the screen, and asks for what is missing there. */
  keep({ pane, gone }: ViewState, api: NodeApi): void {
    if (pane.name !== 'search' || this.#asking || gone !== undefined || pane.query.trim() === '') return;
    const asked = questionOf(pane);
    const older = pane.asked === asked;
    if (older && !(pane.more && pane.at >= pane.hits.length - NEAR_END)) return;
    void this.#ask(pane, asked, older, api);
  }

  async #ask({ query, where, hits }: SearchPane, asked: string, older: boolean, api: NodeApi): Promise<void> {
    this.#asking = true;
    const before = older ? hits.at(-1)?.id : undefined;
    const answer = await api.call('search', {
      text: query.trim(),
      limit: SCREEN_PAGE_HITS,
      ...(where && { where: where.id }),
      ...(before !== undefined && { before }),
    });
    this.#asking = false;
    this.#tell({ type: 'hits', asked, answer, older });
    // More may have been typed meanwhile.
    this.keep(this.#state(), api);
  }
}

const NEAR_END = 10;
