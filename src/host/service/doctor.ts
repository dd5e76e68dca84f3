import { done, type Handlers } from '../../api/answer.ts';
import { findingView, named } from '../../api/finding.ts';
import { cleanText } from '../../core/base/clean.ts';
import { causes, FAULTS, type FaultCode, type Finding } from '../../core/base/fault.ts';
import { type Why, whyEnded } from '../../core/node/why.ts';
import type { Line } from '../database/history.ts';
import { checkup, diagnosisOf } from '../process/checkup.ts';
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
      if (line !== undefined && line !== 'ambiguous') return done(explain(whyLine(line, desk), line, desk));
      const found = desk.names.find(what);
      if (!found.ok) return found;
      const why = desk.owner.turn((node, now) => node.why(found.result, now)) ?? NOTHING;
      return done(explain(why, undefined, desk));
    },
  }) satisfies Partial<Handlers>;

const NOTHING: Why = { sentences: ['nothing has been heard of it'], findings: [] };

/** Why a line is in its state: by what the node remembers, else by what is written of it. */
function whyLine(line: Line, desk: Desk): Why {
  if (line.hops > 0) {
    const found = `it came from ${line.from}, and was shown: only messages of yours have a way that is followed`;
    return { sentences: [found], findings: [{ code: 'RECEIVED', subject: line.id, found }] };
  }
  const known = desk.owner.turn((node, now) => node.why(line.id, now));
  if (known) return known;
  return line.delivery ? whyEnded(line.delivery, desk.calendar()) : NOTHING;
}

/** A paragraph for a person, and the codes behind it. What keeps everything from going keeps this from going. */
function explain(
  { sentences, findings }: Why,
  line: Line | undefined,
  desk: Desk,
): {
  paragraph: string;
  findings: ReturnType<typeof findingView>[];
} {
  const arrived = findings.some(({ code }) => ARRIVED.has(code));
  const general = arrived
    ? []
    : health(desk).filter((check): check is Finding => 'code' in check && STOPS.has(check.code));
  const all = causes([...general, ...findings]).map((one) => findingView(one, (id) => nameOf(id, desk)));
  const help = all.find(({ severity }) => severity !== 'info')?.fix;
  const about = line && line.hops === 0 ? [`message ${line.id.slice(0, 6)} to ${line.conversation}`] : [];
  const said = [...about.map((one) => `${one}: ${sentences[0] ?? ''}`), ...sentences.slice(about.length)];
  const words = [
    ...said,
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
const STOPS: ReadonlySet<FaultCode> = new Set(
  (Object.keys(FAULTS) as FaultCode[]).filter((code) =>
    /^(NO_NETWORK|UDP_BLOCKED|NOT_LISTENING|DISK_|DATABASE_)/.test(code),
  ),
);

/** A clause as a sentence. Names of people begin as they are written. */
const asSentence = (clause: string): string =>
  /^[a-z2-7]{52}\b/.test(clause) ? `${clause}.` : `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

const nameOf = (id: string, { names }: Desk): string => names.ofConversation(id);
