import type { DatabaseSync } from 'node:sqlite';
import { isShown, type MessageRecord } from '../../core/chat/record.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import { Amendments } from './amendments.ts';
import {
  DELIVERY_COLUMNS,
  deliveryStep,
  deliveryValues,
  HEAD_COLUMNS,
  headValues,
  insertion,
  MESSAGE_COLUMNS,
  memberValues,
  messageValues,
  type Values,
} from './rows.ts';
import { Statements } from './statements.ts';
import { TELLING } from './telling.ts';

/** How many ids are put into `seen` between two looks for those whose time is over. */
const SEEN_BETWEEN_SWEEPS = 256;

/** Writes records, one after the other, into the transaction that its owner has begun. */
export class RecordWriter {
  readonly #statements: Statements;
  readonly #amendments: Amendments;
  #seenSinceSweep = 0;

  constructor(db: DatabaseSync) {
    this.#statements = new Statements(db);
    this.#amendments = new Amendments(this.#statements);
  }

  /** @param watched - whether a person sees now what is told: then a line whose turn it is, is about to be. */
  write(record: StoreRecord, watched = false): void {
    if ('put' in record && record.put === 'message') {
      this.#putMessage(record.message, watched);
      return;
    }
    if ('delete' in record && record.delete === 'message') {
      this.#amendments.withdraw(record.id);
      return;
    }
    for (const [sql, values] of 'put' in record ? puts(record) : deletes(record)) this.#statements.of(sql).run(values);
    if ('put' in record && record.put === 'seen') this.#sweepSeen(record.at);
  }

  /** A line is written once, for ever; the same id again changes nothing. */
  #putMessage(message: MessageRecord, watched: boolean): void {
    const own = message.hops === 0;
    const isLine = isShown(message);
    // An amendment is never news by itself: who comes later sees its line as it is then.
    const inTurn = isLine ? TELLING.aboutTo : TELLING.told;
    const displayed = own ? TELLING.told : (watched || !isLine) && this.#isInTurn(message) ? inTurn : TELLING.news;
    const { changes } = this.#statements.of(PUT_MESSAGE).run(messageValues(message, displayed));
    if (Number(changes) === 0) return;
    const { id, kind, conversation, received, from, epoch, seq, rank } = message;
    const counted = { id: conversation, kind, lastAt: received, unread: Number(!own) };
    if (isLine) this.#statements.of(PUT_CONVERSATION).run(counted);
    this.#statements.of(PUT_TAIL).run({ conversation, author: from, epoch, seq, last: id, rank });
    this.#statements.of(RAISE_RANK).run({ conversation, author: from, rank });
    if (isLine) this.#amendments.came(id);
    else this.#amendments.amended(message);
  }

  /**
   * Whether a line is told in the turn in which it is stored, for all that it follows is told too (docs/protocol.md §4.2). In doubt it is not:
   * then that is written when its turn comes, at the price of a second commit.
   */
  #isInTurn({ kind, conversation, from, epoch, seq, after }: MessageRecord): boolean {
    const tail = this.#statements.of(LAST_OF_AUTHOR).get({ conversation, author: from });
    const isNext = tail?.epoch === epoch ? seq === Number(tail.seq) + 1 && tail.displayed !== TELLING.news : seq === 1;
    if (kind === 'direct') return isNext;
    const isBeginning = tail === undefined;
    return (isNext || isBeginning) && after.every((id) => this.#statements.of(IS_DISPLAYED).get({ id }) !== undefined);
  }

  /** The core never asks for their deletion: their time is in them. */
  #sweepSeen(now: number): void {
    this.#seenSinceSweep = (this.#seenSinceSweep + 1) % SEEN_BETWEEN_SWEEPS;
    if (this.#seenSinceSweep === 0) this.#statements.of('DELETE FROM seen WHERE until < :now').run({ now });
  }
}

type Write = readonly [sql: string, values: Values];
type Put = Exclude<Extract<StoreRecord, { put: unknown }>, { put: 'message' }>;
type Delete = Exclude<Extract<StoreRecord, { delete: unknown }>, { delete: 'message' }>;

function puts(record: Put): readonly Write[] {
  switch (record.put) {
    case 'envelope':
      return [
        [PUT_HEAD, headValues(record.head)],
        [PUT_BYTES, { id: record.head.id, bytes: record.bytes }],
      ];
    case 'head':
      return [[CHANGE_HEAD, headValues(record.head)]];
    case 'delivery':
      return [[PUT_DELIVERY, { ...deliveryValues(record.delivery), step: deliveryStep(record.delivery) }]];
    case 'seen':
      return [[PUT_SEEN, { id: record.id, at: record.at, until: record.until }]];
    case 'contact': {
      const { id, petname, verified, blocked, added } = record.contact;
      return [[PUT_CONTACT, { id, petname, verified: Number(verified), blocked: Number(blocked), added }]];
    }
    case 'channel': {
      const { id, topic, key, open, joined } = record.channel;
      return [[PUT_CHANNEL, { id, topic, key, open: Number(open), joined }]];
    }
    case 'member':
      return [[PUT_MEMBER, memberValues(record.member)]];
    case 'peer': {
      const { id, name, addresses, source, named, lastSeen } = record.peer;
      return [
        [
          PUT_PEER,
          { id, name, addresses: JSON.stringify(addresses), source, named: Number(named), last_seen: lastSeen },
        ],
      ];
    }
    case 'setting':
      return [[PUT_SETTING, { key: record.key, value: record.value }]];
  }
}

function deletes(record: Delete): readonly Write[] {
  const { delete: what, id } = record;
  if (what === 'member') return [[DELETE_MEMBER, { channel: record.channel, id }]];
  const deletion = (table: string): Write => [`DELETE FROM ${table} WHERE id = :id`, { id }];
  if (what !== 'envelope') return [deletion(what)];
  return [[KEEP_HOLDERS, { id }], deletion('envelope_head'), deletion('envelope_bytes')];
}

const put = (table: string, columns: readonly string[]) => `INSERT OR REPLACE INTO ${table} ${insertion(columns)}`;

const PUT_HEAD = put('envelope_head', HEAD_COLUMNS);
const CHANGE_HEAD = `UPDATE envelope_head SET ${HEAD_COLUMNS.map((c) => `${c} = :${c}`).join(', ')} WHERE id = :id`;
const PUT_BYTES = put('envelope_bytes', ['id', 'bytes']);
// The newest state is all that a node needs; how it came to that is for who asks.
const PUT_DELIVERY = `
  INSERT INTO delivery (${DELIVERY_COLUMNS.join(', ')}, steps)
  VALUES (${DELIVERY_COLUMNS.map((c) => `:${c}`).join(', ')}, json_array(json(:step)))
  ON CONFLICT (id) DO UPDATE SET (${DELIVERY_COLUMNS.join(', ')}) = (${DELIVERY_COLUMNS.map((c) => `excluded.${c}`).join(', ')}),
    steps = json_insert(delivery.steps, '$[#]', json(:step))`;
const KEEP_HOLDERS = `
  UPDATE delivery SET holders = envelope_head.handed_to FROM envelope_head
  WHERE delivery.id = :id AND envelope_head.id = :id`;
const PUT_SEEN = put('seen', ['id', 'at', 'until']);
const PUT_CONTACT = put('contact', ['id', 'petname', 'verified', 'blocked', 'added']);
const PUT_CHANNEL = put('channel', ['id', 'topic', 'key', 'open', 'joined']);
const PUT_MEMBER = put('member', ['channel', 'id', 'last_seen', 'mark', 'mark_rank', 'has']);
const DELETE_MEMBER = 'DELETE FROM member WHERE channel = :channel AND id = :id';
const PUT_PEER = put('peer', ['id', 'name', 'addresses', 'source', 'named', 'last_seen']);
const PUT_SETTING = put('setting', ['key', 'value']);
const PUT_MESSAGE = `INSERT INTO message ${insertion(MESSAGE_COLUMNS)} ON CONFLICT (id) DO NOTHING`;
const PUT_CONVERSATION = `
  INSERT INTO conversation (id, kind, last_at, unread, read_n) VALUES (:id, :kind, :lastAt, :unread, 0)
  ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at, unread = unread + excluded.unread`;
const LAST_OF_AUTHOR = `
  SELECT tail.epoch, tail.seq, message.displayed FROM tail JOIN message ON message.id = tail.last
  WHERE tail.conversation = :conversation AND author = :author`;
const IS_DISPLAYED = `SELECT 1 FROM message WHERE id = :id AND displayed <> ${TELLING.news}`;
// A line that comes late does not take the end of a run of numbers back.
const PUT_TAIL = `
  INSERT INTO tail (conversation, author, epoch, seq, last, rank) VALUES (:conversation, :author, :epoch, :seq, :last, :rank)
  ON CONFLICT (conversation, author) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, last = excluded.last
  WHERE excluded.epoch <> tail.epoch OR excluded.seq > tail.seq`;
const RAISE_RANK =
  'UPDATE tail SET rank = :rank WHERE conversation = :conversation AND author = :author AND rank < :rank';
