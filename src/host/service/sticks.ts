import { basename } from 'node:path';
import { done, failed, type Handlers } from '../../api/answer.ts';
import type { ErrorCode } from '../../api/schema.ts';
import { TTL_SECONDS_MAX } from '../../core/base/limits.ts';
import type { HeldView } from '../../core/node/commands.ts';
import { decodeEnvelope, encodeEnvelope } from '../../core/wire/envelope.ts';
import { type MailFileHead, secondsInFile } from '../../core/wire/mail-file.ts';
import type { Push, PushAnswer } from '../../core/wire/mesh-message.ts';
import { readMailFile, StickError, writeMailFile } from '../stick.ts';
import type { Desk } from './desk.ts';
import type { Undertakings } from './undertakings.ts';

/** Mail that a person carries from node to node in a file. */
export const stickMethods = (desk: Desk, undertakings: Undertakings) =>
  ({
    async storeExport({ file, peer }) {
      const found = peer === undefined ? undefined : desk.names.find(peer);
      if (found && !found.ok) return found;
      const held = heldFor(desk, found?.result);
      const undertaking = undertakings.begin(`writing ${basename(file)}`, 'messages', held.length);
      let envelopes = 0;
      const pushes = async function* (): AsyncGenerator<Push> {
        for (const push of pushesOf(held, desk)) {
          envelopes++;
          yield push;
          undertaking.reached(envelopes);
        }
      };
      try {
        const head = { network: networkOf(desk), exported: desk.calendar() };
        const bytes = await writeMailFile(file, head, pushes());
        return done({ file, envelopes, bytes });
      } catch (error) {
        return refused(error);
      } finally {
        undertaking.ended();
      }
    },

    async storeImport({ file }) {
      const undertaking = undertakings.begin(`reading ${basename(file)}`, 'bytes');
      const counts = { taken: 0, known: 0, refused: {} as Record<string, number> };
      try {
        const take = async (push: Push, head: MailFileHead): Promise<void> => {
          const answer = await bring(desk, aged(push, head, desk));
          if (answer.type === 'accepted') counts.taken++;
          else if (answer.type === 'refused') counts.refused[answer.reason] = (counts.refused[answer.reason] ?? 0) + 1;
          else counts.known++;
        };
        const { isWhole } = await readMailFile(file, networkOf(desk), take, undertaking.reached);
        return done({ file, ...counts, whole: isWhole });
      } catch (error) {
        return refused(error);
      } finally {
        undertaking.ended();
      }
    },
  }) satisfies Partial<Handlers>;

/** Everything that is kept for others to have, or for one of them. */
const heldFor = (desk: Desk, to: string | undefined): readonly HeldView[] =>
  desk.owner.turn((node, now) => node.held(now)).filter((held) => to === undefined || held.to === to);

/** The same as it would be pushed, one after the other; what has left meanwhile is left out. */
function* pushesOf(held: readonly HeldView[], desk: Desk): Generator<Push> {
  for (const { id, hop } of held) {
    const bytes = desk.database.envelope(id);
    if (!(bytes instanceof Uint8Array)) continue;
    const envelope = encodeEnvelope({ ...decodeEnvelope(desk.suite, bytes), hop });
    yield { envelope, copies: 1, again: false };
  }
}

/** Hands one envelope to the node, and waits for what it says once that is on disk. */
const bring = (desk: Desk, push: Push): Promise<PushAnswer> =>
  new Promise((resolve) => desk.owner.turn((node, now) => node.bring(push, resolve, now)));

/** The same, older by the time that it was in the file. */
function aged(push: Push, { exported }: MailFileHead, desk: Desk): Push {
  const envelope = decodeEnvelope(desk.suite, push.envelope);
  const { count, ageSeconds } = envelope.hop;
  const hop = { count, ageSeconds: ageSeconds + secondsInFile(exported, desk.calendar(), TTL_SECONDS_MAX) };
  return { ...push, envelope: encodeEnvelope({ ...envelope, hop }) };
}

const networkOf = (desk: Desk): Uint8Array => desk.owner.turn((node) => node.network);

const CODES: Readonly<Record<StickError['why'], ErrorCode>> = {
  there: 'E_USAGE',
  missing: 'E_NO_FILE',
  'no-mail': 'E_NO_FILE',
  'other-network': 'E_NO_FILE',
  full: 'E_FULL',
  io: 'E_NO_FILE',
};

/** What to do next. */
const HINTS: Partial<Readonly<Record<StickError['why'], string>>> = {
  there: 'choose another name',
  'no-mail': '/mesh store export writes such files',
  'other-network': 'a node with the same --network takes it',
  full: 'free some, or export for one person: --to PEER',
};

function refused(error: unknown) {
  if (error instanceof StickError) return failed(CODES[error.why], error.message, HINTS[error.why]);
  throw error;
}
