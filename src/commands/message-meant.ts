import type { NodeApi, Outcome } from '../api/schema.ts';
import type { Message } from '../api/shapes.ts';
import { oneWord } from './arguments.ts';
import type { Argument } from './command.ts';
import type { Context } from './context.ts';

const HOW = '4 or more digits of its id, or ^ for the newest one here, ^2 for the one before it';

/** A line that somebody wrote. */
export const LINE: Argument<string> = oneWord('MESSAGE', `a message: ${HOW}`, 'line');
/** A line of our own. */
export const OWN_LINE: Argument<string> = oneWord('MESSAGE', `a message of yours: ${HOW}`, 'own line');

/** Any line, of which `^` counts our own: those are on their way. */
export const LINE_OR_OWN: Argument<string> = oneWord(
  'MESSAGE',
  'a message: 4 or more digits of its id, or ^ for your newest one here, ^2 for the one before it',
  'own line',
);

/** Whose lines `^` counts: those of others, which are answered, or our own, which are changed. What was taken back never counts. */
export type Whose = 'of others' | 'own';

/** How many lines of a conversation `^` is looked for among. */
const REACH = 1_000;

/** The message that a person means by `^`, `^2` or the digits of an id: the one place where that is found out. */
export async function messageMeant(
  api: Pick<NodeApi, 'call'>,
  name: string,
  whose: Whose,
  context: Pick<Context, 'conversation' | 'face'>,
): Promise<Outcome<Message>> {
  const back = /^\^(\d{0,3})$/.exec(name)?.[1];
  if (back !== undefined) return nthNewest(api, back === '' ? 1 : Number(back), whose, context);
  if (/^[0-9a-f]{4,64}$/i.test(name)) return api.call('message', { id: name.toLowerCase() });
  return { ok: false, error: { code: 'E_USAGE', message: `${name} is no message`, hint: `a message is ${HOW}` } };
}

async function nthNewest(
  api: Pick<NodeApi, 'call'>,
  nth: number,
  whose: Whose,
  context: Pick<Context, 'conversation' | 'face'>,
): Promise<Outcome<Message>> {
  const open = context.conversation();
  if (!open) {
    const hint =
      context.face === 'chat' ? '/chat WHERE opens one; digits of an id need none' : 'give 4 or more digits of its id';
    const message = '^ is a line of the open conversation, and none is open';
    return { ok: false, error: { code: 'E_NO_CONVERSATION', message, hint } };
  }
  const past = await api.call('history', { where: open.id, limit: REACH });
  if (!past.ok) return past;
  const fitting = past.result.messages.filter((m) => !m.deleted && (m.state === undefined) === (whose === 'of others'));
  const found = nth < 1 ? undefined : fitting.at(-nth);
  if (found) return { ok: true, result: found };
  const lines = `${fitting.length === 0 ? 'no line' : fitting.length === 1 ? 'one line' : `${fitting.length} lines`} ${whose === 'own' ? 'of yours' : 'of others'}`;
  return {
    ok: false,
    error: {
      code: 'E_UNKNOWN_MESSAGE',
      message: `there ${fitting.length > 1 ? 'are' : 'is'} ${lines} in ${open.name}`,
    },
  };
}
