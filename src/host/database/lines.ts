import type { SQLOutputValue } from 'node:sqlite';
import { QUOTE_CHARACTERS_MAX, REACTING_AUTHORS_MAX } from '../../core/base/limits.ts';
import type { Timestamp } from '../../core/base/time.ts';
import type { DeliveryState } from '../../core/chat/delivery.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { DeliveryRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import { deliveryOf, messageOf, type Row } from './rows.ts';

/** What an author did to a line of its own; its delivery when it is ours. */
export type Amended = { readonly id: EnvelopeId; readonly at: Timestamp; readonly state?: DeliveryState };

/** The line that another one answers; only its id when it is not here. */
export type Answered = { readonly id: EnvelopeId; readonly from?: NodeId; readonly text?: string };

/**
 * A line of a conversation as it is now: with the newest wording, or none when it was taken back. Of others with what is missing before
 * it, of our own with how far it has come.
 */
export type Line = MessageRecord & {
  readonly delivery?: DeliveryRecord;
  /** How many of its author's lines right before it are not here, by the author's count. */
  readonly missing: number;
  readonly answers?: Answered;
  readonly edited?: Amended;
  readonly deleted?: Amended;
  /** Who gave it which sign, by author; at most `REACTING_AUTHORS_MAX`. */
  readonly reactions?: readonly { readonly sign: string; readonly by: NodeId }[];
};

/** The last line before this one in its author's run; amendments take numbers too, and are no lines. */
const LINE_BEFORE = sameRun('max(seq)', "content IN ('text', 'unsupported')");
/** A reader of a channel begins anywhere; between two people every run of numbers begins at 1. */
const BEGINNING = `iif(message.kind = 'direct', 0, coalesce(${sameRun('min(seq)')}, message.seq) - 1)`;
const AMENDMENTS = "content IN ('edit', 'delete', 'reaction')";
const AMENDMENTS_BEFORE = sameRun('count(DISTINCT seq)', `${AMENDMENTS} AND seq > coalesce(${LINE_BEFORE}, 0)`);
const NOTHING_MISSING = `message.hops = 0 OR message.seq - 1 = ${LINE_BEFORE}`;
const MISSING = `iif(${NOTHING_MISSING}, 0, message.seq - 1 - coalesce(${LINE_BEFORE}, ${BEGINNING}) - ${AMENDMENTS_BEFORE})`;

/** Something of what stands before a line in its author's run of numbers. */
function sameRun(what: string, which = 'true'): string {
  return `(SELECT ${what} FROM message AS earlier WHERE earlier.conversation = message.conversation
    AND earlier.sender = message.sender AND earlier.epoch = message.epoch AND earlier.seq < message.seq AND ${which})`;
}

const REACTIONS = `(SELECT nullif(json_group_array(json_object('sign', text, 'by', sender)), '[]') FROM (
  SELECT text, sender FROM message AS reaction WHERE reaction.target = message.id AND reaction.content = 'reaction'
    AND reaction.deleted IS NULL AND reaction.conversation = message.conversation AND text <> '' ORDER BY sender LIMIT ${REACTING_AUTHORS_MAX}))`;

const selection = (table: string): string => `
  SELECT message.*, ${MISSING} AS missing, ${REACTIONS} AS reactions,
    delivery.state, delivery.at, delivery.hops AS delivery_hops, delivery.detail, delivery.recipient AS delivery_recipient,
    edit.received AS edited_at, edit_delivery.state AS edited_state,
    removal.received AS deleted_at, removal_delivery.state AS deleted_state,
    answered.sender AS answered_sender, substr(answered.text, 1, ${QUOTE_CHARACTERS_MAX}) AS answered_text
  FROM ${table} AS message
  LEFT JOIN delivery ON delivery.id = message.id
  LEFT JOIN message AS edit ON edit.id = message.edited
  LEFT JOIN delivery AS edit_delivery ON edit_delivery.id = message.edited
  LEFT JOIN message AS removal ON removal.id = message.deleted
  LEFT JOIN delivery AS removal_delivery ON removal_delivery.id = message.deleted
  LEFT JOIN line AS answered ON answered.id = message.target AND answered.conversation = message.conversation`;

/** What lines are made of, as `message`, to which conditions are added. */
export const LINES = selection('line');

/** The same of all that has an id in the history: lines, and what was done to them. */
export const LINES_AND_AMENDMENTS = selection('message');

type Column = SQLOutputValue | undefined;

/** A row of one of these as a line. */
export function lineOf(row: Row): Line {
  const isText = row.content === 'text';
  return {
    ...messageOf(row),
    missing: Number(row.missing),
    ...(row.state === null ? {} : { delivery: deliveryIn(row) }),
    ...(isText && row.target !== null ? { answers: answeredIn(row) } : {}),
    ...(row.edited === null ? {} : { edited: amendedIn(row.edited!, row.edited_at, row.edited_state) }),
    ...(row.deleted === null ? {} : { deleted: deletedIn(row) }),
    ...(row.reactions === null || row.deleted !== null ? {} : { reactions: JSON.parse(String(row.reactions)) }),
  };
}

const deliveryIn = (row: Row): DeliveryRecord =>
  deliveryOf({ ...row, recipient: row.delivery_recipient!, hops: row.delivery_hops! });

const answeredIn = ({ target, answered_sender, answered_text }: Row): Answered => ({
  id: target as EnvelopeId,
  ...(answered_sender === null ? {} : { from: answered_sender as NodeId, text: String(answered_text) }),
});

/** What was withdrawn was taken back by nothing that goes anywhere. */
const deletedIn = ({ id, deleted, deleted_at, deleted_state }: Row): Amended =>
  amendedIn(deleted!, deleted_at, deleted === id ? null : deleted_state);

const amendedIn = (id: SQLOutputValue, at: Column, state: Column): Amended => ({
  id: id as EnvelopeId,
  at: Number(at) as Timestamp,
  ...(typeof state === 'string' ? { state: state as DeliveryState } : {}),
});
