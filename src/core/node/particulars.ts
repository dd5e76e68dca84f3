import { type Instant, type Timestamp, timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { ageSeconds } from '../store/shelf.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Attempt } from './attempts.ts';
import type { Patient } from './diagnosis.ts';

/** A try to give a message of ours to a neighbour, by the calendar; of this life of the node. */
export type Try = { readonly peer: NodeId; readonly at: Timestamp; readonly outcome: Attempt['outcome'] };

/** What a node knows of one envelope beside its content. */
export type Particulars = {
  /** Oldest first. */
  readonly tries: readonly Try[];
  /** While it is kept here for others to have. */
  readonly kept?: {
    /** When it is given up, by our calendar. */
    readonly until: Timestamp;
    readonly size: number;
    /** Copies that may still be given to carriers. */
    readonly copies: number;
    /** The neighbour that brought it; absent for our own. */
    readonly via?: NodeId;
    /** Neighbours that said that they have it. */
    readonly holders: readonly NodeId[];
  };
};

/** Who was given an envelope, who has it, and how long it is kept, by what this node remembers: what `why` says in words. */
export function particularsOf(id: EnvelopeId, { attempts, calendar, shelf }: Patient, now: Instant): Particulars {
  const at = (then: Instant): Timestamp => timestamp(Math.round(calendar.at(now) - (now - then)));
  const tries = attempts.of(id).map((one) => ({ ...one, at: at(one.at) }));
  const held = shelf.get(id);
  if (!held) return { tries };
  const { size, copies, via, handedTo, ttlSeconds } = held.head;
  const until = timestamp(Math.round(calendar.at(now) + (ttlSeconds - ageSeconds(held, now)) * 1000));
  return { tries, kept: { until, size, copies, holders: handedTo, ...(via === undefined ? {} : { via }) } };
}
