import type { ApiEvent } from '../api/schema.ts';
import { printable } from './printable.ts';
import { clock, gapLine, messageLine, progressWords, shortId, sign } from './show.ts';

/** An event as one line for people, safe to print: `06:05 bob: the hill node is back`. */
export function eventLine(event: ApiEvent, context: { readonly ascii: boolean; now(): number }): string {
  const time = clock('at' in event ? event.at : context.now(), context.now());
  switch (event.type) {
    case 'message':
      return printable(messageLine(event, context));
    case 'changed': {
      const { by } = event;
      const where = event.channel === undefined ? '' : `#${event.channel} `;
      const sign = by.sign === undefined ? '' : ` with ${by.sign}`;
      const now = by.what === 'edited' ? `: ${event.text}` : '';
      return printable(`${time} ${where}${by.fromName} ${DEEDS[by.what]} ${shortId(event.id)}${sign}${now}`);
    }
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
      return printable(`${time} ${event.name} ${PEER_STATES[event.state]}${at} (${event.source})`);
    }
    case 'notice':
      return printable(`${time} ${event.level === 'info' ? 'note' : event.level}: ${event.message}`);
  }
}

const DEEDS = {
  edited: 'edited',
  deleted: 'deleted',
  reacted: 'reacted to',
  unreacted: 'took back a reaction to',
} as const;

const PEER_STATES = {
  discovered: 'is near',
  connected: 'is connected',
  disconnected: 'is no longer connected',
  gone: 'is no longer near',
} as const;
