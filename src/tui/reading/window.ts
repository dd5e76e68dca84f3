import type { Message } from '../../api/shapes.ts';
import { SCREEN_LINES_MAX } from '../../core/base/limits.ts';
import { type Conversation, inOrder } from './conversations.ts';

/** Lines as the node gave them, in the order of their conversation. */
export type Page = {
  readonly messages: readonly Message[];
  /** Whether there are lines before the first. */
  readonly more: boolean;
  /** Whether there are lines behind the last. */
  readonly moreAfter?: boolean | undefined;
};

/** Which lines were asked for: those before or behind a line, those round it, or, without any of these, the newest. */
export type Asked = { readonly before?: string; readonly after?: string; readonly around?: string };

/** Where the reader is: at the newest line, or at one of the past, which must not move. */
export type Reading = 'newest' | 'past';

/**
 * The conversation after a page of it has come. What the screen holds is always one piece without holes, of at most
 * `SCREEN_LINES_MAX` lines: beyond, lines leave at the end that the reader is not at, and are read again when wanted.
 */
export function paged(conversation: Conversation, page: Page, asked: Asked, reading: Reading): Conversation {
  const { before, after, around } = asked;
  const holds = (id: string): boolean => conversation.messages.some((message) => message.id === id);
  if (around !== undefined) return replaced(conversation, page);
  // The reader may have jumped elsewhere since this was asked.
  if (before !== undefined) return holds(before) ? bounded(withPage(conversation, page), reading) : conversation;
  if (after !== undefined) {
    const grown = { ...conversation, messages: united(conversation, page), newer: page.moreAfter ?? false };
    return holds(after) ? bounded(grown, 'newest') : conversation;
  }
  const joins = !conversation.newer || page.messages.some(({ id }) => holds(id));
  if (joins) return bounded({ ...withPage(conversation, page), newer: false }, 'newest');
  // More than a page has come since; what is before the reader's eyes stays there.
  return reading === 'past' ? { ...conversation, history: 'more' } : replaced(conversation, page);
}

const replaced = (conversation: Conversation, { messages, more, moreAfter = false }: Page): Conversation => ({
  ...conversation,
  messages,
  history: more ? 'more' : 'whole',
  newer: moreAfter,
});

/** With the lines of a page of the past. Whether there are older ones only a page knows that reaches back as far as what is held. */
function withPage(conversation: Conversation, page: Page): Conversation {
  const messages = united(conversation, page);
  const reaches = page.messages.length === 0 || messages[0]?.id === page.messages[0]?.id;
  const history = reaches ? page.more : conversation.history !== 'whole';
  return { ...conversation, messages, history: history ? 'more' : 'whole' };
}

/** What is held and what has come, in order. Of a line that is in both, the node's word is the newer one. */
function united(conversation: Conversation, page: Page): Message[] {
  const lines = new Map([...conversation.messages, ...page.messages].map((message) => [message.id, message]));
  return [...lines.values()].sort(inOrder);
}

function bounded(conversation: Conversation, reading: Reading): Conversation {
  const { messages } = conversation;
  if (messages.length <= SCREEN_LINES_MAX) return conversation;
  return reading === 'newest'
    ? { ...conversation, messages: messages.slice(-SCREEN_LINES_MAX), history: 'more' }
    : { ...conversation, messages: messages.slice(0, SCREEN_LINES_MAX), newer: true };
}
