import { done, failed, type Handlers } from '../../api/answer.ts';
import type { Outcome } from '../../api/schema.ts';
import { SEARCH_WORDS_MAX } from '../../core/base/limits.ts';
import { timestamp } from '../../core/base/time.ts';
import { isShown } from '../../core/chat/record.ts';
import type { Line } from '../database/lines.ts';
import type { SearchQuery } from '../database/search.ts';
import type { Desk } from './desk.ts';
import { detailsOf } from './details.ts';
import { page } from './lines.ts';
import type { Requests } from './requests.ts';
import { dayOf, readSearch } from './search-text.ts';

/** What was written: reading it, finding it, and what is known of one line. */
export const readingMethods = (desk: Desk, requests: Requests) =>
  ({
    history({ where, before, after, around, since, limit }) {
      const place = where === undefined ? undefined : desk.names.where(where);
      if (place && !place.ok) return place;
      const [at, another] = [before, after, around].filter((id) => id !== undefined);
      if (another !== undefined) return failed('E_USAGE', 'a page is before, after or around a line: one of these');
      const line = at === undefined ? undefined : lineOf(at, desk);
      if (line && !line.ok) return line;
      const id = line?.result.id;
      const found = desk.database.history({
        conversation: place?.result.id,
        ...(after !== undefined ? { after: id } : around !== undefined ? { around: id } : { before: id }),
        since: since === undefined ? undefined : timestamp(since),
        limit,
      });
      // What waits for a yes is shown where it is asked for by name, and not among the rest.
      const open = place ? found.messages : found.messages.filter((line) => !requests.waits(line));
      const keep = after !== undefined ? 'oldest' : around !== undefined ? id! : 'newest';
      const { messages, cutBefore, cutAfter } = page(open, desk, keep);
      return done({ messages, more: found.more || cutBefore, moreAfter: found.moreAfter || cutAfter });
    },

    search({ text, where, before, limit }) {
      const query = queryOf(text, where, desk);
      if (!query.ok) return query;
      const line = before === undefined ? undefined : lineOf(before, desk);
      if (line && !line.ok) return line;
      // What waits for a yes is found where it is asked for by name, and not among the rest.
      const except = query.result.conversation === undefined ? requests.all().map(({ id }) => id) : [];
      const found = desk.database.search({ ...query.result, except, before: line?.result.id, limit });
      const { messages, cutBefore } = page(found.messages, desk, 'newest');
      const indexing = desk.database.indexing();
      return done({
        messages,
        more: found.more || cutBefore,
        words: [...query.result.words],
        ...(indexing && { indexing }),
      });
    },

    details({ id }) {
      const line = lineOf(id, desk);
      return line.ok ? done(detailsOf(line.result, desk)) : line;
    },
  }) satisfies Partial<Handlers>;

/** The line with this id, or whose id begins so; of what was done to a line, the line. */
function lineOf(id: string, { database }: Desk): Outcome<Line> {
  const found = id.length >= PREFIX_MIN ? database.message(id) : undefined;
  const isDone = typeof found === 'object' && !isShown(found) && found.re !== undefined;
  const line = isDone ? database.message(found.re) : found;
  if (line === 'ambiguous') {
    return failed('E_UNKNOWN_MESSAGE', `${id} begins more than one id`, 'type one more letter');
  }
  const hint = id.length < PREFIX_MIN ? `type ${PREFIX_MIN} letters of its id or more` : undefined;
  return line ? done(line) : failed('E_UNKNOWN_MESSAGE', `no line begins with ${id}`, hint);
}

type Query = Omit<SearchQuery, 'before' | 'except' | 'limit'>;

/** What is to be found, where people and times are named as people do. */
function queryOf(text: string, where: string | undefined, { names }: Desk): Outcome<Query> {
  const read = readSearch(text);
  if (!read)
    return failed('E_USAGE', `more than ${SEARCH_WORDS_MAX} words`, 'put them in quotes to look for them as one');
  const inWhere = read.in ?? where;
  const place = inWhere === undefined ? undefined : names.where(inWhere);
  if (place && !place.ok) return place;
  const isMe = read.from?.toLowerCase() === 'me' || read.from === names.of(names.self);
  const from = read.from === undefined ? undefined : isMe ? done(names.self) : names.find(read.from);
  if (from && !from.ok) return from;
  const days = { since: read.after, until: read.before };
  const [since, until] = Object.values(days).map((day) => (day === undefined ? undefined : dayOf(day)));
  for (const [at, day] of [
    [since, days.since],
    [until, days.until],
  ] as const) {
    if (day !== undefined && at === undefined) {
      return failed('E_USAGE', `${day} is no date`, 'write it as 2026-11-01, 2026-11 or 2026');
    }
  }
  return done({
    words: read.words,
    conversation: place?.result.id,
    from: from?.result,
    since: since === undefined ? undefined : timestamp(since),
    until: until === undefined ? undefined : timestamp(until),
  });
}

/** Letters of an id that stand for it. */
const PREFIX_MIN = 4;
