import type { NodeEvent } from '../core/node/event.ts';
import type { Log } from './log.ts';

/**
 * Writes down what a node tells, so that what happened in the night can be read in the morning: who came and went, and what was noticed;
 * with `--verbose` each message and delivery too. Ids are cut to 8 letters; there are no texts, names or keys in it.
 */
export function logEvent(log: Log, event: NodeEvent): void {
  switch (event.type) {
    case 'peer':
      log.info({ peer: short(event.id), at: event.address, source: event.source }, event.state);
      return;
    case 'notice':
      log[event.level]({ code: event.code }, 'notice');
      return;
    case 'message': {
      const { id, from, kind, hops, text } = event.message;
      log.debug({ id: short(id), from: short(from), kind, hops, characters: text.length }, 'message');
      return;
    }
    case 'delivery':
      log.debug({ id: short(event.id), to: short(event.to), state: event.state }, 'delivery');
      return;
    default:
      return;
  }
}

/** Enough of an id to find it again, and too little to be it. */
export const short = (id: string): string => id.slice(0, 8);
