import type { ApiEvent, Result } from '../../api/schema.ts';
import type { Message } from '../../api/shapes.ts';
import { SCREEN_LINES_IDLE, SCREEN_LINES_MAX, SCREEN_UNFOLDED_MAX } from '../../core/base/limits.ts';

/** One conversation as far as the screen knows it. */
export type Conversation = {
  /** A full NodeId or ChannelId. */
  readonly id: string;
  readonly kind: Message['kind'];
  readonly name: string;
  readonly unread: number;
  /** How many of the unread name us. */
  readonly mentions: number;
  /** Oldest first; a window on the whole, without holes (`window.ts`). At most `SCREEN_LINES_MAX`. */
  readonly messages: readonly Message[];
  /** Whether the newest lines are still to be read from the node; when they are here, whether there are older ones than the first of them. */
  readonly history: 'wanted' | 'more' | 'whole';
  /** Whether there may be newer lines than the last of them. Those that come now are counted, and read when the reader gets there. */
  readonly newer: boolean;
  /** The first message that nobody had seen when it came, or the reader; the rule stands above it. */
  readonly fresh: string | undefined;
  /** How many lines of others are new from the rule on. */
  readonly news: number;
  /** The first line that the node knows to be unread, which need not be held. */
  readonly first: string | undefined;
  /** Whether it gives no notice while the person looks elsewhere. */
  readonly muted: boolean;
  /** Long messages that the reader wants whole. At most `SCREEN_UNFOLDED_MAX`. */
  readonly unfolded: readonly string[];
};

/** Who we are: our node's id, and the name that others see. */
export type Me = { readonly id: string; readonly name: string };

type Listed = Result<'conversations'>['conversations'];
/** News of a message of ours. */
export type Delivery = Extract<ApiEvent, { type: 'delivery' }>;
type Gap = Extract<ApiEvent, { type: 'gap' }>;

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
    if (entry) return [{ ...conversation, ...told(entry), mentions }];
    return conversation.id === open ? [conversation] : [];
  });
  return [...kept, ...[...now.values()].map((entry) => ({ ...blank(entry), ...told(entry) }))];
}

/** What the node's list knows better than the screen. */
const told = ({ name, unread, fresh, muted = false }: Listed[number]) => ({ name, unread, first: fresh, muted });

/** A message came, from others or from another screen of ours; `seen` when the reader looks at its conversation's end. */
export function arrived(known: readonly Conversation[], message: Message, me: Me, seen: boolean): Conversation[] {
  const id = conversationOf(message, me);
  const at = known.findIndex((conversation) => conversation.id === id);
  if (at < 0) return [...known, received(fromMessage(id, message, me), message, me, seen)];
  return known.with(at, received(known[at]!, message, me, seen));
}

/**
 * A message of ours got further, or a change of ours to a line. What it says is believed only where it is news: a state never
 * goes back.
 */
export function delivered(known: readonly Conversation[], { id, state, detail }: Delivery): readonly Conversation[] {
  const news = <T extends { readonly state?: Message['state'] }>(of: T): T =>
    isNews(of.state, state) ? { ...of, state } : of;
  const moved = withLine(known, id, (message) =>
    isNews(message.state, state) ? { ...message, state, ...(detail === undefined ? {} : { detail }) } : message,
  );
  if (moved !== known) return moved;
  const change = (line: Message): Message => {
    if (line.edited?.id === id) return { ...line, edited: news(line.edited) };
    return line.deleted?.id === id ? { ...line, deleted: news(line.deleted) } : line;
  };
  return withLine(known, id, change, ({ edited, deleted }) => edited?.id === id || deleted?.id === id);
}

/** A line is another now: edited, deleted, or reacted to. */
export const changed = (known: readonly Conversation[], line: Message): readonly Conversation[] =>
  withLine(known, line.id, () => line);

/** Who is called otherwise now, by id, is so in the lines that are held, and where they are quoted. */
export function renamed(known: readonly Conversation[], names: ReadonlyMap<string, string>): readonly Conversation[] {
  if (names.size === 0) return known;
  const rename = (message: Message): Message => {
    const { from, re } = message;
    const [author, quoted] = [names.get(from), names.get(re?.from ?? '')];
    if (author === undefined && quoted === undefined) return message;
    const answered = re && quoted !== undefined ? { re: { ...re, fromName: quoted } } : {};
    return { ...message, ...(author === undefined ? {} : { fromName: author }), ...answered };
  };
  return known.map((conversation) => ({ ...conversation, messages: conversation.messages.map(rename) }));
}

/** What is missing before a line has changed. */
export function mended(known: readonly Conversation[], { id, missing }: Gap): readonly Conversation[] {
  return withLine(known, id, (message) => ({ ...message, missing }));
}

/** The conversations with the line `id` as `change` makes it, where it is known. */
function withLine(
  known: readonly Conversation[],
  id: string,
  change: (message: Message) => Message,
  isMeant: (message: Message) => boolean = (message) => message.id === id,
): readonly Conversation[] {
  for (const [at, conversation] of known.entries()) {
    const index = conversation.messages.findLastIndex(isMeant);
    const message = conversation.messages[index];
    if (message)
      return known.with(at, { ...conversation, messages: conversation.messages.with(index, change(message)) });
  }
  return known;
}

/** A conversation of which nothing has been read yet. */
export const blank = (of: Pick<Conversation, 'id' | 'kind' | 'name'>): Conversation => ({
  id: of.id,
  kind: of.kind,
  name: of.name,
  unread: 0,
  mentions: 0,
  messages: [],
  history: 'wanted',
  newer: false,
  fresh: undefined,
  news: 0,
  first: undefined,
  muted: false,
  unfolded: [],
});

/** The node was gone: lines may be missing. Those of the open conversation stay on screen until they are read again. */
export const reread = (conversation: Conversation, open: string | undefined): Conversation =>
  conversation.id === open
    ? toNewest(conversation)
    : { ...conversation, messages: [], history: 'wanted', newer: false };

/** The newest lines are wanted; until they have come, those that are held stay on screen. */
export const toNewest = (conversation: Conversation): Conversation => ({
  ...conversation,
  history: 'wanted',
  newer: conversation.messages.length > 0,
});

/** The reader has seen the end. */
export const seen = (conversation: Conversation): Conversation => ({
  ...conversation,
  unread: 0,
  mentions: 0,
  first: undefined,
});

/** The reader goes elsewhere: the rule goes, and so do lines that can be read again. */
export function left(conversation: Conversation): Conversation {
  const bare = { ...conversation, fresh: undefined, news: 0, unfolded: [] };
  if (conversation.newer) return { ...bare, messages: [], history: 'wanted', newer: false };
  const messages = conversation.messages.slice(-SCREEN_LINES_IDLE);
  const cut = messages.length < conversation.messages.length;
  return { ...bare, messages, history: cut ? 'more' : conversation.history };
}

/** A long message is shown whole, or folded again. */
export function unfolding(conversation: Conversation, id: string): Conversation {
  const others = conversation.unfolded.filter((known) => known !== id);
  const folds = others.length < conversation.unfolded.length;
  return { ...conversation, unfolded: folds ? others : [...others, id].slice(-SCREEN_UNFOLDED_MAX) };
}

/** The conversation a message belongs to: its channel, or the other person. */
export const conversationOf = (message: Message, me: Me): string =>
  message.kind === 'channel' || message.from === me.id ? message.to : message.from;

/** Whether a text names us: `@ann`, as a word. */
export const mentions = (text: string, me: Me): boolean => me.name !== '' && mentionOf(me).test(text);

/** Finds `@name` of ours in a text. */
export const mentionOf = (me: Me): RegExp =>
  new RegExp(`@${me.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}_-])`, 'iu');

function received(conversation: Conversation, message: Message, me: Me, seen: boolean): Conversation {
  if (holds(conversation, message)) return conversation;
  const grown = conversation.newer ? conversation : grownBy(conversation, message);
  if (message.from === me.id) return grown;
  if (seen) return conversation.fresh === undefined ? grown : { ...grown, news: conversation.news + 1 };
  const isFirst = conversation.unread === 0 || conversation.fresh === undefined;
  return {
    ...grown,
    unread: conversation.unread + 1,
    mentions: conversation.mentions + (mentions(message.text, me) ? 1 : 0),
    // What stood below the rule before has been seen: the rule moves.
    fresh: conversation.unread === 0 ? message.id : (conversation.fresh ?? message.id),
    news: isFirst ? 1 : conversation.news + 1,
  };
}

/** Whether a line is here already. A thousand lines may come in a second: one behind the newest is looked for near the end only. */
function holds({ messages }: Conversation, message: Message): boolean {
  const newest = messages.at(-1);
  const near = newest && inOrder(newest, message) < 0 ? Math.max(0, messages.length - NEAR_END) : 0;
  for (let at = messages.length - 1; at >= near; at--) if (messages[at]!.id === message.id) return true;
  return false;
}

const NEAR_END = 64;

/** At the bound a tenth leaves at once: to cut a line at each that comes would cost as much as all that are held. */
function grownBy(conversation: Conversation, message: Message): Conversation {
  const messages = [...conversation.messages, message];
  if (messages.length <= SCREEN_LINES_MAX) return { ...conversation, messages };
  return { ...conversation, messages: messages.slice(Math.ceil(SCREEN_LINES_MAX / 10)), history: 'more' };
}

/** The order of a conversation, the same for everyone in it (docs/protocol.md §4.2). */
export const inOrder = (a: Message, b: Message): number => a.rank - b.rank || (a.id < b.id ? -1 : 1);

/** The rule above the first unread message, counted from the end over what others wrote. */
export function ruled(conversation: Conversation): Conversation {
  let left = conversation.unread;
  if (left === 0 || conversation.newer || conversation.fresh !== undefined) return conversation;
  const first = conversation.messages.findLast((message) => message.state === undefined && --left === 0);
  return first ? { ...conversation, fresh: first.id, news: conversation.unread } : conversation;
}

const PROGRESS: readonly NonNullable<Message['state']>[] = ['queued', 'carried', 'sent', 'delivered', 'read'];

function isNews(was: Message['state'], now: NonNullable<Message['state']>): boolean {
  // A message that failed may be tried again; one that arrived cannot fail any more.
  if (was === undefined || was === 'expired' || was === 'refused') return was !== now;
  const failed = now === 'expired' || now === 'refused';
  return failed ? was !== 'delivered' && was !== 'read' : PROGRESS.indexOf(now) > PROGRESS.indexOf(was);
}

const fromMessage = (id: string, { kind, channel, from, fromName }: Message, me: Me): Conversation =>
  blank({
    id,
    kind,
    // The list of the node soon brings the name of somebody whom we have only written to.
    name: kind === 'channel' ? `#${channel ?? id.slice(0, 8)}` : from === me.id ? `~${id.slice(0, 8)}` : fromName,
  });
