import { LINES_WOKEN_WITH_MAX } from '../core/base/limits.ts';
import type {
  ChannelRecord,
  ContactRecord,
  ConversationTail,
  MemberRecord,
  MessageRecord,
} from '../core/chat/record.ts';
import type { NodeId } from '../core/crypto/node-id.ts';
import type { PeerRecord } from '../core/mesh/record.ts';
import type { DeliveryRecord, RecordNumber, SettingKey, StoredState, StoreRecord } from '../core/node/record.ts';
import type { EnvelopeHead } from '../core/store/head.ts';
import type { EnvelopeId } from '../core/wire/envelope.ts';

/**
 * A disk that loses what was not committed: the twin of host/database, without SQLite.
 * Records are numbered from 1 in each life of the node, as the node numbers them.
 */
export class Disk {
  readonly #heads = new Map<EnvelopeId, EnvelopeHead>();
  readonly #bytes = new Map<EnvelopeId, Uint8Array>();
  readonly #seen = new Map<EnvelopeId, StoredState['seen'][number]>();
  readonly #messages = new Map<EnvelopeId, MessageRecord>();
  readonly #deliveries = new Map<EnvelopeId, DeliveryRecord>();
  readonly #contacts = new Map<NodeId, ContactRecord>();
  readonly #channels = new Map<string, ChannelRecord>();
  readonly #members = new Map<string, MemberRecord>();
  readonly #tails = new Map<string, ConversationTail>();
  readonly #peers = new Map<NodeId, PeerRecord>();
  readonly #settings = new Map<SettingKey, string>();
  /** Written and not committed, in order. */
  #pending: StoreRecord[] = [];
  #committed = 0;

  /** Takes the records of one turn; returns the number of the last. They are not safe yet. */
  write(records: readonly StoreRecord[]): RecordNumber {
    this.#pending.push(...records);
    return (this.#committed + this.#pending.length) as RecordNumber;
  }

  /** Whether this record has been written and is neither safe nor refused. */
  isPending(number: RecordNumber): boolean {
    return number > this.#committed && number <= this.#committed + this.#pending.length;
  }

  /** Makes everything up to this number safe; returns what became so. */
  commit(upTo: RecordNumber): readonly StoreRecord[] {
    const records = this.#pending.splice(0, upTo - this.#committed);
    this.#committed = upTo;
    for (const record of records) this.#apply(record);
    return records;
  }

  /** Fails to write everything that is not committed; returns the number of the first. */
  refuse(): RecordNumber {
    const first = this.#committed + 1;
    this.#committed += this.#pending.length;
    this.#pending = [];
    return first as RecordNumber;
  }

  /** The power fails: what was not committed is gone. */
  crash(): void {
    this.#pending = [];
    this.#committed = 0;
  }

  /** What a node wakes up with. */
  state(): StoredState {
    return {
      heads: [...this.#heads.values()],
      seen: [...this.#seen.values()],
      shown: [...this.#messages.keys()],
      shownMore: false,
      deliveries: [...this.#deliveries.values()],
      contacts: [...this.#contacts.values()],
      channels: [...this.#channels.values()],
      tails: [...this.#tails.values()],
      members: [...this.#members.values()],
      lines: [...this.#messages.values()].filter(({ kind }) => kind === 'channel').slice(-LINES_WOKEN_WITH_MAX),
      peers: [...this.#peers.values()],
      settings: new Map(this.#settings),
    };
  }

  envelope(id: EnvelopeId): Uint8Array | undefined {
    return this.#bytes.get(id);
  }

  /** The bytes of an envelope rot. */
  spoil(id: EnvelopeId): void {
    this.#bytes.delete(id);
  }

  message(id: EnvelopeId): MessageRecord | undefined {
    return this.#messages.get(id);
  }

  messages(): IterableIterator<MessageRecord> {
    return this.#messages.values();
  }

  delivery(id: EnvelopeId): DeliveryRecord | undefined {
    return this.#deliveries.get(id);
  }

  channel(id: string): ChannelRecord | undefined {
    return this.#channels.get(id);
  }

  #apply(record: StoreRecord): void {
    if ('delete' in record) this.#delete(record);
    else this.#put(record);
  }

  #put(record: Extract<StoreRecord, { put: unknown }>): void {
    switch (record.put) {
      case 'envelope':
        this.#heads.set(record.head.id, record.head);
        this.#bytes.set(record.head.id, record.bytes);
        return;
      case 'head':
        if (this.#heads.has(record.head.id)) this.#heads.set(record.head.id, record.head);
        return;
      case 'message':
        this.#putMessage(record.message);
        return;
      case 'delivery':
        this.#deliveries.set(record.delivery.id, record.delivery);
        return;
      case 'seen':
        this.#seen.set(record.id, { id: record.id, at: record.at, until: record.until });
        return;
      case 'contact':
        this.#contacts.set(record.contact.id, record.contact);
        return;
      case 'channel':
        this.#channels.set(record.channel.id, record.channel);
        return;
      case 'member':
        this.#members.set(`${record.member.channel} ${record.member.id}`, record.member);
        return;
      case 'peer':
        this.#peers.set(record.peer.id, record.peer);
        return;
      case 'setting':
        this.#settings.set(record.key, record.value);
        return;
    }
  }

  /** A line is written once, for ever, and moves the end of its author's run of numbers. */
  #putMessage(message: MessageRecord): void {
    if (this.#messages.has(message.id)) return;
    const { id, conversation, from: author, epoch, seq } = message;
    this.#messages.set(id, message);
    const tail = this.#tails.get(`${conversation} ${author}`);
    const rank = Math.max(message.rank, tail?.rank ?? message.rank);
    const end = tail && tail.epoch === epoch && tail.seq >= seq ? tail : { conversation, author, epoch, seq, last: id };
    this.#tails.set(`${conversation} ${author}`, { ...end, rank });
  }

  /** A line that never left says nothing any more; if it was the last, the next one gets its number. */
  #withdraw(id: EnvelopeId): void {
    const line = this.#messages.get(id);
    if (!line) return;
    this.#messages.set(id, { ...line, text: '' });
    const { conversation, from, epoch, seq } = line;
    const place = `${conversation} ${from}`;
    const tail = this.#tails.get(place);
    if (tail?.last !== id) return;
    const isBefore = (one: MessageRecord): boolean =>
      one.conversation === conversation && one.from === from && one.epoch === epoch && one.seq === seq - 1;
    const before = [...this.#messages.values()].find(isBefore);
    if (seq === 1) this.#tails.delete(place);
    else this.#tails.set(place, { ...tail, seq: seq - 1, last: before?.id ?? id });
  }

  #delete(record: Extract<StoreRecord, { delete: unknown }>): void {
    switch (record.delete) {
      case 'envelope':
        this.#heads.delete(record.id);
        this.#bytes.delete(record.id);
        return;
      case 'message':
        this.#withdraw(record.id);
        return;
      case 'contact':
        this.#contacts.delete(record.id);
        return;
      case 'channel':
        this.#channels.delete(record.id);
        return;
      case 'member':
        this.#members.delete(`${record.channel} ${record.id}`);
        return;
    }
  }
}
