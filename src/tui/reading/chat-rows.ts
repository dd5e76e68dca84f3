import type { Message, Reaction } from '../../api/shapes.ts';
import { shortId } from '../../commands/show.ts';
import { QUOTE_CHARACTERS_MAX, SCREEN_MESSAGE_ROWS } from '../../core/base/limits.ts';
import { cut, width } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import { wrap } from '../drawing/wrap.ts';
import type { Conversation } from './conversations.ts';
import { type LinkPart, linksOf } from './links.ts';
import { inAscii } from './reactions.ts';

/** A row of the chat: plain text, to be coloured by the view. */
export type Row =
  /** The day that begins here, as a moment of it. */
  | { readonly kind: 'day'; readonly at: number }
  /** What is below is new to the reader: so many lines of others. */
  | { readonly kind: 'fresh'; readonly news: number }
  /** What is missing right before the message. */
  | { readonly kind: 'gap'; readonly text: string }
  /** The line that this one answers. */
  | { readonly kind: 'quote'; readonly text: string }
  /** `note` is what was done to the line since it was written, when it fits beside the text. */
  | { readonly kind: 'text'; readonly text: string; readonly links: readonly LinkPart[]; readonly note?: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'folded'; readonly rows: number }
  | { readonly kind: 'reactions'; readonly reactions: readonly Reaction[] }
  /** Why it was not delivered, or what can be done. */
  | { readonly kind: 'reason'; readonly text: string };

/** How a message stands on the screen, row by row: its height is known before anything is drawn. */
export type Block = {
  readonly message: Message;
  /** Whether the sender is named: not again within five minutes. */
  readonly named: boolean;
  readonly rows: readonly Row[];
};

/** The columns of the chat, in cells, for a pane so wide. A narrow pane has no time; `time` is then 0. */
export type Columns = { readonly time: number; readonly name: number; readonly text: number; readonly tick: number };

/** Divides a pane `cols` wide. In a channel the edge has room for how many have a line: `4/12`. */
export function columns(cols: number, kind: Conversation['kind']): Columns {
  const time = cols >= 50 ? 6 : 0;
  const name = cols >= 74 ? 13 : cols >= 60 ? 10 : cols >= 36 ? 8 : 4;
  const tick = kind === 'channel' && cols >= 60 ? 5 : 2;
  // A blank at the left edge, one on either side of the wall, the wall, and one before the tick.
  return { time, name, tick, text: Math.max(1, cols - 1 - time - name - 3 - 1 - tick) };
}

/** The block of the message at `index`, for a pane `cols` wide. Remembered until message, neighbourhood or width change. */
export function block({ kind, messages, fresh, news, unfolded }: Conversation, index: number, cols: number): Block {
  const message = messages[index]!;
  const previous = messages[index - 1];
  const isFresh = fresh === message.id;
  const newDay = !previous || !sameDay(previous.received, message.received);
  const named = newDay || isFresh || previous.from !== message.from || message.received - previous.received > 300_000;
  const whole = unfolded.includes(message.id);
  const key = `${cols} ${isFresh && news} ${newDay} ${named} ${whole}`;
  const known = cache.get(message);
  if (known?.key === key) return known.block;
  const rows: Row[] = [];
  if (newDay) rows.push({ kind: 'day', at: message.received });
  if (isFresh) rows.push({ kind: 'fresh', news });
  rows.push(...rowsOf(message, columns(cols, kind).text, whole));
  const made: Block = { message, named, rows };
  cache.set(message, { key, block: made });
  return made;
}

/** How many rows a block takes. */
export const height = ({ rows }: Block): number => rows.length;

/** What wrapping costs is paid once a message and width; a message that changes is another object. */
const cache = new WeakMap<Message, { readonly key: string; readonly block: Block }>();

/** What a message says, and what is said of it. */
function rowsOf(message: Message, cells: number, whole: boolean): Row[] {
  const { missing, fromName, re, reactions = [] } = message;
  const rows: Row[] = [];
  if (missing) rows.push({ kind: 'gap', text: `${missing} missing from ${guard.line(fromName)}` });
  if (re) rows.push({ kind: 'quote', text: quote(re, cells - 2) });
  rows.push(
    ...(message.deleted ? [{ kind: 'note', text: deletion(message) } as const] : textRows(message, cells, whole)),
  );
  for (const line of reactionLines(reactions, cells)) rows.push({ kind: 'reactions', reactions: line });
  for (const text of reason(message).flatMap((line) => wrap(line, cells))) rows.push({ kind: 'reason', text });
  return rows;
}

function textRows(message: Message, cells: number, whole: boolean): Row[] {
  const text = guard.text(message.text);
  const lines = wrap(text, cells);
  const links = linksOf(text, lines, message.id);
  const all = lines.map((line, row): Row & { readonly kind: 'text' } => ({
    kind: 'text',
    text: line,
    links: links[row] ?? [],
  }));
  const note = message.edited ? `(edited${pending(message.edited.state)})` : undefined;
  if (all.length > SCREEN_MESSAGE_ROWS && !whole) {
    const shown = SCREEN_MESSAGE_ROWS >> 1;
    return [...all.slice(0, shown), { kind: 'folded', rows: all.length - shown }];
  }
  const last = all.at(-1)!;
  if (note === undefined) return all;
  const fits = width(last.text) + 1 + width(note) <= cells;
  return fits ? all.with(-1, { ...last, note }) : [...all, { kind: 'note', text: note }];
}

/** `bob: first words…`, in at most `cells` cells. */
export function quote({ fromName, text }: NonNullable<Message['re']>, cells: number): string {
  if (text === undefined) return cut('a line that is not here', cells);
  const words = text === '' ? 'a deleted line' : guard.line(text);
  return cut(`${guard.line(fromName ?? '')}: ${words}`, cells);
}

/** As much of a line as a quote has: `QUOTE_CHARACTERS_MAX` characters, none of them halved. */
export const beginning = (text: string): string =>
  [...text.slice(0, 2 * QUOTE_CHARACTERS_MAX)].slice(0, QUOTE_CHARACTERS_MAX).join('');

const deletion = ({ state, deleted }: Message): string =>
  state === undefined ? 'deleted by its author' : `deleted by you${pending(deleted?.state)}`;

/** A change of ours that is on this machine only. */
const pending = (state: Message['state']): string => (state === 'queued' ? ' ⇡' : '');

/** As many reactions in a row as fit, whichever way their signs are drawn. */
function reactionLines(reactions: readonly Reaction[], cells: number): Reaction[][] {
  const lines: Reaction[][] = [];
  let taken = cells;
  for (const reaction of reactions) {
    const cost = Math.max(width(reactionText(reaction, false)), width(reactionText(reaction, true))) + 2;
    if (taken + cost > cells + 2) {
      lines.push([]);
      taken = 0;
    }
    lines.at(-1)!.push(reaction);
    taken += cost;
  }
  return lines;
}

/** `👍 2`. */
export const reactionText = ({ sign, count }: Reaction, ascii: boolean): string => {
  const clean = cut(guard.line(sign), 12);
  return `${ascii ? inAscii(clean) : clean} ${count}`;
};

function reason({ id, state, detail }: Message): string[] {
  if (state !== 'expired' && state !== 'refused') return [];
  const why = detail === undefined ? `not delivered: ${state}` : `not delivered: ${state}, ${guard.line(detail)}`;
  return [why, `Alt+V x: send it again or discard it (/retry ${shortId(id)})`];
}

function sameDay(a: number, b: number): boolean {
  // Most neighbours are close; only those that are not ask the calendar.
  if (Math.abs(a - b) > 90_000_000) return false;
  return new Date(a).toDateString() === new Date(b).toDateString();
}
