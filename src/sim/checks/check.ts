import type { NodeEvent } from '../../core/node/event.ts';
import type { Node } from '../../core/node/node.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import type { Computer } from '../computer.ts';
import type { Plan } from '../plan.ts';
import type { World } from '../world.ts';

/** A computer on which a qpc node runs. */
export type Member = Computer<NodeEvent, Node>;

/** A message that a node took from its user. It counts as accepted once its first delivery record is on disk. */
export type Taken = {
  readonly id: EnvelopeId;
  readonly kind: 'direct' | 'channel';
  readonly author: number;
  /** A NodeId or a ChannelId. */
  readonly to: string;
  readonly text: string;
  /** The computer that a letter is for; of a post there is none. */
  readonly recipient: number | undefined;
};

/** What a check may look at. */
export type View = {
  readonly world: World<NodeEvent, Node>;
  readonly plan: Plan;
  /** By computer: the island of those that reach each other when all is mended. Who means harm or left for good is on none. */
  readonly islands: readonly (number | undefined)[];
};

/** Whether two computers are to reach each other when all is mended. */
export const areTogether = ({ islands }: View, a: number, b: number): boolean =>
  islands[a] !== undefined && islands[a] === islands[b];

/** Of what there is to come between honest nodes, the share that must, when there are hostile ones too. */
export const HONEST_SHARE = 0.99;

/** Something that must hold in every run. Each rule is a file; it throws `Broken` at the moment when it does not hold. */
export interface Check {
  readonly name: string;
  /** A node took a message from its user. */
  taken?(message: Taken): void;
  /** A node told its owner something. */
  event?(at: Member, event: NodeEvent): void;
  /** Records became safe on a disk. */
  stored?(at: Member, records: readonly StoreRecord[]): void;
  /** A node had its turn, or was switched off. */
  turned?(at: Member): void;
  /** Once in every virtual second. */
  second?(view: View): void;
  /** A last minute begins, in which nothing happens any more. */
  quiet?(view: View): void;
  /** The storm is over, and the calm had its time. */
  finished?(view: View): void;
}

/** A rule does not hold. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** @throws Broken with the claim, when it does not hold. */
export function claim(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new Broken(what());
}
