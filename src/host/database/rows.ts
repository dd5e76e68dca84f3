import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type {
  ChannelRecord,
  ContactRecord,
  ConversationTail,
  MemberRecord,
  MessageRecord,
} from '../../core/chat/record.ts';
import type { PeerRecord } from '../../core/mesh/record.ts';
import type { ChannelLine, DeliveryRecord, StoredState } from '../../core/node/record.ts';
import type { EnvelopeHead } from '../../core/store/head.ts';

/*
 * Records as rows of `schema.ts`, and back. The tables are STRICT, so a column has the type that the schema gives it;
 * what a row says beyond that was written by this file.
 */

/** A row as `node:sqlite` gives it. */
export type Row = Record<string, SQLOutputValue>;
/** Values for the named parameters of a statement. */
export type Values = Record<string, SQLInputValue>;

/** The columns of a table, as `(a, b) VALUES (:a, :b)` wants them. */
export const insertion = (columns: readonly string[]): string =>
  `(${columns.join(', ')}) VALUES (${columns.map((c) => `:${c}`).join(', ')})`;

export const HEAD_COLUMNS = [
  ...['id', 'kind', 'sender', 'recipient', 'size', 'lane', 'via', 'hop_count', 'hops_max', 'ttl_seconds'],
  ...['age_seconds', 'stored_at', 'copies', 'handed_to', 'silent', 'created'],
] as const;

export const headValues = (head: EnvelopeHead): Values => ({
  id: head.id,
  kind: head.kind,
  sender: head.from,
  recipient: head.to,
  created: head.created,
  size: head.size,
  lane: head.lane,
  via: head.via ?? null,
  hop_count: head.hopCount,
  hops_max: head.hopsMax,
  ttl_seconds: head.ttlSeconds,
  age_seconds: head.ageSeconds,
  stored_at: head.storedAt,
  copies: head.copies,
  handed_to: JSON.stringify(head.handedTo),
  silent: Number(head.silent),
});

export const headOf = (row: Row): EnvelopeHead =>
  stored<EnvelopeHead>({
    id: row.id,
    kind: row.kind,
    from: row.sender,
    to: row.recipient,
    created: row.created,
    size: row.size,
    lane: row.lane,
    ...(row.via !== null && { via: row.via }),
    hopCount: row.hop_count,
    hopsMax: row.hops_max,
    ttlSeconds: row.ttl_seconds,
    ageSeconds: row.age_seconds,
    storedAt: row.stored_at,
    copies: row.copies,
    handedTo: list(row.handed_to),
    silent: row.silent === 1,
  });

export const MESSAGE_COLUMNS = [
  ...['id', 'kind', 'conversation', 'sender', 'recipient', 'text', 'content', 'created', 'received', 'hops'],
  ...['epoch', 'seq', 'follows', 'rank', 'displayed', 'target', 'via', 'size'],
] as const;

export const messageValues = (message: MessageRecord, displayed: number): Values => ({
  id: message.id,
  kind: message.kind,
  conversation: message.conversation,
  sender: message.from,
  recipient: message.to,
  text: message.text,
  content: message.content,
  created: message.created,
  received: message.received,
  hops: message.hops,
  epoch: message.epoch,
  seq: message.seq,
  follows: JSON.stringify(message.after),
  rank: message.rank,
  displayed,
  target: message.re ?? null,
  via: message.via ?? null,
  size: message.size ?? null,
});

export const messageOf = (row: Row): MessageRecord =>
  stored<MessageRecord>({
    id: row.id,
    kind: row.kind,
    conversation: row.conversation,
    from: row.sender,
    to: row.recipient,
    text: row.text,
    content: row.content,
    created: row.created,
    received: row.received,
    hops: row.hops,
    epoch: row.epoch,
    seq: row.seq,
    after: list(row.follows),
    rank: row.rank,
    ...(row.target !== null && { re: row.target }),
    ...(row.via !== null && { via: row.via }),
    ...(row.size !== null && { size: row.size }),
  });

export const DELIVERY_COLUMNS = ['id', 'recipient', 'state', 'at', 'hops', 'detail'] as const;

export const deliveryValues = (delivery: DeliveryRecord): Values => ({
  id: delivery.id,
  recipient: delivery.to,
  state: delivery.state,
  at: delivery.at,
  hops: delivery.hops ?? null,
  detail: delivery.detail ?? null,
});

/** The same as a step that is added to those before it. */
export const deliveryStep = ({ state, at, hops, detail }: DeliveryRecord): string =>
  JSON.stringify({ state, at, hops, detail });

export const deliveryOf = (row: Row): DeliveryRecord =>
  stored<DeliveryRecord>({
    id: row.id,
    to: row.recipient,
    state: row.state,
    at: row.at,
    ...(row.hops !== null && { hops: row.hops }),
    ...(row.detail !== null && { detail: row.detail }),
  });

type SeenRecord = StoredState['seen'][number];

export const seenOf = (row: Row): SeenRecord => stored<SeenRecord>({ id: row.id, at: row.at, until: row.until });

export const contactOf = (row: Row): ContactRecord =>
  stored<ContactRecord>({
    id: row.id,
    petname: row.petname,
    verified: row.verified === 1,
    blocked: row.blocked === 1,
    added: row.added,
  });

export const channelOf = (row: Row): ChannelRecord =>
  stored<ChannelRecord>({
    id: row.id,
    topic: row.topic,
    key: row.key,
    open: row.open === 1,
    joined: row.joined,
  });

export const memberValues = ({ channel, id, lastSeen, mark, has }: MemberRecord): Values => ({
  ...{ channel, id, last_seen: lastSeen },
  ...{ mark: mark?.id ?? null, mark_rank: mark?.rank ?? null, has: JSON.stringify(has) },
});

export const memberOf = (row: Row): MemberRecord =>
  stored<MemberRecord>({
    channel: row.channel,
    id: row.id,
    lastSeen: row.last_seen,
    mark: row.mark === null ? undefined : { id: row.mark, rank: row.mark_rank },
    has: list(row.has),
  });

export const channelLineOf = (row: Row): ChannelLine =>
  stored<ChannelLine>({
    id: row.id,
    conversation: row.conversation,
    from: row.sender,
    epoch: row.epoch,
    seq: row.seq,
    after: list(row.follows),
    received: row.received,
  });

export const peerOf = (row: Row): PeerRecord =>
  stored<PeerRecord>({
    id: row.id,
    name: row.name,
    addresses: list(row.addresses),
    source: row.source,
    named: row.named === 1,
    lastSeen: row.last_seen,
  });

export const tailOf = (row: Row): ConversationTail =>
  stored<ConversationTail>({
    conversation: row.conversation,
    author: row.author,
    epoch: row.epoch,
    seq: row.seq,
    last: row.last,
    rank: row.rank,
  });

/** Trusts what this file wrote: every required field is there, and all are of the type that the schema and the code above give. */
const stored = <T>(fields: { readonly [Field in keyof T]: unknown }): T => fields as T;

const list = (column: SQLOutputValue | undefined): unknown[] => JSON.parse(String(column)) as unknown[];
