import { ENCOUNTERS_EACH_MAX, ENCOUNTERS_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';

/**
 * Who was last in contact with whom, as far as this node has seen it: when a neighbour last led to somebody, or was his way to us
 * itself. It chooses the carriers of mail for those whom nobody can reach now (docs/protocol.md §2.2). In memory only.
 */
export class Encounters {
  readonly #leads = new Map<NodeId, NodeId>();
  /** By destination, longest unchanged first: when each neighbour led there last. */
  readonly #ended = new Map<NodeId, Map<NodeId, Instant>>();

  /** The way to somebody begins with this neighbour from now on, with himself when he is one, or there is none. */
  leads(to: NodeId, via: NodeId | undefined, now: Instant): void {
    const before = this.#leads.get(to);
    if (before === via) return;
    if (before !== undefined) this.#end(to, before, now);
    if (via === undefined) this.#leads.delete(to);
    else this.#leads.set(to, via);
  }

  /** When this neighbour led to somebody last: `now` while it does, `undefined` when it never did, as far as is remembered. */
  last(to: NodeId, via: NodeId, now: Instant): Instant | undefined {
    return this.#leads.get(to) === via ? now : this.#ended.get(to)?.get(via);
  }

  /** When he was our neighbour himself. */
  met(to: NodeId, now: Instant): Instant | undefined {
    return this.last(to, to, now);
  }

  #end(to: NodeId, via: NodeId, now: Instant): void {
    const ended = this.#ended.get(to) ?? new Map<NodeId, Instant>();
    this.#ended.delete(to);
    this.#ended.set(to, ended);
    ended.delete(via);
    ended.set(via, now);
    if (ended.size > ENCOUNTERS_EACH_MAX) ended.delete(ended.keys().next().value!);
    if (this.#ended.size > ENCOUNTERS_MAX) this.#ended.delete(this.#ended.keys().next().value!);
  }
}
