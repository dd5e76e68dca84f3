import type { Message } from '../api/shapes.ts';
import { shortId } from '../commands/show.ts';
import type { Conversation } from './conversations.ts';
import * as guard from './guard.ts';
import { wrap } from './wrap.ts';

/** How a message stands on the screen: rules above it, its lines, and why it failed. Plain text, to be coloured by the view. */
export type Block = {
  readonly message: Message;
  /** The day, when the message is the first of it. */
  readonly day: string | undefined;
  /** What is missing right before the message. */
  readonly gap: readonly string[];
  /** Whether the rule for what is new stands above. */
  readonly fresh: boolean;
  /** Whether the sender is named: not again within five minutes. */
  readonly named: boolean;
  readonly lines: readonly string[];
  /** Why it was not delivered and what can be done. */
  readonly reason: readonly string[];
};

/** The columns of the chat, in cells, for a pane so wide. A narrow pane has no time; `time` is then 0. */
export type Columns = { readonly time: number; readonly name: number; readonly text: number; readonly tick: number };

/** Divides a pane `cols` wide. */
export function columns(cols: number): Columns {
  const time = cols >= 50 ? 6 : 0;
  const name = cols >= 74 ? 13 : cols >= 60 ? 10 : cols >= 36 ? 8 : 4;
  const tick = 2;
  // A blank at the left edge, one on either side of the wall, the wall, and one before the tick.
  return { time, name, tick, text: Math.max(1, cols - 1 - time - name - 3 - 1 - tick) };
}

/** The block of the message at `index`, for a pane `cols` wide. Remembered until message, neighbourhood or width change. */
export function block({ messages, fresh }: Conversation, index: number, cols: number): Block {
  const message = messages[index]!;
  const previous = messages[index - 1];
  const isFresh = fresh === message.id;
  const newDay = !previous || !sameDay(previous.received, message.received);
  const named = newDay || isFresh || previous.from !== message.from || message.received - previous.received > 300_000;
  const key = `${cols} ${isFresh} ${newDay} ${named}`;
  const known = cache.get(message);
  if (known?.key === key) return known.block;
  const { text } = columns(cols);
  const made: Block = {
    message,
    day: newDay ? dayName(message.received) : undefined,
    gap: message.missing ? [`${message.missing} missing from ${guard.line(message.fromName)}`] : [],
    fresh: isFresh,
    named,
    lines: wrap(guard.text(message.text), text),
    reason: reason(message).flatMap((line) => wrap(line, text)),
  };
  cache.set(message, { key, block: made });
  return made;
}

/** How many rows a block takes. */
export const height = ({ day, gap, fresh, lines, reason }: Block): number =>
  (day === undefined ? 0 : 1) + (fresh ? 1 : 0) + gap.length + lines.length + reason.length;

/** What wrapping costs is paid once a message and width; a message whose tick changes is another object. */
const cache = new WeakMap<Message, { readonly key: string; readonly block: Block }>();

function reason({ id, state, detail }: Message): string[] {
  if (state !== 'expired' && state !== 'refused') return [];
  const why = detail === undefined ? `not delivered: ${state}` : `not delivered: ${state}, ${guard.line(detail)}`;
  return [why, `/retry ${shortId(id)} sends it again`];
}

function sameDay(a: number, b: number): boolean {
  // Most neighbours are close; only those that are not ask the calendar.
  if (Math.abs(a - b) > 90_000_000) return false;
  return new Date(a).toDateString() === new Date(b).toDateString();
}

const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const dayName = (at: number): string => DAY.format(at);
