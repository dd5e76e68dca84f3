import type { Brand } from '../base/brand.ts';
import type { Timestamp } from '../base/time.ts';
import type { DeliveryState } from '../chat/delivery.ts';
import type { ChannelRecord, ContactRecord, ConversationTail, MemberRecord, MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerRecord } from '../mesh/record.ts';
import type { EnvelopeHead } from '../store/head.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

/** The position of a record in the order of writing, from 1, counted since the node started. */
export type RecordNumber = Brand<number, 'RecordNumber'>;

/** What the node asks its owner to keep. The owner applies records in order, and all records of one turn in one transaction. */
export type StoreRecord =
  /** An envelope to keep: its head, and its bytes as they go over the wire. Replaces one of the same id. */
  | { readonly put: 'envelope'; readonly head: EnvelopeHead; readonly bytes: Uint8Array }
  /** A head that changed; the bytes stay. */
  | { readonly put: 'head'; readonly head: EnvelopeHead }
  | { readonly delete: 'envelope'; readonly id: EnvelopeId }
  /** A line of a conversation, for ever: the index of ids shown is made of these. */
  | { readonly put: 'message'; readonly message: MessageRecord }
  /** A line of ours that never left is taken back: its place stays, what it said goes. */
  | { readonly delete: 'message'; readonly id: EnvelopeId }
  /** What is known about the delivery of a message of ours. */
  | { readonly put: 'delivery'; readonly delivery: DeliveryRecord }
  /** An id that a carrier had and gave on; forgotten at `until`. */
  | { readonly put: 'seen'; readonly id: EnvelopeId; readonly at: Timestamp; readonly until: Timestamp }
  | { readonly put: 'contact'; readonly contact: ContactRecord }
  | { readonly delete: 'contact'; readonly id: NodeId }
  | { readonly put: 'channel'; readonly channel: ChannelRecord }
  | { readonly delete: 'channel'; readonly id: string }
  | { readonly put: 'member'; readonly member: MemberRecord }
  | { readonly delete: 'member'; readonly channel: string; readonly id: NodeId }
  | { readonly put: 'peer'; readonly peer: PeerRecord }
  | { readonly put: 'setting'; readonly key: SettingKey; readonly value: string };

/** Where a message of ours is, with its evidence (docs/protocol.md §4; `DeliveryState`). */
export type DeliveryRecord = {
  readonly id: EnvelopeId;
  readonly to: string;
  readonly state: DeliveryState;
  readonly at: Timestamp;
  /** Hops that the receipt says the message took. */
  readonly hops?: number;
  /** Why, for `refused` and `expired`; how many carriers, for `carried`. */
  readonly detail?: string;
};

/** What a node wakes up with of a line of a channel. */
export type ChannelLine = Pick<MessageRecord, 'id' | 'conversation' | 'from' | 'epoch' | 'seq' | 'after' | 'received'>;

/** Single values that outlive a run: text, for a reader with a database browser. */
export type SettingKey = 'name' | 'route-seqno' | 'epoch' | 'reset-key';

/** Everything a node wakes up with, read from its database by the owner. All empty at the first start. */
export type StoredState = {
  readonly heads: readonly EnvelopeHead[];
  readonly seen: readonly { readonly id: EnvelopeId; readonly at: Timestamp; readonly until: Timestamp }[];
  /** The ids of the newest messages shown, newest last, at most `SEEN_IDS_MAX`; `shownMore` when there are older ones. */
  readonly shown: readonly EnvelopeId[];
  readonly shownMore: boolean;
  readonly deliveries: readonly DeliveryRecord[];
  readonly contacts: readonly ContactRecord[];
  readonly channels: readonly ChannelRecord[];
  /** The last known end of each conversation: what the next message of ours follows. */
  readonly tails: readonly ConversationTail[];
  readonly members: readonly MemberRecord[];
  /** The newest lines of channels, oldest first, at most `LINES_WOKEN_WITH_MAX`. */
  readonly lines: readonly ChannelLine[];
  readonly peers: readonly PeerRecord[];
  readonly settings: ReadonlyMap<SettingKey, string>;
};
