import { named } from '../../api/finding.ts';
import type { ApiEvent } from '../../api/schema.ts';
import type { Message, Reaction } from '../../api/shapes.ts';
import { cleanName, cleanText } from '../../core/base/clean.ts';
import { PAGE_BYTES_MAX, REACTION_NAMES_MAX, REACTION_SIGNS_MAX } from '../../core/base/limits.ts';
import { type Timestamp, timestamp } from '../../core/base/time.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { Answered, Line } from '../database/lines.ts';
import type { Desk } from './desk.ts';
import type { Names } from './names.ts';

/*
 * What the node knows, in the form in which screens get it: the one place where text of strangers is made clean.
 */

/** A line of a conversation for a screen. */
export function messageView(line: Line, names: Names): Message {
  const { id, kind, from, to, created, received, hops, rank, missing, delivery } = line;
  const { answers, edited, deleted, reactions } = line;
  const topic = kind === 'channel' ? names.topic(to) : undefined;
  return {
    id,
    kind,
    from,
    fromName: names.of(from),
    to,
    ...(topic === undefined ? {} : { channel: topic }),
    text: textOf(line),
    created: writtenAt(created),
    received,
    hops,
    rank,
    ...(missing > 0 ? { missing } : {}),
    ...(from === names.self ? { state: delivery?.state ?? 'queued' } : {}),
    ...(delivery?.detail === undefined ? {} : { detail: cleanText(delivery.detail) }),
    ...(answers ? { re: quotedView(answers, names) } : {}),
    ...(edited && !deleted ? { edited } : {}),
    ...(deleted ? { deleted } : {}),
    ...(reactions ? { reactions: reactionViews(reactions, names) } : {}),
  };
}

/** When a line was written, as its author claims; not after the year 9999: calendars throw at what may stand in a content (ECMA-262 §21.4.1.1). */
export const writtenAt = (created: Timestamp): Timestamp => timestamp(Math.min(created, LAST_MOMENT));

const LAST_MOMENT = Date.UTC(9999, 11, 31);

function textOf({ content, deleted, text }: Line): string {
  if (deleted) return '';
  return content === 'unsupported' ? '(this message needs a newer qpc)' : cleanText(text);
}

const quotedView = ({ id, from, text }: Answered, names: Names): NonNullable<Message['re']> =>
  from === undefined ? { id } : { id, from, fromName: names.of(from), text: cleanText(text ?? '') };

/** Signs that look the same are one, the one that most have given first. */
function reactionViews(reactions: NonNullable<Line['reactions']>, names: Names): Reaction[] {
  const bySign = new Map<string, NodeId[]>();
  for (const { sign, by } of reactions) {
    const shown = cleanName(sign);
    if (shown !== '') bySign.set(shown, [...(bySign.get(shown) ?? []), by]);
  }
  const views = [...bySign].map(([sign, by]) => {
    const others = by.filter((id) => id !== names.self);
    const named = others.slice(0, REACTION_NAMES_MAX).map((id) => names.of(id));
    return { sign, count: by.length, mine: others.length < by.length, names: named };
  });
  return views.sort((a, b) => b.count - a.count || (a.sign < b.sign ? -1 : 1)).slice(0, REACTION_SIGNS_MAX);
}

/** A line that was told before, as it is since this amendment. */
export function changedView(line: Line, { from, content, text }: MessageRecord, names: Names): ApiEvent {
  const sign = content === 'reaction' ? cleanName(text) : '';
  const what =
    content === 'reaction' ? (sign === '' ? 'unreacted' : 'reacted') : content === 'edit' ? 'edited' : 'deleted';
  const by = { from, fromName: names.of(from), what, ...(sign === '' ? {} : { sign }) } as const;
  return { type: 'changed', ...messageView(line, names), by };
}

/** What is missing right before a line now. */
export function gapView({ id, from, to, kind, missing }: Line, names: Names): ApiEvent {
  const topic = kind === 'channel' ? names.topic(to) : undefined;
  const channel = topic === undefined ? {} : { channel: topic };
  return { type: 'gap', id, from, fromName: names.of(from), to, ...channel, missing };
}

/** A line, with how many of its channel are known to have it, when it is one of our own. */
export function coveredView(line: Line, { owner, names }: Pick<Desk, 'owner' | 'names'>): Message {
  const view = messageView(line, names);
  if (line.kind === 'direct' || line.hops > 0) return view;
  const coverage = owner.turn((node, now) => node.coverage(line, now));
  return coverage ? { ...view, coverage } : view;
}

/**
 * As many of these lines, oldest first, as fit into a page: the newest, the oldest, or those around the one with that id. Says on
 * which side some were left out.
 */
export function page(
  lines: readonly Line[],
  desk: Pick<Desk, 'owner' | 'names'>,
  keep: 'newest' | 'oldest' | string,
): { readonly messages: Message[]; readonly cutBefore: boolean; readonly cutAfter: boolean } {
  const views = lines.map((line) => coveredView(line, desk));
  // The one in the middle may be left out: then it is those that are oldest.
  const middle = Math.max(
    0,
    views.findIndex(({ id }) => id === keep),
  );
  let first = keep === 'oldest' ? 0 : keep === 'newest' ? views.length : middle;
  let end = first;
  // In turns on both sides, as far as there are any.
  for (let bytes = 0; first > 0 || end < views.length; ) {
    const isLater = end < views.length && (first === 0 || end - middle <= middle - first);
    const next = views[isLater ? end : first - 1]!;
    bytes += bytesAtMost(next);
    if (bytes > PAGE_BYTES_MAX && end > first) break;
    if (isLater) end++;
    else first--;
  }
  return { messages: views.slice(first, end), cutBefore: first > 0, cutAfter: end < views.length };
}

/** How long a line can be in an answer. Cleaning can make a text several times as long; three bytes a unit is the most that UTF-8 takes. */
function bytesAtMost({ text, fromName, re, reactions = [] }: Message): number {
  const given = reactions.flatMap(({ sign, names }) => [sign, ...names]);
  const units = [text, fromName, re?.text ?? '', re?.fromName ?? '', ...given].reduce(
    (sum, one) => sum + one.length,
    0,
  );
  return 512 + units * 3;
}

/** What the node tells beside messages, for a screen; `undefined` for what only the service waits for. */
export function eventView(event: Exclude<NodeEvent, { type: 'message' }>, names: Names): ApiEvent | undefined {
  switch (event.type) {
    case 'delivery': {
      const { detail, ...rest } = event;
      return detail === undefined ? rest : { ...rest, detail: cleanText(detail) };
    }
    case 'peer': {
      const { address, ...rest } = event;
      const peer = { ...rest, name: names.of(event.id) };
      return address === undefined ? peer : { ...peer, address };
    }
    case 'typing':
      return { ...event, fromName: names.of(event.from) };
    case 'notice':
      return { ...event, message: cleanText(named(event.message, (id) => names.of(id as NodeId))) };
    case 'catching-up':
    case 'pong':
    case 'traced':
      return undefined;
  }
}
