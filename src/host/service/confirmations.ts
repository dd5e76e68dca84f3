import type { NodeEvent } from '../../core/node/event.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';

type Delivery = Extract<NodeEvent, { type: 'delivery' }>;
type Pong = Extract<NodeEvent, { type: 'pong' }>;

/** Those who asked for something and wait for the event that says what came of it. */
export class Confirmations {
  readonly #deliveries = new Map<EnvelopeId, (event: Delivery | undefined) => void>();
  readonly #pongs = new Map<number, (event: Pong | undefined) => void>();
  #lastToken = 0;

  heard(event: NodeEvent): void {
    if (event.type === 'delivery') this.#deliveries.get(event.id)?.(event);
    if (event.type === 'pong') this.#pongs.get(event.token)?.(event);
  }

  /** The first thing that is told of a message; `undefined` after `waitMs`. To be called in the turn that sends it. */
  delivery(id: EnvelopeId, waitMs: number): Promise<Delivery | undefined> {
    return waitFor(this.#deliveries, id, waitMs);
  }

  /** A token for a ping, and its answer; `undefined` after `waitMs`. */
  ping(waitMs: number): { readonly token: number; readonly pong: Promise<Pong | undefined> } {
    this.#lastToken++;
    return { token: this.#lastToken, pong: waitFor(this.#pongs, this.#lastToken, waitMs) };
  }

  /** The ping with this token was not sent. */
  forget(token: number): void {
    this.#pongs.get(token)?.(undefined);
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
