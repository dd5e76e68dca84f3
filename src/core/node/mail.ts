import { COPIES_DEFAULT, HOPS_DEFAULT, SIGN_BYTES_MAX, TEXT_BYTES_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import { fromHex } from '../bytes/hex.ts';
import { utf8 } from '../bytes/utf8.ts';
import type { Channels } from '../chat/channels.ts';
import type { Conversations } from '../chat/conversations.ts';
import { type Author, writeDirect, writeToChannel } from '../chat/letter.ts';
import type { Receipts } from '../chat/receipts.ts';
import type { ChannelRecord, MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Shelf } from '../store/shelf.ts';
import type { Content, Saying } from '../wire/content.ts';
import { type Envelope, encodeEnvelope } from '../wire/envelope.ts';
import type { Attendance } from './attendance.ts';
import type { Calendar } from './calendar.ts';
import type { CommandError, Sent } from './commands.ts';
import type { Custody } from './custody.ts';
import type { Deliveries } from './deliveries.ts';
import type { Journal } from './journal.ts';
import { headOf } from './new-head.ts';
import { saidIn } from './offer.ts';

type Parts = {
  readonly author: Author;
  readonly shelf: Shelf;
  readonly journal: Journal;
  readonly deliveries: Deliveries;
  readonly custody: Custody;
  readonly conversations: Conversations;
  readonly channels: Channels;
  readonly receipts: Receipts;
  readonly calendar: Calendar;
  readonly attendance: Attendance;
  /** What this node calls itself. */
  readonly name: () => string;
};

/** What somebody says, and how long it is to be kept, from 1 to `TTL_SECONDS_MAX`. */
export type Words = { readonly saying: Saying; readonly ttlSeconds: number };

/** What this node writes itself: messages to nodes and channels, and receipts. */
export class Mail {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Seals words for a node, to be kept for so long. Once it is on disk `queued` is told, and `then` runs. */
  send(to: NodeId, { saying, ttlSeconds }: Words, now: Instant, then: (now: Instant) => void): Sent {
    const life = { calendar: this.#parts.calendar.at(now), ttlSeconds, hopsMax: HOPS_DEFAULT };
    return this.#compose(
      { kind: 'direct', to, saying },
      now,
      (content) => writeDirect(this.#parts.author, { to, content, ...life }),
      then,
    );
  }

  /** Seals words for a channel, to be kept for so long. `then` runs once it is on disk and may spread. */
  publish(channel: ChannelRecord, { saying, ttlSeconds }: Words, now: Instant, then: (now: Instant) => void): Sent {
    const life = { calendar: this.#parts.calendar.at(now), ttlSeconds, hopsMax: HOPS_DEFAULT };
    return this.#compose(
      { kind: 'channel', to: channel.id, saying },
      now,
      (content) => writeToChannel(this.#parts.author, { channel, content, ...life }),
      then,
    );
  }

  /** Writes the receipts that are owed, one for each sender. */
  sendReceipts(now: Instant): void {
    const { author, receipts, calendar, custody, shelf } = this.#parts;
    for (let owed = receipts.poll(); owed; owed = receipts.poll()) {
      const { to, ids, hops, ttlSeconds, read = false, refused } = owed;
      const content: Content = { type: 'receipt', ids, hops, read, ...(refused && { refused }) };
      const envelope = writeDirect(author, {
        to,
        content,
        calendar: calendar.at(now),
        hopsMax: HOPS_DEFAULT,
        ttlSeconds,
      });
      const head = this.#head(envelope, to, true, now);
      // Those who took receipts for these messages before have lost them, or this one would not be owed.
      const handedTo = read ? [] : custody.receiptTakers.of(ids);
      if (!read) custody.receiptTakers.wrote(head.id, ids);
      // A receipt that cannot be written is owed again when the sender asks again.
      if (shelf.roomFor(head, 1)) custody.take({ ...head, handedTo }, envelope, now, NOTHING, NOTHING);
    }
  }

  #compose(
    message: { readonly kind: 'direct' | 'channel'; readonly to: string; readonly saying: Saying },
    now: Instant,
    seal: (content: Content) => Envelope,
    then: (now: Instant) => void,
  ): Sent {
    const { attendance, author, calendar, conversations, custody, deliveries, journal, shelf } = this.#parts;
    const { saying } = message;
    const tooLarge = oversize(saying);
    if (tooLarge) return tooLarge;
    const at = calendar.at(now);
    const { epoch, seq, rank, after } = conversations.next(message.to, at);
    const envelope = seal({
      created: at,
      epoch: fromHex(epoch)!,
      seq,
      after,
      rank,
      name: this.#parts.name(),
      ...saying,
    });
    const head = this.#head(envelope, message.to, false, now);
    if (shelf.roomFor(head, 1) === undefined) return { why: 'too-many', detail: 'the outbox is full' };
    const record: MessageRecord = {
      id: envelope.id,
      kind: message.kind,
      conversation: message.to,
      from: author.id,
      to: message.to,
      ...saidIn(saying),
      created: at,
      received: at,
      hops: 0,
      size: head.size,
      epoch,
      seq,
      after,
      rank,
    };
    conversations.wrote(record);
    journal.write({ put: 'message', message: record });
    deliveries.begin(envelope.id, message.to, at, now);
    const written = (at: Instant): void => {
      attendance.wrote(record);
      then(at);
    };
    custody.take(head, envelope, now, written, () => {
      conversations.withdrew(record);
      deliveries.neverWritten(envelope.id, 'it could not be written to disk', at);
    });
    return { id: envelope.id, to: message.to };
  }

  #head(envelope: Envelope, to: string, silent: boolean, now: Instant) {
    const { author, calendar } = this.#parts;
    const how = { lane: 'own', silent, copies: COPIES_DEFAULT, size: encodeEnvelope(envelope).length } as const;
    return headOf(envelope, { from: author.id, to }, how, calendar.at(now));
  }
}

function oversize(saying: Saying): CommandError | undefined {
  const [words, most] =
    'text' in saying ? [saying.text, TEXT_BYTES_MAX] : 'sign' in saying ? [saying.sign, SIGN_BYTES_MAX] : ['', 0];
  const size = utf8(words).length;
  return size > most ? { why: 'too-large', detail: `${size} bytes, ${most} are allowed` } : undefined;
}

const NOTHING = (): void => {};
