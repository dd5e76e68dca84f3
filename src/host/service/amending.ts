import { done, failed, type Handlers } from '../../api/answer.ts';
import type { ApiEvent, Outcome } from '../../api/schema.ts';
import { cleanName } from '../../core/base/clean.ts';
import { SIGN_BYTES_MAX } from '../../core/base/limits.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Amendment } from '../../core/wire/content.ts';
import type { Line } from '../database/lines.ts';
import type { Desk } from './desk.ts';
import { changedView } from './lines.ts';
import { awaited, called, lineThere, ownMessage, STORED_WAIT_MS, write } from './messages.ts';

type Amended = { readonly id: string; readonly by: string; readonly state: 'queued' };

/** Changing what was written (docs/protocol.md §4.5): `tell` is told of each line that is another now. */
export const amendingMethods = (desk: Desk, tell: (event: ApiEvent) => void) =>
  ({
    async edit({ id, text }) {
      const found = own(desk, id);
      if (!found.ok) return found;
      if (text === '') return failed('E_USAGE', 'there is no text', `/delete ${called(id)} takes the message back`);
      if (text === found.result.text) return failed('E_USAGE', `${called(id)} says that already`);
      const state = found.result.delivery?.state;
      if (state === 'expired' || state === 'refused') {
        return failed(
          'E_UNKNOWN_MESSAGE',
          `${called(id)} is ${state}: nobody would see the other words`,
          'send it anew',
        );
      }
      return amend(desk, found.result, { type: 'edit', re: found.result.id, text }, tell);
    },

    async delete({ id }) {
      const found = own(desk, id);
      if (!found.ok) return found;
      const line = found.result;
      const amendments = desk.database.ownAmendments(line);
      const withdrawn = await withdraw(desk, line, amendments);
      if (withdrawn === 'not stored')
        return failed('E_NOT_STORED', 'not taken back: the disk did not take it', 'try again');
      if (withdrawn === 'done') {
        tellOf(desk, line.id, { ...line, content: 'delete' }, tell);
        return done({ id: line.id, by: line.id, state: 'refused', withdrawn: true });
      }
      const sent = await amend(desk, line, { type: 'delete', re: line.id }, tell);
      if (!sent.ok) return sent;
      // What may have left, but nobody is known to have, need not go any further.
      for (const { id: ours, delivery } of [line, ...amendments])
        if ((delivery?.state ?? 'queued') === 'queued') desk.owner.turn((node, now) => node.discard(ours, now));
      return done({ ...sent.result, withdrawn: false });
    },

    async react({ id, sign: typed }) {
      const found = lineThere(desk, id);
      if (!found.ok) return found;
      const line = found.result;
      const sign = typed.trim().normalize('NFC');
      const before = line.reactions?.find(({ by }) => by === desk.names.self)?.sign ?? '';
      if (sign !== '' && !isSign(sign)) {
        return failed(
          'E_USAGE',
          `${cleanName(sign)} is no sign`,
          'a sign is one emoji, or a word of at most 16 letters',
        );
      }
      if (sign === before) {
        return failed(
          'E_USAGE',
          sign === '' ? `${called(id)} has no sign from you` : `${called(id)} has this sign from you already`,
        );
      }
      return amend(desk, line, { type: 'reaction', re: line.id, sign }, tell);
    },
  }) satisfies Partial<Handlers>;

/** Whether it is one character as people see them, or a short word, and nothing in it hides. */
function isSign(sign: string): boolean {
  if (Buffer.byteLength(sign) > SIGN_BYTES_MAX || cleanName(sign) !== sign) return false;
  return [...GRAPHEMES.segment(sign)].length === 1 ? /\S/u.test(sign) : WORD.test(sign);
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORD = /^[\p{L}\p{M}\p{N}\p{P}+=<>^~|]{1,16}$/u;

/** A line of ours that can still be changed. */
function own(desk: Desk, id: string): Outcome<Line> {
  const found = ownMessage(desk, id);
  return found.ok ? lineThere(desk, found.result.id) : found;
}

/** Writes an amendment into the conversation of its line, and tells of it once it is on disk. */
async function amend(
  desk: Desk,
  { id, kind, conversation }: Line,
  amendment: Amendment,
  tell: (event: ApiEvent) => void,
): Promise<Outcome<Amended>> {
  const sent = await write(
    desk,
    () =>
      desk.owner.turn((node, now) =>
        awaited(
          desk,
          kind === 'channel'
            ? node.publish(conversation, amendment, now)
            : node.send(conversation as NodeId, amendment, now),
        ),
      ),
    desk.names.ofConversation(conversation, kind),
  );
  if (!sent.ok) return sent;
  const written = desk.database.message(sent.result.id);
  if (written && written !== 'ambiguous') tellOf(desk, id, written, tell);
  return done({ id, by: sent.result.id, state: 'queued' });
}

/** Takes a line back that nobody else can have, with what was done to it. */
async function withdraw(
  desk: Desk,
  line: Line,
  amendments: readonly Line[],
): Promise<'done' | 'somebody may have it' | 'not stored'> {
  const stored = desk.owner.turn((node, now) =>
    node.withdraw([...amendments, line], now) ? desk.confirmations.delivery(line.id, STORED_WAIT_MS) : undefined,
  );
  if (!stored) return 'somebody may have it';
  return (await stored) ? 'done' : 'not stored';
}

function tellOf(desk: Desk, id: string, amendment: Line, tell: (event: ApiEvent) => void): void {
  const line = desk.database.message(id);
  if (line && line !== 'ambiguous') tell(changedView(line, amendment, desk.names));
}
