import { AGAIN_MS_MAX, REFUSED_WAIT_MS_MIN } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';

type Copy = { readonly id: EnvelopeId; readonly peer: NodeId; waitMs: number };

/** Copies of channels' messages that a neighbour did not take, and when each is offered to it again. */
export class Copies {
  readonly #copies = new Map<NodeId, Map<EnvelopeId, Copy>>();
  readonly #timers = new Timers<Copy>();

  /** It was not taken: again later, and each time after twice as long. */
  later(id: EnvelopeId, peer: NodeId, now: Instant): void {
    const copies = this.#copies.get(peer) ?? new Map<EnvelopeId, Copy>();
    this.#copies.set(peer, copies);
    const copy = copies.get(id) ?? { id, peer, waitMs: 0 };
    copies.set(id, copy);
    copy.waitMs = Math.min(AGAIN_MS_MAX, Math.max(REFUSED_WAIT_MS_MIN, copy.waitMs * 2));
    this.#timers.schedule(copy, after(now, copy.waitMs));
  }

  /** It was taken, or is not here any more. */
  done(id: EnvelopeId, peer: NodeId): void {
    const copies = this.#copies.get(peer);
    const copy = copies?.get(id);
    if (!copy) return;
    this.#timers.schedule(copy, undefined);
    copies!.delete(id);
    if (copies!.size === 0) this.#copies.delete(peer);
  }

  /** A neighbour is gone: when it comes back it is told what is here. */
  gone(peer: NodeId): void {
    for (const copy of this.#copies.get(peer)?.values() ?? []) this.#timers.schedule(copy, undefined);
    this.#copies.delete(peer);
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }

  /** The next copy to offer now. How long it waited is remembered until it is `done`. */
  due(now: Instant): { readonly id: EnvelopeId; readonly peer: NodeId } | undefined {
    return this.#timers.take(now);
  }
}
