import { named } from '../../api/finding.ts';
import type { ApiEvent } from '../../api/schema.ts';
import type { Message } from '../../api/shapes.ts';
import { cleanText } from '../../core/base/clean.ts';
import { PAGE_BYTES_MAX } from '../../core/base/limits.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { Line } from '../database/history.ts';
import type { Desk } from './desk.ts';
import type { Names } from './names.ts';

/*
 * What the node knows, in the form in which screens get it: the one place where text of strangers is made clean.
 */

/** A line of a conversation for a screen. */
export function messageView(line: Line, names: Names): Message {
  const { id, kind, from, to, created, received, hops, rank, missing, delivery } = line;
  const topic = kind === 'channel' ? names.topic(to) : undefined;
  const text = line.content === 'text' ? cleanText(line.text) : '(this message needs a newer qpc)';
  return {
    id,
    kind,
    from,
    fromName: names.of(from),
    to,
    ...(topic === undefined ? {} : { channel: topic }),
    text,
    created,
    received,
    hops,
    rank,
    ...(missing > 0 ? { missing } : {}),
    ...(from === names.self ? { state: delivery?.state ?? 'queued' } : {}),
    ...(delivery?.detail === undefined ? {} : { detail: cleanText(delivery.detail) }),
  };
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
  const middle = views.findIndex(({ id }) => id === keep);
  let first = keep === 'oldest' ? 0 : keep === 'newest' ? views.length : middle;
  let end = first;
  // In turns on both sides, as far as there are any.
  for (let bytes = 0; first > 0 || end < views.length; ) {
    const isLater = end < views.length && (first === 0 || end - middle <= middle - first);
    const next = views[isLater ? end : first - 1]!;
    // Cleaning can make a text several times as long; three bytes a unit is the most that UTF-8 takes.
    bytes += 512 + next.text.length * 3;
    if (bytes > PAGE_BYTES_MAX && end > first) break;
    if (isLater) end++;
    else first--;
  }
  return { messages: views.slice(first, end), cutBefore: first > 0, cutAfter: end < views.length };
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
    case 'pong':
    case 'traced':
      return undefined;
  }
}
