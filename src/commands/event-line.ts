import type { ApiEvent } from '../api/schema.ts';
import { eventSentence } from './aloud.ts';
import { printable } from './printable.ts';
import { clock, gapLine, messageLine, PEER_NEWS, progressWords, quote, shortId, sign } from './show.ts';
import type { Wording } from './wording.ts';

type Changed = Extract<ApiEvent, { type: 'changed' }>;

/** An event as one line for people, safe to print: `06:05 bob: the hill node is back`. */
export function eventLine(event: ApiEvent, context: Wording): string {
  if (context.aloud) return printable(eventSentence(event, context));
  const time = clock('at' in event ? event.at : context.now(), context);
  switch (event.type) {
    case 'message':
      return printable(messageLine(event, context));
    case 'changed':
      return printable(`${time} ${changedLine(event, context)}`);
    case 'typing':
      return printable(`${time} ${event.fromName} is writing`);
    case 'progress':
      return printable(`${time} ${event.what}: ${progressWords(event)}`);
    case 'gap':
      return printable(`${time} ${gapLine(event)}`);
    case 'delivery': {
      const why = event.detail === undefined ? '' : `: ${event.detail}`;
      return printable(`${time} ${sign(event.state, context)} ${shortId(event.id)} ${event.state}${why}`);
    }
    case 'peer': {
      const at = event.address === undefined ? '' : ` at ${event.address}`;
      return printable(`${time} ${event.name} ${PEER_NEWS[event.state]}${at} (${event.source})`);
    }
    case 'notice':
      return printable(`${time} ${event.level === 'info' ? 'note' : event.level}: ${event.message}`);
  }
}

/** What somebody did to a line, so that who hears it knows which: `#general bob took back the line of 06:08`. */
function changedLine({ by, channel, text, fromName, received }: Changed, context: Wording): string {
  const who = `${channel === undefined ? '' : `#${channel} `}${by.fromName}`;
  const line = `the line of ${clock(received, context)}`;
  switch (by.what) {
    case 'edited':
      return `${who} edited ${line}: ${text}`;
    case 'deleted':
      return `${who} took back ${line}`;
    case 'reacted':
      return `${who} reacted with ${by.sign} to ${quote(text)} of ${fromName}`;
    case 'unreacted':
      return `${who} took back the reaction to ${quote(text)} of ${fromName}`;
  }
}
