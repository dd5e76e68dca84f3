import type { DatabaseSync } from 'node:sqlite';
import { READ_GATHERED_MAX } from '../../core/base/limits.ts';
import type { Timestamp } from '../../core/base/time.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { ReadLetter } from '../../core/node/readings.ts';
import type { DeliveryRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { LINES, LINES_AND_AMENDMENTS, type Line, lineOf } from './lines.ts';
import type { Values } from './rows.ts';
import { Statements } from './statements.ts';
import { TELLING } from './telling.ts';

/** How a message of ours came to its state, and who said that they had it. */
export type Way = {
  readonly steps: readonly Pick<DeliveryRecord, 'state' | 'at' | 'hops' | 'detail'>[];
  readonly holders: readonly NodeId[];
};

/** What a conversation list shows of one. */
export type ConversationRow = {
  readonly id: string;
  readonly kind: MessageRecord['kind'];
  /** Lines of others after the read mark. */
  readonly unread: number;
  /** The first of these to come here. */
  readonly fresh?: EnvelopeId;
  readonly lastAt: Timestamp;
};

/** Which lines `History.page` is to give: the last ones, or those at a line, which is said in one way only. */
export type PageQuery = {
  /** Of all conversations when absent. */
  readonly conversation?: string | undefined;
  /** Those right before this line. */
  readonly before?: EnvelopeId | undefined;
  /** Those right after this line. */
  readonly after?: EnvelopeId | undefined;
  /** This line, with as many before as after it where there are as many. */
  readonly around?: EnvelopeId | undefined;
  /** Only what was received then or later. */
  readonly since?: Timestamp | undefined;
  readonly limit: number;
};

/** Lines one after the other, oldest first, and whether there are more before and after them. */
export type Page = { readonly messages: Line[]; readonly more: boolean; readonly moreAfter: boolean };

/**
 * The past, for screens: read from the database, page by page. Lines of one conversation are in its order, by rank and id
 * (docs/protocol.md §4.2); those of all together in the order in which they came here.
 */
export class History {
  readonly #statements: Statements;

  constructor(db: DatabaseSync) {
    this.#statements = new Statements(db);
  }

  /** The page of lines that the query asks for; an empty one when the line that it names is none of that conversation. */
  page(query: PageQuery): Page {
    const { before, after, around, conversation, limit } = query;
    const at = around ?? after ?? before;
    const place = at === undefined ? {} : this.#place(at, conversation);
    if (!place) return { messages: [], more: false, moreAfter: false };
    if (around !== undefined) return this.#around(around, place, query);
    const { lines, more } = this.#side(after === undefined ? 'before' : 'after', place, query, limit);
    if (after !== undefined) return { messages: lines, more: true, moreAfter: more };
    return { messages: lines, more, moreAfter: before !== undefined };
  }

  /** The line with this id, or with the only id that begins so; also what was done to one. */
  line(idOrPrefix: string): Line | 'ambiguous' | undefined {
    const start = idOrPrefix.toLowerCase();
    if (!/^[0-9a-f]{1,64}$/.test(start)) return undefined;
    // Every hexadecimal digit comes before 'g'.
    const rows = this.#statements.of(
      `${LINES_AND_AMENDMENTS} WHERE message.id >= :start AND message.id < :end LIMIT 2`,
    );
    const [found, another] = rows.all({ start, end: `${start}g` });
    if (!found) return undefined;
    return another ? 'ambiguous' : lineOf(found);
  }

  /** How a message of ours came to its state, oldest first, and who had it when its envelope left; nothing of what was delivered before that was kept. */
  way(id: EnvelopeId): Way {
    const row = this.#statements.of('SELECT steps, holders FROM delivery WHERE id = :id').get({ id });
    const list = (column: unknown): never[] => JSON.parse(String(column ?? '[]')) as never[];
    return { steps: list(row?.steps), holders: list(row?.holders) };
  }

  /** All conversations that have a line, newest first. */
  conversations(): ConversationRow[] {
    return this.#statements
      .of(`SELECT id, kind, unread, last_at AS lastAt, ${FRESH} AS fresh FROM conversation ORDER BY last_at DESC`)
      .all()
      .map(({ fresh, ...row }) => ({ ...row, ...(fresh === null ? {} : { fresh }) }) as unknown as ConversationRow);
  }

  /** Conversations that give no notice. */
  muted(): ReadonlySet<string> {
    const rows = this.#statements.of('SELECT conversation FROM muted').all();
    return new Set(rows.map(({ conversation }) => String(conversation)));
  }

  /** A conversation gives no notice from now on, or does again. */
  mute(conversation: string, muted: boolean): void {
    const change = muted
      ? 'INSERT OR IGNORE INTO muted VALUES (:conversation)'
      : 'DELETE FROM muted WHERE conversation = :conversation';
    this.#statements.of(change).run({ conversation });
  }

  /** Lines that came while no screen was there, oldest first. */
  undisplayed(limit: number): Line[] {
    return this.#statements
      .of(`${LINES} WHERE message.displayed = ${TELLING.news} ORDER BY message.n LIMIT :limit`)
      .all({ limit })
      .map(lineOf);
  }

  /** The line right after one in its author's run of numbers, as far as it is here. */
  following({ conversation, from, epoch, seq }: MessageRecord): Line | undefined {
    const row = this.#statements
      .of(`${LINES} WHERE message.conversation = :conversation AND message.sender = :from AND message.epoch = :epoch
        AND message.seq > :seq ORDER BY message.seq LIMIT 1`)
      .get({ conversation, from, epoch, seq });
    return row && lineOf(row);
  }

  /** Whether an amendment counts, or would if its line were here: nothing of its author counts in its place. */
  counts(id: EnvelopeId): boolean {
    return this.#statements.of('SELECT deleted FROM message WHERE id = :id').get({ id })?.deleted === null;
  }

  /** What was done from here to a line of ours, whether or not it counts; the newest first. */
  ownAmendments({ id, conversation, from, epoch, seq }: MessageRecord): Line[] {
    return this.#statements
      .of(`${LINES_AND_AMENDMENTS} WHERE message.conversation = :conversation AND message.sender = :from
        AND message.epoch = :epoch AND message.seq > :seq AND message.target = :id AND message.content <> 'text'
        ORDER BY message.seq DESC`)
      .all({ id, conversation, from, epoch, seq })
      .map(lineOf);
  }

  /** How far a line is on its way to a person: one of `TELLING`. */
  telling(id: EnvelopeId): number {
    return Number(this.#statements.of('SELECT displayed FROM message WHERE id = :id').get({ id })?.displayed);
  }

  aboutToTell(id: EnvelopeId): void {
    this.#statements.of(`UPDATE message SET displayed = ${TELLING.aboutTo} WHERE id = :id`).run({ id });
  }

  markDisplayed(ids: readonly EnvelopeId[]): void {
    const mark = this.#statements.of(`UPDATE message SET displayed = ${TELLING.told} WHERE id = :id`);
    for (const id of ids) mark.run({ id });
  }

  /**
   * Moves the read mark to the last line received until `upTo`, and before the line `until` if there is one; never back. What was
   * read has been displayed. Gives the letters that it passed, the newest at most.
   */
  markRead(conversation: string, upTo: Timestamp, until: EnvelopeId | undefined): readonly ReadLetter[] {
    const place = this.#statements
      .of(`SELECT n FROM message WHERE conversation = :conversation AND received <= :upTo
        AND n < coalesce((SELECT n FROM message WHERE id = :until), ${Number.MAX_SAFE_INTEGER}) ORDER BY n DESC`)
      .get({ conversation, upTo, until: until ?? null })?.n;
    if (typeof place !== 'number') return [];
    const passed = this.#statements.of(PASSED).all({ conversation, place });
    this.#statements
      .of('UPDATE conversation SET read_n = :place WHERE id = :id AND read_n < :place')
      .run({ id: conversation, place });
    this.#statements.of(COUNT_UNREAD).run({ id: conversation });
    this.#statements
      .of(`UPDATE message SET displayed = ${TELLING.told} WHERE displayed = ${TELLING.news} AND conversation = :conversation
        AND n <= :place`)
      .run({ conversation, place });
    return passed.map((row) => ({ ...row }) as unknown as ReadLetter);
  }

  #around(id: EnvelopeId, place: Values, query: PageQuery): Page {
    const room = query.limit - 1;
    const earlier = this.#side('before', place, query, room);
    const later = this.#side('after', place, query, room);
    const laterCount = Math.max(Math.ceil(room / 2), room - earlier.lines.length);
    const after = later.lines.slice(0, laterCount);
    const before = earlier.lines.slice(earlier.lines.length - Math.min(earlier.lines.length, room - after.length));
    const line = this.line(id) as Line;
    return {
      messages: [...before, line, ...after],
      more: earlier.more || before.length < earlier.lines.length,
      moreAfter: later.more || after.length < later.lines.length,
    };
  }

  /** The `limit` lines nearest to a place, or to the end, on one side of it, oldest first; and whether there are more. */
  #side(
    side: Side,
    place: Values,
    { conversation, since }: PageQuery,
    limit: number,
  ): { lines: Line[]; more: boolean } {
    const hasPlace = Object.keys(place).length > 0;
    const rows = this.#statements
      .of(sideOf(side, { inOne: conversation !== undefined, hasPlace, byTime: since !== undefined }))
      .all({
        ...filter(conversation),
        ...place,
        ...(since === undefined ? {} : { since }),
        limit: limit + 1,
      });
    const lines = rows.slice(0, limit).map(lineOf);
    return { lines: side === 'before' ? lines.reverse() : lines, more: rows.length > limit };
  }

  #place(id: EnvelopeId, conversation: string | undefined): Values | undefined {
    const row = this.#statements.of(`SELECT n, rank, id FROM line AS message WHERE id = :id ${within(conversation)}`);
    const { n, rank } = row.get({ id, ...filter(conversation) }) ?? {};
    if (n === undefined || rank === undefined) return undefined;
    return conversation === undefined ? { n } : { rank, id };
  }
}

type Side = 'before' | 'after';

/** The statement for one side of a place. Its texts are few: each filter is there or not. */
function sideOf(
  side: Side,
  has: { readonly inOne: boolean; readonly hasPlace: boolean; readonly byTime: boolean },
): string {
  // Few lines are newer than a time, and they are found by it: `+` keeps SQLite from using another index.
  const plus = has.byTime ? '+' : '';
  const [sign, direction] = side === 'before' ? ['<', 'DESC'] : ['>', 'ASC'];
  const where = [
    ...(has.inOne ? [`${plus}message.conversation = :conversation`] : []),
    ...(has.hasPlace ? [has.inOne ? `(message.rank, message.id) ${sign} (:rank, :id)` : `message.n ${sign} :n`] : []),
    ...(has.byTime ? ['message.received >= :since'] : []),
  ];
  return `${LINES} ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}
    ORDER BY ${has.inOne ? `message.rank ${direction}, message.id ${direction}` : `${plus}message.n ${direction}`} LIMIT :limit`;
}

const PASSED = `SELECT id, sender AS "from", hops FROM line
  WHERE conversation = :conversation AND kind = 'direct' AND hops > 0 AND deleted IS NULL AND n <= :place
    AND n > (SELECT read_n FROM conversation WHERE id = :conversation) ORDER BY n DESC LIMIT ${READ_GATHERED_MAX}`;

// By the index of conversations, whose rows are in the order of `n`: where nothing is unread it is not looked at.
const FRESH = `iif(unread = 0, NULL, (SELECT message.id FROM message INDEXED BY message_by_conversation
  WHERE message.conversation = conversation.id AND n > conversation.read_n AND hops > 0 AND deleted IS NULL
    AND content IN ('text', 'unsupported') ORDER BY n LIMIT 1))`;

const COUNT_UNREAD = `UPDATE conversation SET unread = (
  SELECT count(*) FROM line WHERE conversation = :id AND n > conversation.read_n AND hops > 0 AND deleted IS NULL) WHERE id = :id`;

// Two texts, not `:conversation IS NULL OR …`, which no index could serve.
const within = (conversation: string | undefined) =>
  conversation === undefined ? '' : 'AND message.conversation = :conversation';
const filter = (conversation: string | undefined) => (conversation === undefined ? {} : { conversation });
