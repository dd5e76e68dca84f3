import type { ApiEvent } from '../api/schema.ts';
import type { Message, Reaction } from '../api/shapes.ts';
import {
  clock,
  type DeliveryState,
  gapLine,
  messageLine,
  PEER_NEWS,
  type Progress,
  progressWords,
  quote,
  shortId,
} from './show.ts';
import type { Wording } from './wording.ts';

/*
 * What happens, as sentences for those who do not see the screen (docs/commands.md, line mode): words where others have signs.
 */

/** An event as one sentence: `06:08 bob wrote in general: on it`, `06:09 your message 81b04c was delivered to bob`. */
export function eventSentence(event: ApiEvent, wording: Wording): string {
  if (event.type === 'message') return messageSentence(event, wording);
  const time = clock('at' in event ? event.at : wording.now(), wording);
  return `${time} ${told(event, wording)}`;
}

/** A line of a conversation, as this reader has it. */
export const lineFor = (message: Message, wording: Wording): string =>
  wording.aloud ? messageSentence(message, wording) : messageLine(message, wording);

/** A line of a conversation as one sentence: `06:05 bob wrote to you: are you there?`, `06:08 you wrote in general: on it (message 81b04c, queued)`. */
function messageSentence(message: Message, wording: Wording): string {
  const { fromName, re, text, state, id, coverage, reactions, edited, deleted } = message;
  const who = state === undefined ? fromName : 'you';
  const answers = re === undefined ? '' : `, in answer to ${answered(re.text)}`;
  const place = placeOf(message, wording);
  const said = deleted ? ' a line, and took it back' : `${answers}: ${text}${edited ? ' (edited)' : ''}`;
  const known = coverage ? `, ${coverage.have} of ${coverage.of} have it` : '';
  const way = state === undefined ? '' : ` (message ${shortId(id)}, ${state}${known})`;
  const signs = reactions?.map((one) => `, ${one.sign} from ${reactors(one)}`).join('') ?? '';
  return `${clock(message.received, wording)} ${who} wrote${place}${said}${way}${signs}`;
}

/** How far something is, at a quarter of it: `writing mail.qpc: 25 percent`; `writing mail.qpc: done, 40 MB in 19 s`. */
export const progressSentence = (progress: Progress, percent: number): string =>
  `${progress.what}: ${progress.over ? progressWords(progress) : `${percent} percent`}`;

type Other = Exclude<ApiEvent, { readonly type: 'message' }>;

function told(event: Other, wording: Wording): string {
  switch (event.type) {
    case 'changed': {
      const { by, text } = event;
      const line = `the line ${quote(text)} of ${event.fromName}`;
      const when = `the line of ${clock(event.received, wording)}`;
      if (by.what === 'edited') return `${by.fromName} edited ${when}${placeOf(event, wording)}: ${text}`;
      if (by.what === 'deleted') return `${by.fromName} took back ${when}${placeOf(event, wording)}`;
      if (by.what === 'reacted') return `${by.fromName} reacted with ${by.sign} to ${line}`;
      return `${by.fromName} took back a reaction to ${line}`;
    }
    case 'typing':
      return `${event.fromName} is writing`;
    case 'progress':
      return `${event.what}: ${progressWords(event)}`;
    case 'gap':
      return gapLine(event).replace(/^#(\S+) /, 'in $1, ');
    case 'delivery': {
      const to = wording.nameOf?.(event.to)?.replace(/^#/, '');
      const why = event.detail === undefined ? '' : `: ${event.detail}`;
      return `your message ${shortId(event.id)} ${WAYS[event.state]}${to === undefined ? '' : ` ${TOWARDS[event.state]} ${to}`}${why}`;
    }
    case 'peer':
      return `${event.name} ${PEER_NEWS[event.state]}`;
    case 'notice':
      return `${event.level === 'info' ? 'note' : event.level}: ${event.message}`;
  }
}

/** ` to you`, ` in general`; nothing where it is not known. */
function placeOf({ channel, state, to }: Pick<Message, 'channel' | 'state' | 'to'>, { nameOf }: Wording): string {
  if (channel !== undefined) return ` in ${channel}`;
  if (state === undefined) return ' to you';
  const name = nameOf?.(to);
  return name === undefined ? '' : ` to ${name}`;
}

const answered = (text: string | undefined): string =>
  text === undefined ? 'a line that is not here' : text === '' ? 'a line that was taken back' : quote(text);

/** Who gave a sign. */
function reactors({ count, mine, names }: Reaction): string {
  const shown = [...names.slice(0, REACTORS_NAMED), ...(mine ? ['you'] : [])];
  return count > shown.length ? `${shown.join(', ')} and ${count - shown.length} more` : shown.join(', ');
}

const REACTORS_NAMED = 3;

const WAYS: Readonly<Record<DeliveryState, string>> = {
  queued: 'is queued',
  carried: 'is carried by others',
  sent: 'was sent',
  delivered: 'was delivered',
  read: 'was read',
  expired: 'has expired',
  refused: 'was refused',
};

const TOWARDS: Readonly<Record<DeliveryState, string>> = {
  queued: 'for',
  carried: 'for',
  sent: 'to',
  delivered: 'to',
  read: 'by',
  expired: 'on its way to',
  refused: 'on its way to',
};
