import type { DatabaseSync } from 'node:sqlite';
import { SEARCH_LINES_READ_MAX } from '../../core/base/limits.ts';
import type { Timestamp } from '../../core/base/time.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { LINES, type Line, lineOf } from './lines.ts';
import type { Values } from './rows.ts';
import { Statements } from './statements.ts';

/** What is looked for, and where. */
export type SearchQuery = {
  /** A line contains all of these, each as it stands, in any case and with any accents. */
  readonly words: readonly string[];
  /** Of all conversations when absent. */
  readonly conversation?: string | undefined;
  /** Conversations that are left out. */
  readonly except?: readonly string[] | undefined;
  readonly from?: NodeId | undefined;
  /** Only what was stored before this line. */
  readonly before?: EnvelopeId | undefined;
  /** Only what was received then or later, and what was received sooner than then. */
  readonly since?: Timestamp | undefined;
  readonly until?: Timestamp | undefined;
  readonly limit: number;
};

/** How much of what there is can be found. */
export type Indexing = { readonly done: number; readonly of: number };

/** How many characters a word must have for the index, which has lines in pieces of three (FTS5, the trigram tokenizer). */
const INDEXED_CHARACTERS_MIN = 3;

/** Finds lines by their text: by the index where words are long enough, else by reading the newest lines one by one. */
export class Search {
  readonly #statements: Statements;

  constructor(db: DatabaseSync) {
    this.#statements = new Statements(db);
    db.function('has_text', { deterministic: true }, (text, word) =>
      Number(plain(String(text)).includes(String(word))),
    );
  }

  /** The newest `limit` lines that fit, oldest first; and whether there are more of them. */
  find(query: SearchQuery): { readonly messages: Line[]; readonly more: boolean } {
    const end = this.#numberOf(query.before);
    if (end === undefined) return { messages: [], more: false };
    const { sql, values } = searchOf(query);
    const found = this.#statements.of(sql).all({ ...values, end, limit: query.limit + 1 });
    const line = this.#statements.of(`${LINES} WHERE message.n = :n`);
    const messages = found.slice(0, query.limit).map(({ n }) => lineOf(line.get({ n: n! })!));
    return { messages: messages.reverse(), more: found.length > query.limit };
  }

  /** How many lines are in the index, while those of an earlier version are put into it. */
  indexing(): Indexing | undefined {
    const { unindexed, of } = this.#statements
      .of('SELECT unindexed, (SELECT coalesce(max(n), 0) FROM message) AS of FROM search')
      .get() as { readonly unindexed: number; readonly of: number };
    return unindexed === 0 ? undefined : { done: of - unindexed, of };
  }

  /** Puts the newest `count` lines that are not in the index into it, within a transaction of its caller. */
  indexMore(count: number): void {
    const { last } = this.#statements.of('SELECT unindexed AS last FROM search').get() as { readonly last: number };
    const first = Math.max(0, last - count);
    this.#statements.of(INDEX).run({ first, last });
    this.#statements.of('UPDATE search SET unindexed = :first').run({ first });
  }

  /** The place of a line in the order in which they were stored; one after the last without a line, `undefined` for one that is not here. */
  #numberOf(id: EnvelopeId | undefined): number | undefined {
    if (id === undefined) return Number.MAX_SAFE_INTEGER;
    return this.#statements.of('SELECT n FROM message WHERE id = :id').get({ id })?.n as number | undefined;
  }
}

const INDEX = 'INSERT INTO message_text (rowid, text) SELECT n, text FROM message WHERE n > :first AND n <= :last';

/** The statement for a search, and what it is about. Its texts are few: each filter is there or not. */
function searchOf({ words, conversation, except = [], from, since, until }: SearchQuery): {
  sql: string;
  values: Values;
} {
  const long = words.filter(isIndexed);
  const short = words.filter((word) => !isIndexed(word));
  // `+`: lines are gone through newest first, and by no other index.
  const filters: readonly (readonly [sql: string, values: Values])[] = [
    ...short.map((word, at) => [`has_text(message.text, :word${at})`, { [`word${at}`]: plain(word) }] as const),
    ...(conversation === undefined ? [] : [['+message.conversation = :conversation', { conversation }] as const]),
    ...(except.length === 0 ? [] : [[NOT_THERE, { except: JSON.stringify(except) }] as const]),
    ...(from === undefined ? [] : [['+message.sender = :from', { from }] as const]),
    ...(since === undefined ? [] : [['+message.received >= :since', { since }] as const]),
    ...(until === undefined ? [] : [['+message.received < :until', { until }] as const]),
  ];
  const values: Values = Object.assign({}, ...filters.map(([, its]) => its));
  const and = filters.map(([sql]) => `AND ${sql}`).join(' ');
  if (long.length === 0) return { sql: `${READ} ${and} ORDER BY n DESC LIMIT :limit`, values };
  const match = long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ');
  return { sql: `${LOOK_UP} ${and} ORDER BY message_text.rowid DESC LIMIT :limit`, values: { ...values, match } };
}

const NOT_THERE = '+message.conversation NOT IN (SELECT value FROM json_each(:except))';

const LOOK_UP = `SELECT message.n FROM message_text JOIN message ON message.n = message_text.rowid
  WHERE message_text MATCH :match AND message_text.rowid < :end AND message.content IN ('text', 'unsupported')`;

const READ = `SELECT n FROM message
  WHERE n < :end AND n > (SELECT max(n) FROM message) - ${SEARCH_LINES_READ_MAX}
  AND content IN ('text', 'unsupported') AND text <> ''`;

const isIndexed = (word: string): boolean => [...plain(word).normalize('NFC')].length >= INDEXED_CHARACTERS_MIN;

/** Text without case and accents, as the index has it. Most lines have nothing to be taken apart, and that takes most of the time. */
const plain = (text: string): string =>
  (ACCENTED.test(text) ? text.normalize('NFD').replace(ACCENTS, '') : text).toLowerCase();

const ACCENTED = /[^\0-\x7f]/;
const ACCENTS = /\p{Mn}+/gu;
