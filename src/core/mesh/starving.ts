import { SEQNO_REQUEST_MS_MAX, SEQNO_REQUEST_MS_MIN } from '../base/limits.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';

/** Destinations that only a higher sequence number makes reachable, or reachable on a short way, and when to ask for it next. */
export class Starving {
  readonly #asks = new Map<NodeId, { at: Instant; delayMs: number }>();

  get size(): number {
    return this.#asks.size;
  }

  /** Whether `id` starves now. If it just began to, it asks first at `firstAt`. */
  set(id: NodeId, starves: boolean, firstAt: Instant): void {
    if (!starves) this.#asks.delete(id);
    else if (!this.#asks.has(id)) this.#asks.set(id, { at: firstAt, delayMs: SEQNO_REQUEST_MS_MIN });
  }

  /** Those that may ask now; each waits twice as long as before until it may again. */
  due(now: Instant): readonly NodeId[] {
    const due: NodeId[] = [];
    for (const [id, ask] of this.#asks) {
      if (ask.at > now) continue;
      due.push(id);
      ask.at = after(now, ask.delayMs);
      ask.delayMs = Math.min(ask.delayMs * 2, SEQNO_REQUEST_MS_MAX);
    }
    return due;
  }

  deadline(): Instant | undefined {
    let next: Instant | undefined;
    for (const { at } of this.#asks.values()) next = earliest(next, at);
    return next;
  }
}
