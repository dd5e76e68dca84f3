import type { MessageRecord } from '../../core/chat/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import type { Statements } from './statements.ts';
import { TELLING } from './telling.ts';

/**
 * What was done to lines, brought to the lines (docs/protocol.md §4.5), in the transaction that stores it. A line says what it says now,
 * so that reading and searching it cost what they did before there were amendments. Of what one author did to one line, in one way, only
 * what counts is kept; of the rest there is its place in the order, and nothing of what it said.
 */
export class Amendments {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** An amendment has been stored: it takes the place of those of its author that count less, or theirs stays. */
  amended(amendment: MessageRecord): void {
    const { re: target, content, conversation, from: sender } = amendment;
    if (target === undefined) return;
    const its = { target, sender, conversation };
    const kept = this.#statements.of(content === 'delete' ? FIRST : NEWEST).get({ ...its, content })?.id;
    this.#statements.of(DROP_OTHERS).run({ ...its, content, kept: kept ?? null });
    this.#statements.of(EMPTY_EDITS).run(its);
    this.#settle(target);
  }

  /** A line has been stored: what waited for it takes effect. */
  came(id: EnvelopeId): void {
    if (this.#statements.of(IS_AWAITED).get({ id })) this.#settle(id);
  }

  /** A line of ours, or an amendment, that nobody else has is taken back; if it was the last, the next one gets its number. */
  withdraw(id: EnvelopeId): void {
    this.#statements.of("UPDATE message SET text = '', deleted = id WHERE id = :id AND deleted IS NULL").run({ id });
    this.#statements.of('DELETE FROM tail WHERE last = :id AND seq = 1').run({ id });
    this.#statements.of(STEP_BACK).run({ id });
  }

  /** A line is here, and something about it: it becomes what its author has made of it. */
  #settle(id: EnvelopeId): void {
    const line = this.#statements.of(LINE).get({ id });
    if (!line) return;
    const removed = Number(this.#statements.of(REMOVE).run({ id }).changes) > 0;
    if (removed && line.deleted === null) this.#statements.of(UNCOUNT).run({ id });
    if (!removed && line.deleted === null) this.#statements.of(REWORD).run({ id });
  }
}

const ITS = `target = :target AND content = :content AND sender = :sender AND conversation = :conversation
  AND deleted IS NULL`;

/** Of two edits or signs the later one in the order of the conversation counts, of two deletes the first. */
const NEWEST = `SELECT id FROM message WHERE ${ITS} ORDER BY rank DESC, id DESC LIMIT 1`;
const FIRST = `SELECT id FROM message WHERE ${ITS} ORDER BY rank, id LIMIT 1`;
const DROP_OTHERS = `UPDATE message SET text = '', deleted = :kept WHERE ${ITS} AND id <> :kept`;
/** Of what its author has taken back no wording stays, whether or not the line is here. */
const EMPTY_EDITS = `UPDATE message SET text = '' WHERE ${ITS.replace(':content', "'edit'")} AND EXISTS (
  SELECT 1 FROM message AS removal WHERE ${ITS.replace(':content', "'delete'")})`;

/** What the author of a line did to it, in its conversation. */
const by = (
  content: 'edit' | 'delete',
) => `FROM message AS its WHERE its.target = message.id AND its.content = '${content}'
  AND its.sender = message.sender AND its.conversation = message.conversation AND its.deleted IS NULL`;
const IS_LINE = "id = :id AND content IN ('text', 'unsupported')";

const IS_AWAITED = 'SELECT 1 FROM message WHERE target = :id AND deleted IS NULL';
const LINE = `SELECT deleted FROM message WHERE ${IS_LINE}`;
/** What was news to nobody yet is none any more. */
const REMOVE = `UPDATE message SET text = '', displayed = iif(displayed = ${TELLING.news}, ${TELLING.told}, displayed),
    deleted = (SELECT id ${by('delete')})
  WHERE ${IS_LINE} AND EXISTS (SELECT 1 ${by('delete')} AND its.id IS NOT message.deleted)`;
const REWORD = `UPDATE message SET (edited, text) = (SELECT id, text ${by('edit')})
  WHERE id = :id AND content = 'text' AND EXISTS (SELECT 1 ${by('edit')} AND its.id IS NOT message.edited)`;
const STEP_BACK = `UPDATE tail SET seq = seq - 1, last = coalesce((SELECT id FROM message WHERE message.conversation = tail.conversation
  AND sender = author AND message.epoch = tail.epoch AND message.seq = tail.seq - 1), last) WHERE last = :id`;
/** What was not read yet, and now cannot be, is not unread. */
const UNCOUNT = `UPDATE conversation SET unread = unread - 1 WHERE unread > 0 AND EXISTS (
  SELECT 1 FROM message WHERE message.id = :id AND message.conversation = conversation.id AND hops > 0 AND n > read_n)`;
