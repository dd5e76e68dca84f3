import type { Carried, Measured } from '../measures/measures.ts';
import type { Spread } from '../measures/spread.ts';
import { describeWeather, type Plan } from '../plan.ts';
import { deliveredShare, type Report } from './report.ts';
import { bytes, duration, number, percent, some, spread } from './words.ts';

/** A report as lines for a person. */
export function textReport(report: Report, plan: Plan): string[] {
  const rows = reportRows(report, plan).map(([name, text]) => `  ${name.padEnd(10)} ${text}`);
  return [`${report.scenario}, seed ${report.seed}: ${verdict(report)}`, ...rows, ...failureLines(report)];
}

/** What a report says, row by row: a heading, empty where the row before goes on, and a text. */
export function reportRows(report: Report, plan: Plan): (readonly [string, string])[] {
  const { measured, digest } = report;
  const { letters, posts, traffic } = measured;
  const rows: (readonly [string, string | undefined])[] = [
    ['net', netLine(report)],
    ['weather', describeWeather(plan)],
    ['delivered', percent(deliveredShare(report))],
    ['letters', lettersLine(letters)],
    ['', letters.latencyMs && spread(letters.latencyMs, duration)],
    ['posts', posts.accepted === 0 ? undefined : `${posts.accepted}, ${posts.arrived} of ${posts.due} came to readers`],
    ['', posts.latencyMs && spread(posts.latencyMs, duration)],
    ['hops', letters.hops && `median ${letters.hops.p50}, most ${letters.hops.max}`],
    ['copies', copiesLine(letters, posts)],
    ['traffic', `${some(traffic.datagrams, 'datagram')}, ${bytes(traffic.bytes)}`],
    ['', traffic.bytesPerArrival === undefined ? undefined : `${bytes(traffic.bytesPerArrival)} per message that came`],
    ['ways', waysLine(measured)],
    ['memory', memoryLine(measured)],
    ['injected', injectedLine(measured)],
    ['digest', digest],
  ];
  return rows.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** A report in one line, for a person who looks at many. */
export function lineReport(report: Report): string[] {
  const { seed, measured } = report;
  const { letters, posts, traffic } = measured;
  const latency = letters.latencyMs ? `, median ${duration(letters.latencyMs.p50)}` : '';
  const line = [
    `seed ${seed}: ${verdict(report)}`,
    `${letters.arrived} of ${letters.due} letters${latency}`,
    `${some(posts.accepted, 'post')}`,
    `${some(traffic.datagrams, 'datagram')}`,
    `digest ${report.digest.slice(0, 16)}`,
  ].join(', ');
  return [line, ...failureLines(report)];
}

const verdict = ({ held }: Report): string => (held ? 'every rule held' : 'FAILED');

/** What did not hold, indented. */
function failureLines({ failure }: Report): string[] {
  if (!failure) return [];
  return [`  FAILED ${failure.check} at ${(failure.atMs / 1_000).toFixed(3)} s: ${failure.what}`];
}

function netLine({ net }: Report): string {
  const phases = `${duration(net.stormMs)} of storm, ${duration(net.calmMs)} of calm`;
  const kinds = Object.entries(net.hostile).map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`));
  const hostile = kinds.length === 0 ? '' : ` (hostile: ${kinds.join(', ')})`;
  return `${some(net.nodes, 'node')}${hostile}, ${some(net.links, 'link')}, ${phases}`;
}

/** Who left for good is owed nothing, and may have got it all the same. */
function lettersLine({ accepted, due, arrived, confirmed, givenUp }: Measured['letters']): string {
  const ends = `${confirmed} confirmed, ${givenUp} given up and told so`;
  if (accepted === due) return `${arrived} of ${due} came, ${ends}`;
  return `${accepted}, ${arrived} of ${due} that were due came; of all, ${ends}`;
}

function copiesLine(letters: Carried, posts: Carried): string | undefined {
  const said = [
    ...(letters.copies === undefined ? [] : [`a letter was on ${letters.copies} disks`]),
    ...(posts.copies === undefined ? [] : [`a post on ${posts.copies}`]),
  ];
  return said.length === 0 ? undefined : said.join(', ');
}

function waysLine({ converged: { afterMs, overtaken, lastMs } }: Measured): string {
  const each =
    afterMs &&
    `there again ${duration(afterMs.p50)} after a change (median of ${afterMs.count}, longest ${duration(afterMs.max)})`;
  const others = overtaken === 0 ? [] : [`${some(overtaken, 'change')} overtaken by the next`];
  const last = lastMs === undefined ? 'not all there at the end' : `${duration(lastMs)} after the last one`;
  return [...(each ? [each] : []), ...others, last].join(', ');
}

function memoryLine({ held }: Measured): string {
  const most = (what: string, of: Spread | undefined, say = (value: number) => number(value)): string[] =>
    of ? [`${say(of.p50)}${of.p50 === of.max ? '' : ` to ${say(of.max)}`} ${what}`] : [];
  return [
    ...most('connections', held.connections),
    ...most('destinations', held.destinations),
    ...most('envelopes', held.envelopes),
    ...most('carried', held.carriedBytes, bytes),
    ...most('ids', held.seenIds),
  ].join(', ');
}

/** One and many of what a run can be given. */
const INJECTED: Readonly<Record<keyof Measured['injected'], readonly [string, string]>> = {
  lost: ['datagram lost', 'lost'],
  doubled: ['doubled', 'doubled'],
  corrupted: ['damaged', 'damaged'],
  heldBack: ['overtaken', 'overtaken'],
  overflowed: ['dropped by a full queue', 'dropped by full queues'],
  cut: ['sent into a cut link', 'sent into cut links'],
  cuts: ['cut', 'cuts'],
  crashes: ['crash', 'crashes'],
  leaves: ['goodbye', 'goodbyes'],
  clockJumps: ['clock jump', 'clock jumps'],
  fullDisks: ['full disk', 'full disks'],
  moves: ['changed address', 'changed addresses'],
  routerRestarts: ['router restart', 'router restarts'],
};

function injectedLine({ injected }: Measured): string {
  const said = Object.entries(INJECTED).flatMap(([what, [one, many]]) => {
    const count = injected[what as keyof Measured['injected']];
    return count === 0 ? [] : [some(count, one, many)];
  });
  return said.length === 0 ? 'nothing' : said.join(', ');
}
