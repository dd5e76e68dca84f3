import type { ApiEvent } from '../api/schema.ts';
import type { Message, Reaction } from '../api/shapes.ts';
import { span } from '../core/base/span.ts';
import type { Wording } from './wording.ts';

/** How far a message of ours has come. */
export type DeliveryState = NonNullable<Message['state']>;

/** News of something that takes long. */
export type Progress = Extract<ApiEvent, { type: 'progress' }>;

/** How a delivery state is drawn (docs/commands.md, delivery states). */
const SIGNS: Readonly<Record<DeliveryState, { readonly sign: string; readonly ascii: string }>> = {
  queued: { sign: '⇡', ascii: '.' },
  carried: { sign: '✓»', ascii: '>>' },
  sent: { sign: '✓', ascii: '>' },
  delivered: { sign: '✓✓', ascii: 'ok' },
  read: { sign: '✔✔', ascii: 'OK' },
  expired: { sign: '✗', ascii: 'x!' },
  refused: { sign: '✗', ascii: 'x!' },
};

/** The sign of a delivery state, in ASCII where nothing else can be shown; none for whom it is read aloud. */
export const sign = (state: DeliveryState, { ascii, aloud }: Pick<Wording, 'ascii' | 'aloud'>): string =>
  aloud ? '' : SIGNS[state][ascii ? 'ascii' : 'sign'];

/** How far a message of ours has come: `⇡ 41069b queued for bob`. */
export const sentLine = (
  { id, state, to }: { readonly id: string; readonly state: DeliveryState; readonly to: string },
  wording: Pick<Wording, 'ascii' | 'aloud'>,
): string => `${madeLine({ id, state }, wording)} for ${to}`;

/** What was written here, and how far it has come: `⇡ 41069b queued`. */
export const madeLine = (
  { id, state }: { readonly id: string; readonly state: DeliveryState },
  wording: Pick<Wording, 'ascii' | 'aloud'>,
): string => `${wording.aloud ? 'message' : sign(state, wording)} ${shortId(id)} ${state}`;

/** The first letters of an id, enough for people: 8 of a node's or channel's, 6 of a message's. */
export const shortId = (id: string): string => id.slice(0, id.length === 64 ? 6 : 8);

/** How long ago, in its largest unit: `4 s ago`. */
export const ago = (then: number, now: number): string => `${span(Math.max(0, now - then))} ago`;

/** A round-trip time: `2.4 ms`; empty when it is not known. */
export const rtt = (ms: number | undefined): string =>
  ms === undefined ? '' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** A number of bytes in units of 1000: `412 B`, `41 kB`, `16.8 MB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const [unit, size] = count < 1e6 ? ['kB', count / 1e3] : count < 1e9 ? ['MB', count / 1e6] : ['GB', count / 1e9];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** `1 peer`, `2 peers`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Rows of cells in columns, two blanks apart; columns that are empty everywhere are left out. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>((most, row) => {
    row.forEach((cell, at) => {
      most[at] = Math.max(most[at] ?? 0, cells(cell));
    });
    return most;
  }, []);
  return rows.map((row) =>
    row
      .flatMap((cell, at) => (widths[at] === 0 ? [] : [cell + ' '.repeat((widths[at] ?? 0) - cells(cell))]))
      .join('  ')
      .trimEnd(),
  );
}

/** Roughly how many cells text takes: two for East Asian and emoji, none for combining marks. Tables only need to look straight. */
function cells(text: string): number {
  let width = 0;
  for (const c of text) {
    if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(c)) continue;
    width +=
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u.test(
        c,
      )
        ? 2
        : 1;
  }
  return width;
}

/**
 * The time of day on this machine's clock: `06:05`, or with the date when it was on another day: `19 Nov 06:05`. As ISO 8601 it is always whole, with
 * the offset to UTC: `2026-11-19T06:05:09+01:00`.
 */
export function clock(at: number, { now, time: kind }: Pick<Wording, 'now' | 'time'>): string {
  const then = new Date(at);
  if (kind === 'iso') return iso(then);
  const time = `${String(then.getHours()).padStart(2, '0')}:${String(then.getMinutes()).padStart(2, '0')}`;
  return then.toDateString() === new Date(now()).toDateString()
    ? time
    : `${then.getDate()} ${MONTHS[then.getMonth()]} ${time}`;
}

function iso(then: Date): string {
  const minutes = -then.getTimezoneOffset();
  const local = new Date(then.getTime() + minutes * 60_000).toISOString().slice(0, 19);
  if (minutes === 0) return `${local}Z`;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${local}${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** One line of a conversation: `06:05 #general bob: me`, `06:06 bob answered "who?": me`, `06:08 ann → bob: yes  ✓✓`. */
export function messageLine(message: Message, context: Wording): string {
  const where = message.channel === undefined ? '' : `#${message.channel} `;
  const { coverage: known } = message.deleted ? {} : message;
  const coverage = known ? ` · ${known.have} of ${known.of} have it` : '';
  // Of what was taken back it matters how far that has come.
  const way = message.deleted ?? message;
  const state =
    way.state === undefined ? '' : `  ${sign(way.state, context)} ${shortId(way.id)} ${way.state}${coverage}`;
  const answers = message.re === undefined ? '' : ` answered ${answered(message.re)}`;
  const text = message.deleted ? '(taken back)' : `${message.text}${message.edited ? ' (edited)' : ''}`;
  const signs = message.reactions?.map((reaction) => ` · ${reaction.sign} from ${reactors(reaction)}`).join('') ?? '';
  return `${clock(message.received, context)} ${where}${message.fromName}${answers}: ${text}${signs}${state}`;
}

/** The beginning of a text in quotation marks, on one line. */
export function quote(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  const kept = characters.slice(0, QUOTED_CHARACTERS_MAX).join('');
  return `"${kept}${characters.length > QUOTED_CHARACTERS_MAX ? '…' : ''}"`;
}

const QUOTED_CHARACTERS_MAX = 40;

const answered = ({ text }: NonNullable<Message['re']>): string =>
  text === undefined ? 'a line that is not here' : text === '' ? 'a line that was taken back' : quote(text);

/** Who gave a sign: `bob, carol and you`, `bob, carol and 3 others`. */
function reactors({ count, mine, names }: Reaction): string {
  const shown = names.slice(0, REACTORS_NAMED);
  const others = count - shown.length - (mine ? 1 : 0);
  const all = [...shown, ...(mine ? ['you'] : []), ...(others > 0 ? [plural(others, 'other')] : [])];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

const REACTORS_NAMED = 3;

/** How far something is: `12.4 MB of 40 MB, 2.1 MB/s, 13 s left`; `done, 40 MB in 19 s` when it is over. */
export function progressWords({ unit, done, of, startedAt, at, over }: Progress): string {
  const amount = (many: number): string => (unit === 'bytes' ? bytes(many) : plural(many, unit.slice(0, -1)));
  const ms = Math.max(1, at - startedAt);
  if (over) return `done, ${amount(done)} in ${span(ms)}`;
  const perSecond = (done / ms) * 1000;
  const rate = perSecond === 0 ? '' : `, ${unit === 'bytes' ? bytes(Math.round(perSecond)) : Math.round(perSecond)}/s`;
  if (of === undefined) return amount(done) + rate;
  const left = perSecond === 0 ? '' : `, ${span(((of - done) / perSecond) * 1000)} left`;
  return `${unit === 'bytes' ? bytes(done) : done} of ${amount(of)}${rate}${left}`;
}

/** What is missing before a line: `#general 2 missing from bob`, or that nothing is any more. */
export function gapLine(gap: Pick<Message, 'channel' | 'fromName' | 'missing'>): string {
  const where = gap.channel === undefined ? '' : `#${gap.channel} `;
  return gap.missing
    ? `${where}${gap.missing} missing from ${gap.fromName}`
    : `${where}what was missing from ${gap.fromName} has come`;
}

/** What is said of a peer when its state is news. */
export const PEER_NEWS = {
  discovered: 'is near',
  connected: 'is connected',
  disconnected: 'is no longer connected',
  gone: 'is no longer near',
} as const;
