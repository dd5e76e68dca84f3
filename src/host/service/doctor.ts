import { done, failed, type Handlers } from '../../api/answer.ts';
import { type Explanation, findingView, isFault, named } from '../../api/finding.ts';
import { cleanText } from '../../core/base/clean.ts';
import { causes, type FaultCode, type Finding } from '../../core/base/fault.ts';
import { type Why, whyEnded } from '../../core/node/why.ts';
import type { Line } from '../database/lines.ts';
import { type Check, checkup, diagnosisOf } from '../process/checkup.ts';
import type { Desk } from './desk.ts';
import { health } from './health.ts';
import { pulse } from './pulse.ts';

/** Saying why. */
export const doctorMethods = (desk: Desk) =>
  ({
    async doctor() {
      const files = checkup(desk.about.home, { now: desk.calendar(), runs: true });
      // First: what it sends may be refused, and that is looked at next.
      const asked = await pulse(desk);
      const around = [...health(desk), ...asked];
      const between = desk.owner.turn((node, now) => {
        desk.names.refresh(node);
        return node.diagnose(now);
      });
      return done(diagnosisOf([...files, ...around, ...between], (id) => nameOf(id, desk)));
    },

    why({ what }) {
      const line = what.length >= 4 ? desk.database.message(what) : undefined;
      if (line !== undefined && line !== 'ambiguous') return done(explainLine(line, desk));
      const found = desk.names.find(what);
      if (!found.ok) return line === 'ambiguous' || MESSAGE_ID.test(what) ? noMessage(what, line) : found;
      const why = desk.owner.turn((node, now) => node.why(found.result, now)) ?? NOTHING;
      return done(explain(why, undefined, desk));
    },
  }) satisfies Partial<Handlers>;

/** Why a line is in its state, in words and codes. */
export const explainLine = (line: Line, desk: Desk): Explanation => explain(whyLine(line, desk), line, desk);

/** What can be the beginning of a message's id: nobody is called that, and no message begins so either. */
const MESSAGE_ID = /^(?=.*\d)[0-9a-f]+$/;

function noMessage(what: string, line: 'ambiguous' | undefined): ReturnType<typeof failed> {
  const more =
    line === 'ambiguous' ? 'type one more letter' : 'type 4 or more digits of its id; /history has the ids of yours';
  const is =
    line === 'ambiguous'
      ? `${what} begins more than one id`
      : `no message begins with ${what}, and nobody is called that`;
  return failed('E_UNKNOWN_MESSAGE', is, more);
}

const NOTHING: Why = { sentences: ['nothing has been heard of it'], findings: [] };

/** Why a line is in its state: by what the node remembers, else by what is written of it. */
function whyLine(line: Line, desk: Desk): Why {
  if (line.hops > 0) {
    const found = `it came from ${line.from}, and was shown: only messages of yours have a way that is followed`;
    return { sentences: [found], findings: [{ code: 'RECEIVED', subject: line.id, found }] };
  }
  const { known, coverage } = desk.owner.turn((node, now) => ({
    known: node.why(line.id, now),
    coverage: line.kind === 'channel' ? node.coverage(line, now) : undefined,
  }));
  const why = known ?? (line.delivery ? whyEnded(line.delivery, desk.calendar()) : NOTHING);
  if (!coverage) return why;
  return { ...why, sentences: [...why.sentences, `${coverage.have} of ${coverage.of} known members have it`] };
}

/** A paragraph for a person, and the codes behind it. What keeps everything from going keeps this from going. */
function explain({ sentences, findings }: Why, line: Line | undefined, desk: Desk): Explanation {
  const hasArrived = findings.some(({ code }) => ARRIVED.has(code));
  const general = hasArrived
    ? []
    : health(desk)
        .filter((check) => isFinding(check))
        .filter(({ code }) => STOPS.has(code));
  const all = causes([...general, ...findings]).map((one) => findingView(one, (id) => nameOf(id, desk)));
  const help = all.find(isFault)?.fix;
  const [first = '', ...more] = sentences;
  const words = [
    line?.hops === 0 ? `message ${line.id.slice(0, 6)} to ${line.conversation}: ${first}` : first,
    ...more,
    ...general.map(({ found }) => found),
    ...(help === undefined ? [] : [`what would help: ${help}`]),
  ];
  return {
    paragraph: cleanText(named(words.map(asSentence).join(' '), (id) => nameOf(id, desk))),
    findings: all.map((one) => ({ ...one, found: cleanText(one.found) })),
  };
}

/** After these there is nothing in the way. */
const ARRIVED: ReadonlySet<FaultCode> = new Set(['DELIVERED', 'DISCARDED', 'RECEIVED', 'CONNECTED', 'REACHABLE']);

/** What keeps every message where it is. */
const STOPS: ReadonlySet<FaultCode> = new Set([
  'DISK_READ_ONLY',
  'DISK_FULL',
  'DATABASE_LOCKED',
  'DATABASE_DAMAGED',
  'DATABASE_FAILED',
  'NO_NETWORK',
  'UDP_BLOCKED',
  'NOT_LISTENING',
]);

const isFinding = (check: Check): check is Finding => 'code' in check;

/** A clause as a sentence. Names of people begin as they are written. */
const asSentence = (clause: string): string =>
  /^[a-z2-7]{52}\b/.test(clause) ? `${clause}.` : `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

const nameOf = (id: string, { names }: Desk): string => names.ofConversation(id);
