import type { Details, LifeStep } from '../../api/reading.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Line } from '../database/lines.ts';
import type { Desk } from './desk.ts';
import { explainLine } from './doctor.ts';
import { coveredView } from './lines.ts';

/** All that is known of one line, ours or another's: who has it, since when, and by which way. */
export function detailsOf(line: Line, desk: Desk): Details {
  const message = coveredView(line, desk);
  const isOwn = line.from === desk.names.self;
  return {
    message,
    steps: isOwn ? ownSteps(line) : othersSteps(line, desk),
    holders: [],
    seq: line.seq,
    follows: line.after.length,
    why: explainLine(line, desk),
  };
}

function ownSteps({ created, delivery }: Line): LifeStep[] {
  const written: LifeStep = { what: 'written', at: created };
  if (!delivery) return [written];
  const { state, at, hops, detail } = delivery;
  return [
    written,
    { what: state, at, ...(hops === undefined ? {} : { hops }), ...(detail === undefined ? {} : { detail }) },
  ];
}

function othersSteps({ from, created, received, hops }: Line, desk: Desk): LifeStep[] {
  const who = (id: NodeId) => ({ id, name: desk.names.of(id) });
  return [
    { what: 'written', at: created, who: who(from) },
    { what: 'received', at: received, hops },
  ];
}
