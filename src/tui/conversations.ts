import type { ApiEvent, Result } from '../api/schema.ts';
import type { Message } from '../api/shapes.ts';
import { SCREEN_LINES_IDLE, SCREEN_LINES_MAX } from '../core/base/limits.ts';

/** One conversation as far as the screen knows it. */
export type Conversation = {
  /** A full NodeId or ChannelId. */
  readonly id: string;
  readonly kind: Message['kind'];
  readonly name: string;
  readonly unread: number;
  /** How many of the unread name us. */
  readonly mentions: number;
  /** Oldest first; a part of the whole, which ends with the newest. At most `SCREEN_LINES_MAX`. */
  readonly messages: readonly Message[];
  /** Whether `messages` has been read from the node at all, and whether it has older ones. */
  readonly history: 'unread' | 'more' | 'whole';
  /** The first message that was unread when the reader came, or left; the rule stands above it. */
  readonly fresh: string | undefined;
};

/** Who we are: our node's id, and the name that others see. */
export type Me = { readonly id: string; readonly name: string };

type Listed = Result<'conversations'>['conversations'];
/** News of a message of ours. */
export type Delivery = Extract<ApiEvent, { type: 'delivery' }>;
type Gap = Extract<ApiEvent, { type: 'gap' }>;
type Page = { readonly messages: readonly Message[]; readonly more: boolean };

/**
 * The node's list, over what the screen knows already. The order of those known stays, so that Alt+1 stays who it was;
 * one that the node has no more goes, unless it is open.
 */
export function listed(known: readonly Conversation[], list: Listed, open: string | undefined): Conversation[] {
  const now = new Map(list.map((entry) => [entry.id, entry]));
  const kept = known.flatMap((conversation) => {
    const entry = now.get(conversation.id);
    now.delete(conversation.id);
    const mentions = entry?.unread === 0 ? 0 : conversation.mentions;
    if (entry) return [{ ...conversation, name: entry.name, unread: entry.unread, mentions }];
    return conversation.id === open ? [conversation] : [];
  });
  return [...kept, ...[...now.values()].map(fromList)];
}

/** A message came, from others or from another screen of ours; `seen` when the reader looks at its conversation's end. */
export function arrived(known: readonly Conversation[], message: Message, me: Me, seen: boolean): Conversation[] {
  const id = conversationOf(message, me);
  const at = known.findIndex((conversation) => conversation.id === id);
  if (at < 0) return [...known, received(fromMessage(id, message, me), message, me, seen)];
  return known.with(at, received(known[at]!, message, me, seen));
}

/** A message of ours got further. What it says is believed only where it is news: a state never goes back. */
export function delivered(known: readonly Conversation[], { id, state, detail }: Delivery): readonly Conversation[] {
  return withLine(known, id, (message) =>
    isNews(message.state, state) ? { ...message, state, ...(detail === undefined ? {} : { detail }) } : message,
  );
}

/** A page of the past came: the newest lines when none were read yet, else those before the oldest known. */
export function paged(conversation: Conversation, { messages, more }: Page): Conversation {
  const have = new Set(conversation.messages.map((message) => message.id));
  const older = messages.filter((message) => !have.has(message.id));
  // After a gap (the node was gone) a page may also bring lines that are newer than some known.
  const all = [...older, ...conversation.messages].sort(inOrder);
  // At the bound the past beyond stays with the node: what is on screen must not jump.
  const room = all.slice(-SCREEN_LINES_MAX);
  const whole = !more || room.length < all.length;
  return { ...withRule({ ...conversation, messages: room }), history: whole ? 'whole' : 'more' };
}

/** The order of a conversation, the same for everyone in it. */
const inOrder = (a: Message, b: Message): number => a.rank - b.rank || (a.id < b.id ? -1 : 1);

/** A line is another now: edited, deleted, or reacted to. */
export const changed = (known: readonly Conversation[], line: Message): readonly Conversation[] =>
  withLine(known, line.id, () => line);

/** What is missing before a line has changed. */
export function mended(known: readonly Conversation[], { id, missing }: Gap): readonly Conversation[] {
  return withLine(known, id, (message) => ({ ...message, missing }));
}

/** The conversations with the line `id` as `change` makes it, where it is known. */
function withLine(
  known: readonly Conversation[],
  id: string,
  change: (message: Message) => Message,
): readonly Conversation[] {
  for (const [at, conversation] of known.entries()) {
    const index = conversation.messages.findLastIndex((message) => message.id === id);
    const message = conversation.messages[index];
    if (message)
      return known.with(at, { ...conversation, messages: conversation.messages.with(index, change(message)) });
  }
  return known;
}

/** The reader comes: what is unread now gets its rule. */
export const entered = (conversation: Conversation): Conversation => withRule(conversation);

/** The node was gone: lines may be missing. Those of the open conversation stay on screen until they are read again. */
export const reread = (conversation: Conversation, open: string | undefined): Conversation => ({
  ...conversation,
  messages: conversation.id === open ? conversation.messages : [],
  history: 'unread',
});

/** The reader has seen the end. */
export const seen = (conversation: Conversation): Conversation => ({ ...conversation, unread: 0, mentions: 0 });

/** The reader goes elsewhere: the rule goes, and so do lines that can be read again. */
export function left(conversation: Conversation): Conversation {
  const messages = conversation.messages.slice(-SCREEN_LINES_IDLE);
  const cut = messages.length < conversation.messages.length;
  return { ...conversation, messages, fresh: undefined, history: cut ? 'more' : conversation.history };
}

/** The conversation a message belongs to: its channel, or the other person. */
export const conversationOf = (message: Message, me: Me): string =>
  message.kind === 'channel' || message.from === me.id ? message.to : message.from;

/** Whether a text names us: `@ann`, as a word. */
const mentions = (text: string, me: Me): boolean => me.name !== '' && mentionOf(me).test(text);

/** Finds `@name` of ours in a text. */
export const mentionOf = (me: Me): RegExp =>
  new RegExp(`@${me.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}_-])`, 'iu');

function received(conversation: Conversation, message: Message, me: Me, seen: boolean): Conversation {
  if (conversation.messages.some((known) => known.id === message.id)) return conversation;
  const all = [...conversation.messages, message];
  const messages = all.length > SCREEN_LINES_MAX ? all.slice(-SCREEN_LINES_MAX) : all;
  const history = messages.length < all.length ? 'more' : conversation.history;
  const grown = { ...conversation, messages, history } as const;
  if (message.from === me.id || seen) return grown;
  return {
    ...grown,
    unread: conversation.unread + 1,
    mentions: conversation.mentions + (mentions(message.text, me) ? 1 : 0),
    fresh: conversation.fresh ?? message.id,
  };
}

/** The rule above the first unread message, counted from the end over what others wrote. */
function withRule(conversation: Conversation): Conversation {
  let left = conversation.unread;
  if (left === 0 || conversation.fresh !== undefined) return conversation;
  const first = conversation.messages.findLast((message) => message.state === undefined && --left === 0);
  return first ? { ...conversation, fresh: first.id } : conversation;
}

const PROGRESS: readonly NonNullable<Message['state']>[] = ['queued', 'carried', 'sent', 'delivered', 'read'];

function isNews(was: Message['state'], now: NonNullable<Message['state']>): boolean {
  // A message that failed may be tried again; one that arrived cannot fail any more.
  if (was === undefined || was === 'expired' || was === 'refused') return was !== now;
  const failed = now === 'expired' || now === 'refused';
  return failed ? was !== 'delivered' && was !== 'read' : PROGRESS.indexOf(now) > PROGRESS.indexOf(was);
}

const UNREAD = { mentions: 0, messages: [], history: 'unread', fresh: undefined } as const;

const fromList = ({ id, kind, name, unread }: Listed[number]): Conversation => ({ ...UNREAD, id, kind, name, unread });

const fromMessage = (id: string, { kind, channel, from, fromName }: Message, me: Me): Conversation => ({
  ...UNREAD,
  id,
  kind,
  // The list of the node soon brings the name of somebody whom we have only written to.
  name: kind === 'channel' ? `#${channel ?? id.slice(0, 8)}` : from === me.id ? `~${id.slice(0, 8)}` : fromName,
  unread: 0,
});
