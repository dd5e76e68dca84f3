import { done, failed, type Handlers } from '../../api/answer.ts';
import { timestamp } from '../../core/base/time.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import type { Desk } from './desk.ts';
import { detailsOf } from './details.ts';
import { page } from './lines.ts';
import type { Requests } from './requests.ts';

/** What was written: reading it, finding it, and what is known of one line. */
export const readingMethods = (desk: Desk, requests: Requests) =>
  ({
    history({ where, before, after, around, since, limit }) {
      const place = where === undefined ? undefined : desk.names.where(where);
      if (place && !place.ok) return place;
      const [at, another] = [before, after, around].filter((id) => id !== undefined);
      if (another !== undefined) return failed('E_USAGE', 'a page is before, after or around a line: one of these');
      if (at !== undefined && typeof desk.database.message(at) !== 'object') {
        return failed('E_UNKNOWN_MESSAGE', `no line ${at} is there`);
      }
      const found = desk.database.history({
        conversation: place?.result.id,
        before: before as EnvelopeId | undefined,
        after: after as EnvelopeId | undefined,
        around: around as EnvelopeId | undefined,
        since: since === undefined ? undefined : timestamp(since),
        limit,
      });
      // What waits for a yes is shown where it is asked for by name, and not among the rest.
      const open = place ? found.messages : found.messages.filter((line) => !requests.waits(line));
      const keep = after !== undefined ? 'oldest' : around !== undefined ? around : 'newest';
      const { messages, cutBefore, cutAfter } = page(open, desk, keep);
      return done({ messages, more: found.more || cutBefore, moreAfter: found.moreAfter || cutAfter });
    },

    search({ text, where, before, limit }) {
      const place = where === undefined ? undefined : desk.names.where(where);
      if (place && !place.ok) return place;
      const found = desk.database.search(text, { conversation: place?.result.id, limit });
      const open = place ? found : found.filter((line) => !requests.waits(line));
      void before;
      return done({ messages: page(open, desk, 'newest').messages, more: false, words: [text] });
    },

    markRead({ where }) {
      const place = desk.names.where(where);
      if (!place.ok) return place;
      // Whatever the calendar did meanwhile: all that is there has been read.
      desk.database.markRead(place.result.id, timestamp(Number.MAX_SAFE_INTEGER));
      return done({});
    },

    details({ id }) {
      const line = id.length >= PREFIX_MIN ? desk.database.message(id) : undefined;
      if (line === 'ambiguous') {
        return failed('E_UNKNOWN_MESSAGE', `${id} begins more than one id`, 'type one more letter');
      }
      const hint = id.length < PREFIX_MIN ? `type ${PREFIX_MIN} letters of its id or more` : undefined;
      return line ? done(detailsOf(line, desk)) : failed('E_UNKNOWN_MESSAGE', `no line begins with ${id}`, hint);
    },

    typing({ where }) {
      const place = desk.names.where(where);
      return place.ok ? done({}) : place;
    },
  }) satisfies Partial<Handlers>;

/** Letters of an id that stand for it. */
const PREFIX_MIN = 4;
