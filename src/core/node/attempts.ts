import { ATTEMPTS_EACH_MAX, ATTEMPTS_MESSAGES_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeHead } from '../store/head.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { PushAnswer, Refusal } from '../wire/mesh-message.ts';

/** One try to give a message of ours to a neighbour, and what came of it; `unanswered` until something does. */
export type Attempt = {
  readonly peer: NodeId;
  readonly at: Instant;
  readonly outcome: 'unanswered' | 'aborted' | Exclude<PushAnswer['type'], 'refused'> | Refusal;
};

/**
 * What was tried to get messages of ours on, for `/mesh why`. Only of this life of the node: what outlives it stands in the
 * envelope's head and in its delivery record. Of each message the newest tries, of messages the ones tried last.
 */
export class Attempts {
  readonly #byMessage = new Map<EnvelopeId, readonly Attempt[]>();

  /** The tries for a message, oldest first. */
  of(id: EnvelopeId): readonly Attempt[] {
    return this.#byMessage.get(id) ?? [];
  }

  /** All messages that something was tried for, the one tried last at the end. */
  all(): Iterable<readonly [EnvelopeId, readonly Attempt[]]> {
    return this.#byMessage;
  }

  /** A message goes out to a neighbour. */
  began(id: EnvelopeId, peer: NodeId, at: Instant): void {
    this.#put(id, [...this.of(id), { peer, at, outcome: 'unanswered' }]);
  }

  /** A neighbour has answered. The time stays that of the question, unless it was never noted. */
  answered(id: EnvelopeId, peer: NodeId, answer: PushAnswer | 'aborted', now: Instant): void {
    const before = this.of(id);
    const asked = before.findLastIndex((one) => one.peer === peer && one.outcome === 'unanswered');
    const outcome = answer === 'aborted' ? answer : answer.type === 'refused' ? answer.reason : answer.type;
    const attempt = { peer, at: before[asked]?.at ?? now, outcome };
    this.#put(id, asked < 0 ? [...before, attempt] : before.with(asked, attempt));
  }

  #put(id: EnvelopeId, attempts: readonly Attempt[]): void {
    this.#byMessage.delete(id);
    this.#byMessage.set(id, attempts.slice(-ATTEMPTS_EACH_MAX));
    if (this.#byMessage.size > ATTEMPTS_MESSAGES_MAX) this.#byMessage.delete(this.#byMessage.keys().next().value!);
  }
}

/** What was tried last for a message that nobody confirmed, in words; `attempts` of this life, what outlives it is in the head. */
export function lastTry({ handedTo }: EnvelopeHead, attempts: readonly Attempt[]): string {
  const last = attempts.at(-1);
  if (!last) return handedTo.length === 0 ? 'there was no way to its recipient' : `${handedTo.length} had taken it`;
  const name = last.peer.slice(0, 8);
  switch (last.outcome) {
    case 'unanswered':
    case 'aborted':
      return `${name} was asked last, and did not answer`;
    case 'accepted':
    case 'held':
    case 'passed':
    case 'done':
      return `${name} took it last`;
    default:
      return `${name} was asked last, and refused it: ${last.outcome}`;
  }
}

/** How many nodes have taken a message, in words. */
export const carriers = (count: number): string => `${count} ${count === 1 ? 'node carries' : 'nodes carry'} it`;
