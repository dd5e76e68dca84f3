import { EVENTS_WAITING_MAX } from '../core/base/limits.ts';
import type { ApiEvent } from './schema.ts';

/** Hands events to listeners in order; what happens before the first one listens waits for it. */
export class EventQueue {
  readonly #listeners = new Set<(event: ApiEvent) => void>();
  #waiting: ApiEvent[] = [];

  push(event: ApiEvent): void {
    if (this.#listeners.size === 0) {
      this.#waiting.push(event);
      if (this.#waiting.length > EVENTS_WAITING_MAX) this.#waiting.shift();
    }
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns a function that ends the listening. */
  listen(listener: (event: ApiEvent) => void): () => void {
    this.#listeners.add(listener);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) listener(event);
    return () => this.#listeners.delete(listener);
  }
}
