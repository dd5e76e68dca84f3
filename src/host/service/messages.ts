import { done, failed, type Handlers } from '../../api/answer.ts';
import type { Outcome } from '../../api/schema.ts';
import { isShown } from '../../core/chat/record.ts';
import type { CommandError, Sent } from '../../core/node/commands.ts';
import type { Saying } from '../../core/wire/content.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import type { Line } from '../database/lines.ts';
import { short } from '../event-log.ts';
import type { Desk } from './desk.ts';
import { coveredView } from './lines.ts';
import { refusal } from './words.ts';

/** How long the disk may take to keep a message, in milliseconds, before the sender is told that nobody knows. */
export const STORED_WAIT_MS = 10_000;

/** Letters of an id that stand for it. */
const PREFIX_MIN = 4;

/** Writing: `echo` is told of each line that is kept, so that other screens show it too. */
export const writingMethods = (desk: Desk, echo: (line: Line) => void) =>
  ({
    async send({ peer, text, re, ttlSeconds }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      if (text === '') return failed('E_USAGE', 'there is no text to send');
      const saying = sayingOf(desk, text, re, found.result);
      if (!saying.ok) return saying;
      const sent = await write(
        desk,
        () => desk.owner.turn((node, now) => awaited(desk, node.send(found.result, saying.result, now, ttlSeconds))),
        peer,
      );
      if (!sent.ok) return sent;
      echoLine(desk, sent.result.id, echo);
      return done({ id: sent.result.id, to: found.result, state: 'queued' });
    },

    async broadcast({ topic, text, re, ttlSeconds }) {
      if (text === '') return failed('E_USAGE', 'there is no text to send');
      const known = desk.names.channel(topic);
      const joined = known ?? join(desk, { topic });
      if ('why' in joined) return refusal(joined, topic);
      const saying = sayingOf(desk, text, re, joined.id);
      if (!saying.ok) return saying;
      let neighbours = 0;
      const publish = () =>
        desk.owner.turn((node, now) => {
          const sent = node.publish(joined.id, saying.result, now, ttlSeconds);
          if ('id' in sent) neighbours = sent.neighbours ?? 0;
          return awaited(desk, sent);
        });
      const sent = await write(desk, publish, `#${joined.topic}`);
      if (!sent.ok) return sent;
      echoLine(desk, sent.result.id, echo);
      return done({ id: sent.result.id, channel: joined.topic, neighbours, subscribed: known === undefined });
    },
  }) satisfies Partial<Handlers>;

/** Our own messages that are on their way. */
export const messageMethods = (desk: Desk) =>
  ({
    message({ id }) {
      const found = anyMessage(desk, id);
      return found.ok ? done(coveredView(found.result, desk)) : found;
    },

    retry({ id }) {
      const own = ownMessage(desk, id);
      if (!own.ok) return own;
      const state = own.result.delivery?.state ?? 'queued';
      if (desk.owner.turn((node, now) => node.retry(own.result.id, now))) return done({ id: own.result.id, state });
      return failed('E_UNKNOWN_MESSAGE', `${id} is ${state}: there is nothing left to try`, `/mesh why ${id}`);
    },

    async discard({ id }) {
      const own = ownMessage(desk, id);
      if (!own.ok) return own;
      // Here its line is as it says; unsent, it would be so here alone.
      if (!isShown(own.result))
        return failed('E_UNKNOWN_MESSAGE', `${called(id)} has changed a line already`, 'change that once more');
      const told = desk.owner.turn((node, now) =>
        node.discard(own.result.id, now) ? desk.confirmations.delivery(own.result.id, STORED_WAIT_MS) : undefined,
      );
      if (told) return done({ id: own.result.id, state: (await told)?.state ?? 'refused' });
      const state = own.result.delivery?.state ?? 'queued';
      return failed('E_UNKNOWN_MESSAGE', `${id} is ${state}: it cannot be taken back`, `/mesh why ${id}`);
    },
  }) satisfies Partial<Handlers>;

/** Joins a channel, and lets its name be known. */
export function join(
  desk: Desk,
  how: { readonly topic: string; readonly private?: boolean; readonly invite?: string },
) {
  const joined = desk.owner.turn((node, now) => node.subscribe(how, now));
  if (!('why' in joined)) desk.names.joined(joined);
  return joined;
}

/** What was sent, with the promise of the event that it is on disk; begun in the same turn, so that the event is not missed. */
type Awaited = { readonly sent: Sent; readonly stored?: ReturnType<Desk['confirmations']['delivery']> };

/** What was sent, and the event that says what came of it. */
export const awaited = (desk: Desk, sent: Sent): Awaited =>
  'id' in sent ? { sent, stored: desk.confirmations.delivery(sent.id, STORED_WAIT_MS) } : { sent };

/** Writes, and waits until it is on disk; `who` is the peer or channel it is for, as the user knows it. */
export async function write(
  desk: Desk,
  act: () => Awaited,
  who: string,
): Promise<Outcome<{ readonly id: EnvelopeId }>> {
  const { sent, stored } = act();
  if (!('id' in sent)) return refusal(sent satisfies CommandError, who);
  const told = await stored;
  if (told?.state === 'refused') {
    return failed(
      'E_NOT_STORED',
      `not stored, so not sent: ${told.detail ?? 'the disk refused it'}`,
      'make room on the disk and send it again',
    );
  }
  if (told) return done({ id: sent.id });
  desk.log.warn({ id: short(sent.id) }, 'the disk takes long to keep a message');
  return failed(
    'E_NOT_STORED',
    `the disk did not answer in ${STORED_WAIT_MS / 1000} s; the message may still be sent`,
    `/mesh why ${sent.id.slice(0, 8)}`,
  );
}

function echoLine(desk: Desk, id: EnvelopeId, echo: (line: Line) => void): void {
  const line = desk.database.message(id);
  if (line && line !== 'ambiguous') echo(line);
}

/** A message of ours, also an amendment, by its id or the beginning of it. */
export function ownMessage(desk: Desk, id: string): Outcome<Line> {
  const found = anyMessage(desk, id, 'message of yours');
  if (!found.ok || found.result.from === desk.names.self) return found;
  return failed('E_UNKNOWN_MESSAGE', `no message of yours begins with ${called(id)}`);
}

/** A message as people call it: the id that they typed, of a whole one its beginning. */
export const called = (id: string): string => (id.length === WHOLE_ID ? id.slice(0, ID_SHOWN) : id);

/** Hexadecimal digits of a message's id, and how many of them screens show. */
const WHOLE_ID = 64;
const ID_SHOWN = 6;

/** A line that is there to be answered or changed, by its id or the beginning of it. */
export function lineThere(desk: Desk, id: string): Outcome<Line> {
  const found = anyMessage(desk, id);
  if (!found.ok) return found;
  if (found.result.deleted) return failed('E_UNKNOWN_MESSAGE', `${called(id)} was taken back`);
  return isShown(found.result)
    ? found
    : failed('E_UNKNOWN_MESSAGE', `${called(id)} is no line: it is about another one`);
}

/** A text, and what it answers: a line of the same conversation. */
function sayingOf(desk: Desk, text: string, re: string | undefined, conversation: string): Outcome<Saying> {
  if (re === undefined) return done({ type: 'text', text });
  const found = lineThere(desk, re);
  if (!found.ok) return found;
  if (found.result.conversation === conversation) return done({ type: 'text', text, re: found.result.id });
  return failed('E_UNKNOWN_MESSAGE', `${called(re)} is a line of another conversation, nothing was sent`);
}

function anyMessage(desk: Desk, id: string, what = 'message'): Outcome<Line> {
  const line = id.length >= PREFIX_MIN ? desk.database.message(id) : undefined;
  if (line === 'ambiguous') return failed('E_UNKNOWN_MESSAGE', `${id} begins more than one id`, 'type one more letter');
  if (line) return done(line);
  const hint = id.length < PREFIX_MIN ? `type ${PREFIX_MIN} letters of its id or more` : undefined;
  return failed('E_UNKNOWN_MESSAGE', `no ${what} begins with ${called(id)}`, hint);
}
