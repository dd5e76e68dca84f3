import type { NodeEvent } from '../../core/node/event.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';

type Delivery = Extract<NodeEvent, { type: 'delivery' }>;
type Probed = Extract<NodeEvent, { type: 'pong' | 'traced' }>;

/** Those who asked for something and wait for the event that says what came of it. */
export class Confirmations {
  readonly #deliveries = new Map<EnvelopeId, (event: Delivery | undefined) => void>();
  readonly #probes = new Map<number, (event: Probed | undefined) => void>();
  #lastToken = 0;

  heard(event: NodeEvent): void {
    if (event.type === 'delivery') this.#deliveries.get(event.id)?.(event);
    if (event.type === 'pong' || event.type === 'traced') this.#probes.get(event.token)?.(event);
  }

  /** The first thing that is told of a message; `undefined` after `waitMs`. To be called in the turn that sends it. */
  delivery(id: EnvelopeId, waitMs: number): Promise<Delivery | undefined> {
    return waitFor(this.#deliveries, id, waitMs);
  }

  /** A token for a ping or trace, and its answer; `undefined` after `waitMs`. */
  probe(waitMs: number): { readonly token: number; readonly answer: Promise<Probed | undefined> } {
    this.#lastToken++;
    return { token: this.#lastToken, answer: waitFor(this.#probes, this.#lastToken, waitMs) };
  }

  /** The probe with this token was not sent. */
  forget(token: number): void {
    this.#probes.get(token)?.(undefined);
  }
}

function waitFor<K, E>(
  waiting: Map<K, (event: E | undefined) => void>,
  key: K,
  waitMs: number,
): Promise<E | undefined> {
  return new Promise((resolve) => {
    const settle = (event: E | undefined) => {
      clearTimeout(timer);
      waiting.delete(key);
      resolve(event);
    };
    const timer = setTimeout(settle, waitMs, undefined);
    waiting.set(key, settle);
  });
}
