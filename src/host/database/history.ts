import type { DatabaseSync } from 'node:sqlite';
import { SEARCH_MESSAGES_MAX } from '../../core/base/limits.ts';
import type { Timestamp } from '../../core/base/time.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { DeliveryRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { deliveryOf, messageOf, type Row } from './rows.ts';
import { Statements } from './statements.ts';

/** A line of a conversation and, for our own, how far it has come. */
export type Line = MessageRecord & { readonly delivery?: DeliveryRecord };

/** What a conversation list shows of one. */
export type ConversationRow = {
  readonly id: string;
  readonly kind: MessageRecord['kind'];
  /** Lines of others after the read mark. */
  readonly unread: number;
  readonly lastAt: Timestamp;
};

/** Which lines `History.page` is to give. */
export type PageQuery = {
  /** Of all conversations when absent. */
  readonly conversation?: string | undefined;
  /** Only what was stored before the line that has this `received` time. */
  readonly before?: Timestamp | undefined;
  readonly since?: Timestamp | undefined;
  readonly limit: number;
};

/** The past, for screens: read from the database, page by page. Lines are in the order in which they were told here. */
export class History {
  readonly #statements: Statements;

  constructor(db: DatabaseSync) {
    this.#statements = new Statements(db);
    db.function('has_text', { deterministic: true }, (text, lowered) =>
      Number(String(text).toLowerCase().includes(String(lowered))),
    );
  }

  /**
   * The last `limit` lines that the query allows, oldest first. A page is longer when lines at its old end came in the same
   * millisecond: the next page begins before that millisecond, and would miss them.
   */
  page({ conversation, before, since, limit }: PageQuery): { readonly messages: Line[]; readonly more: boolean } {
    const end = before === undefined ? Number.MAX_SAFE_INTEGER : this.#placeOf(before, conversation);
    const start = since === undefined ? 0 : this.#firstSince(since);
    const rows = this.#statements
      .of(`${LINES} WHERE n < :end AND n >= :start AND received >= :since ${within(conversation)}
      ORDER BY n DESC`)
      .iterate({ end, start, since: since ?? Number.MIN_SAFE_INTEGER, ...filter(conversation) });
    const messages: Line[] = [];
    let more = false;
    for (const row of rows) {
      const oldest = messages.at(-1);
      more = messages.length >= limit && row.received !== oldest?.received;
      if (more) break;
      messages.push(lineOf(row));
    }
    return { messages: messages.reverse(), more };
  }

  /** The newest `limit` lines that contain `text`, whatever its case, oldest first. */
  search(text: string, { conversation, limit }: { conversation?: string | undefined; limit: number }): Line[] {
    const rows =
      this.#statements.of(`${LINES} WHERE n > (SELECT max(n) FROM message) - :reach AND has_text(text, :lowered)
      ${within(conversation)} ORDER BY n DESC LIMIT :limit`);
    const query = { reach: SEARCH_MESSAGES_MAX, lowered: text.toLowerCase(), limit, ...filter(conversation) };
    return rows.all(query).map(lineOf).reverse();
  }

  /** The line with this id, or with the only id that begins so. */
  line(idOrPrefix: string): Line | 'ambiguous' | undefined {
    const start = idOrPrefix.toLowerCase();
    if (!/^[0-9a-f]{1,64}$/.test(start)) return undefined;
    // Every hexadecimal digit comes before 'g'.
    const rows = this.#statements.of(`${LINES} WHERE message.id >= :start AND message.id < :end LIMIT 2`);
    const [found, another] = rows.all({ start, end: `${start}g` });
    if (!found) return undefined;
    return another ? 'ambiguous' : lineOf(found);
  }

  /** All conversations that have a line, newest first. */
  conversations(): ConversationRow[] {
    return this.#statements
      .of('SELECT id, kind, unread, last_at AS lastAt FROM conversation ORDER BY last_at DESC')
      .all()
      .map((row) => ({ ...row }) as unknown as ConversationRow);
  }

  /** Lines that came while no screen was there, oldest first. */
  undisplayed(limit: number): MessageRecord[] {
    const rows = this.#statements.of('SELECT * FROM message WHERE displayed = 0 ORDER BY n LIMIT :limit');
    return rows.all({ limit }).map(messageOf);
  }

  markDisplayed(ids: readonly EnvelopeId[], displayed: boolean): void {
    const mark = this.#statements.of('UPDATE message SET displayed = :displayed WHERE id = :id');
    for (const id of ids) mark.run({ id, displayed: Number(displayed) });
  }

  /**
   * Puts a line behind all others, as if it had come after them: where its author's order says that it belongs. `received`
   * moves with it, so that pages by time and pages by place agree.
   */
  moveToEnd(id: EnvelopeId, conversation: string, displayed: boolean): void {
    this.#statements
      .of(`UPDATE message SET displayed = :displayed, n = (SELECT max(n) FROM message) + 1,
        received = max(received, (SELECT received FROM message ORDER BY n DESC LIMIT 1)) WHERE id = :id`)
      .run({ id, displayed: Number(displayed) });
    this.#statements.of(COUNT_UNREAD).run({ id: conversation });
  }

  /** Moves the read mark to the last line received until `upTo`; never back. What was read has been displayed. */
  markRead(conversation: string, upTo: Timestamp): void {
    const place = this.#statements
      .of('SELECT n FROM message WHERE conversation = :conversation AND received <= :upTo ORDER BY n DESC')
      .get({ conversation, upTo })?.n;
    if (typeof place !== 'number') return;
    this.#statements
      .of('UPDATE conversation SET read_n = :place WHERE id = :id AND read_n < :place')
      .run({ id: conversation, place });
    this.#statements.of(COUNT_UNREAD).run({ id: conversation });
    this.#statements
      .of('UPDATE message SET displayed = 1 WHERE displayed = 0 AND conversation = :conversation AND n <= :place')
      .run({ conversation, place });
  }

  /** The place of the line with this `received` time, or of the first one after it. */
  #placeOf(received: Timestamp, conversation: string | undefined): number {
    const exact = this.#statements.of(`SELECT min(n) AS n FROM message WHERE +received = :received AND n IN
      (SELECT n FROM message WHERE received = :received) ${within(conversation)}`);
    const found = exact.get({ received, ...filter(conversation) })?.n;
    return typeof found === 'number' ? found : this.#firstSince(received);
  }

  #firstSince(received: Timestamp): number {
    const first = this.#statements.of('SELECT n FROM message WHERE received >= :received ORDER BY received, n LIMIT 1');
    return (first.get({ received })?.n as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  }
}

const LINES = `SELECT message.*, delivery.state, delivery.at, delivery.hops AS delivery_hops, delivery.detail,
  delivery.recipient AS delivery_recipient FROM message LEFT JOIN delivery ON delivery.id = message.id`;

const COUNT_UNREAD = `UPDATE conversation SET unread = (
  SELECT count(*) FROM message WHERE conversation = :id AND n > conversation.read_n AND hops > 0) WHERE id = :id`;

// Two texts, not `:conversation IS NULL OR …`, which no index could serve.
const within = (conversation: string | undefined) =>
  conversation === undefined ? '' : 'AND message.conversation = :conversation';
const filter = (conversation: string | undefined) => (conversation === undefined ? {} : { conversation });

function lineOf(row: Row): Line {
  if (row.state === null) return messageOf(row);
  const delivery = deliveryOf({ ...row, recipient: row.delivery_recipient!, hops: row.delivery_hops! });
  return { ...messageOf(row), delivery };
}
