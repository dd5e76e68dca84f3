import type { Timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Amendment } from '../wire/content.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/** Somebody this user has named, verified or blocked. */
export type ContactRecord = {
  readonly id: NodeId;
  /** The name this user gave; the only name that is shown as it stands. Empty when none was given. */
  readonly petname: string;
  readonly verified: boolean;
  readonly blocked: boolean;
  readonly added: Timestamp;
};

/** A channel this node reads. */
export type ChannelRecord = {
  /** The ChannelId, 52 letters of base32. */
  readonly id: string;
  readonly topic: string;
  /** The channel key, 32 bytes. */
  readonly key: Uint8Array;
  /** Whether the key is derived from the topic, so that anyone who knows the topic reads and writes. */
  readonly open: boolean;
  readonly joined: Timestamp;
};

/** One line of a conversation, ours or another's, or what somebody did to a line (docs/protocol.md §4.5), as it is kept and shown. */
export type MessageRecord = {
  readonly id: EnvelopeId;
  readonly kind: 'direct' | 'channel';
  /** The other node's id, or the channel's id: what the line belongs to. */
  readonly conversation: string;
  readonly from: NodeId;
  readonly to: string;
  /** Text as it was signed, of a reaction its sign: not yet clean for a screen. */
  readonly text: string;
  /** What the content is; `unsupported` is of a type that this version does not know. */
  readonly content: 'text' | Amendment['type'] | 'unsupported';
  /** The line that it answers, or that it is about. */
  readonly re?: EnvelopeId;
  /** By the sender's clock. */
  readonly created: Timestamp;
  /** By ours. */
  readonly received: Timestamp;
  /** Links it crossed: 1 from a neighbour, 0 for our own. */
  readonly hops: number;
  /** The neighbour that brought it; absent for our own, for what came in a file, and for what came before that was kept. */
  readonly via?: NodeId;
  /** Bytes of its sealed envelope; absent for what came before that was kept. */
  readonly size?: number;
  /** The author's run of numbers in this conversation, 16 hexadecimal digits, and the number in it. */
  readonly epoch: string;
  readonly seq: number;
  /** The newest messages that the author had seen in the conversation. */
  readonly after: readonly EnvelopeId[];
  /**
   * Where it stands in its conversation: lines are in the order of rank, then id (docs/protocol.md §4.2). Below 1 for lines
   * that were stored before there were ranks.
   */
  readonly rank: number;
};

/** Whether it is a line, which has a place on a screen, and not what somebody did to one. */
export const isShown = ({ content }: Pick<MessageRecord, 'content'>): boolean =>
  content === 'text' || content === 'unsupported';

/** The order of a conversation: the same wherever its lines are (docs/protocol.md §4.2). */
export const inOrder = (a: Pick<MessageRecord, 'rank' | 'id'>, b: Pick<MessageRecord, 'rank' | 'id'>): number =>
  a.rank - b.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Where a conversation stands: our own last number in it, and each other author's. */
export type ConversationTail = {
  readonly conversation: string;
  readonly author: NodeId;
  readonly epoch: string;
  readonly seq: number;
  readonly last: EnvelopeId;
  /** The highest rank of the author's lines. */
  readonly rank: number;
};

/** A member of a channel: somebody who wrote there, or said what he has. Ourselves as one: our last mark. */
export type MemberRecord = {
  readonly channel: string;
  readonly id: NodeId;
  /** When it gave a sign of life, by our calendar. Of ourselves, when we marked last. */
  readonly lastSeen: Timestamp;
  /** Its newest mark, and the rank in it. */
  readonly mark: { readonly id: EnvelopeId; readonly rank: number } | undefined;
  /** Which of our own lines it has, by their numbers: pairs of the first and the last. */
  readonly has: readonly (readonly [first: number, last: number])[];
};
