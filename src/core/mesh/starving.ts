import { SEQNO_REQUEST_MS_MAX, SEQNO_REQUEST_MS_MIN } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';

/** Destinations that only a higher sequence number makes reachable, or reachable on a short way, and when to ask for it next. */
export class Starving {
  /** How long each waits after its next request, in milliseconds. */
  readonly #delaysMs = new Map<NodeId, number>();
  readonly #timers = new Timers<NodeId>();

  get size(): number {
    return this.#delaysMs.size;
  }

  /** Whether `id` starves now. If it just began to, it asks first at `firstAt`. */
  set(id: NodeId, starves: boolean, firstAt: Instant): void {
    if (starves === this.#delaysMs.has(id)) return;
    if (starves) this.#delaysMs.set(id, SEQNO_REQUEST_MS_MIN);
    else this.#delaysMs.delete(id);
    this.#timers.schedule(id, starves ? firstAt : undefined);
  }

  /** Those that may ask now; each waits twice as long as before until it may again. */
  due(now: Instant): readonly NodeId[] {
    const due: NodeId[] = [];
    for (let id = this.#timers.take(now); id !== undefined; id = this.#timers.take(now)) due.push(id);
    for (const id of due) {
      const delayMs = this.#delaysMs.get(id)!;
      this.#timers.schedule(id, after(now, delayMs));
      this.#delaysMs.set(id, Math.min(delayMs * 2, SEQNO_REQUEST_MS_MAX));
    }
    return due;
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }
}
