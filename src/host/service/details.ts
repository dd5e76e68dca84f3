import type { Details, LifeStep } from '../../api/reading.ts';
import { cleanText } from '../../core/base/clean.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Particulars } from '../../core/node/particulars.ts';
import { outcomeWords } from '../../core/node/why.ts';
import type { Line } from '../database/lines.ts';
import type { Desk } from './desk.ts';
import { explainLine } from './doctor.ts';
import { coveredView, writtenAt } from './lines.ts';

/** All that is known of one line, ours or another's: who has it, since when, and by which way. */
export function detailsOf(line: Line, desk: Desk): Details {
  const { particulars, having } = desk.owner.turn((node, now) => ({
    particulars: node.particulars(line.id, now),
    having: line.kind === 'channel' ? node.having(line, now) : [],
  }));
  const { kept } = particulars;
  const { steps, holders } = desk.database.way(line.id);
  const isOwn = line.from === desk.names.self;
  const who = whoIn(desk);
  const size = line.size ?? kept?.size;
  const via = line.via ?? kept?.via;
  return {
    message: coveredView(line, desk),
    steps: [...(isOwn ? ownSteps(line, steps, particulars, desk) : othersSteps(line, desk)), ...changes(line)],
    ...(size === undefined ? {} : { size }),
    ...(via === undefined ? {} : { via: who(via) }),
    holders: isOwn ? holdersOf(line, kept?.holders ?? holders).map(who) : [],
    ...(having.length === 0 ? {} : { members: having.map(({ id, ...has }) => ({ ...who(id), ...has })) }),
    ...(kept ? { keptUntil: kept.until, copies: kept.copies } : {}),
    seq: line.seq,
    follows: line.after.length,
    why: explainLine(line, desk),
  };
}

/** Whom a letter is for has it, by its own word, whatever became of what others were given. */
function holdersOf({ kind, to, delivery }: Line, handedTo: readonly NodeId[]): readonly NodeId[] {
  const hasArrived = kind === 'direct' && delivery !== undefined && ARRIVED.has(delivery.state);
  return hasArrived ? [...new Set([to as NodeId, ...handedTo])] : handedTo;
}

const ARRIVED: ReadonlySet<string> = new Set(['sent', 'delivered', 'read']);

const changes = ({ edited, deleted }: Line): LifeStep[] => [
  ...(edited ? [{ what: 'edited' as const, at: edited.at }] : []),
  ...(deleted ? [{ what: 'deleted' as const, at: deleted.at }] : []),
];

const whoIn =
  ({ names }: Desk) =>
  (id: NodeId) => ({ id, name: names.of(id) });

type Way = ReturnType<Desk['database']['way']>;

function ownSteps(line: Line, steps: Way['steps'], { tries }: Particulars, desk: Desk): LifeStep[] {
  const who = whoIn(desk);
  const recipient = line.kind === 'direct' ? { who: who(line.to as NodeId) } : {};
  // Of what was sent before steps were kept the last one is known.
  const known = steps.length > 0 || !line.delivery ? steps : [line.delivery];
  const way: LifeStep[] = [
    ...tries.map(({ peer, at, outcome }) => ({
      ...{ what: 'tried' as const, at, who: who(peer) },
      detail: outcomeWords(outcome),
    })),
    ...known.map(({ state, at, hops, detail }) => ({
      ...{ what: state, at },
      ...(state === 'queued' || state === 'carried' ? {} : recipient),
      ...(hops === undefined ? {} : { hops }),
      ...(detail === undefined ? {} : { detail: cleanText(detail) }),
    })),
  ];
  return [{ what: 'written', at: line.created }, ...way.toSorted((a, b) => a.at - b.at)];
}

/** When somebody else wrote a line is by his own calendar, and may be after it came. */
function othersSteps({ from, via, created, received, hops }: Line, desk: Desk): LifeStep[] {
  const who = whoIn(desk);
  return [
    { what: 'written', at: writtenAt(created), who: who(from) },
    { what: 'received', at: received, hops, ...(via === undefined ? {} : { who: who(via) }) },
  ];
}
