import { PINGS_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';

type Ping = { readonly peer: NodeId; readonly token: number; readonly askedAt: Instant };

/** The pings whose answers are awaited. */
export class Pings {
  readonly #waiting = new Map<string, Ping>();

  /** One goes out; the oldest is given up where there are too many. */
  asked(peer: NodeId, token: number, now: Instant): void {
    this.#waiting.set(keyOf(peer, token), { peer, token, askedAt: now });
    if (this.#waiting.size > PINGS_MAX) this.#waiting.delete(this.#waiting.keys().next().value!);
  }

  /** @returns how long the answer took, in milliseconds; `undefined` when nobody asked */
  answered(peer: NodeId, token: number, now: Instant): number | undefined {
    const ping = this.#waiting.get(keyOf(peer, token));
    this.#waiting.delete(keyOf(peer, token));
    return ping && now - ping.askedAt;
  }

  /** The tokens that this peer still has to answer, oldest first. */
  unanswered(peer: NodeId): number[] {
    return [...this.#waiting.values()].filter((ping) => ping.peer === peer).map(({ token }) => token);
  }
}

const keyOf = (peer: NodeId, token: number): string => `${peer} ${token}`;
