import type { Address } from '../base/address.ts';
import { DIALS_REMEMBERED_MAX } from '../base/limits.ts';
import type { CloseReason } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';

/** How a dial ended that led to nothing; `answered` says whether the peer proved its key before. */
export type DialFailure = { readonly reason: CloseReason; readonly detail: string; readonly answered: boolean };

/** What came of calling a peer since it was connected last, or ever. */
export type Dialled = {
  /** Where it was called last. */
  readonly addresses: readonly Address[];
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** How the last call that has ended did. */
  readonly failure: DialFailure | undefined;
};

/** When a peer was connected last in this life of the node, and what calls have come to since. */
type Memory = {
  readonly connectedAt: Instant | undefined;
  readonly dialled: Dialled | undefined;
  /** Where the user said that it is now, since it was connected last. */
  readonly claimed: readonly Address[];
};

const NOTHING: Memory = { connectedAt: undefined, dialled: undefined, claimed: [] };

/** Who was called where, when, and why that failed, for `/mesh why` and `/mesh doctor`. The one that was tried longest ago is forgotten. */
export class Dials {
  readonly #byPeer = new Map<NodeId, Memory>();

  /** Calls that have led to nothing so far; `undefined` when there were none since it was connected. */
  of(peer: NodeId): Dialled | undefined {
    return this.#byPeer.get(peer)?.dialled;
  }

  /** When it was last known to be connected. */
  connectedAt(peer: NodeId): Instant | undefined {
    return this.#byPeer.get(peer)?.connectedAt;
  }

  /** Where the user said that it is, and it has not shown that. */
  claimed(peer: NodeId): readonly Address[] {
    return this.#memory(peer).claimed;
  }

  /** The user says where somebody is: addresses that were not known before. */
  claim(peer: NodeId, claimed: readonly Address[]): void {
    if (claimed.length > 0) this.#put(peer, { ...this.#memory(peer), claimed });
  }

  began(peer: NodeId, addresses: readonly Address[], now: Instant): void {
    const { dialled, ...rest } = this.#memory(peer);
    const { count = 0, firstAt = now, failure } = dialled ?? {};
    this.#put(peer, { ...rest, dialled: { addresses, count: count + 1, firstAt, lastAt: now, failure } });
  }

  failed(peer: NodeId, failure: DialFailure): void {
    const { dialled, ...rest } = this.#memory(peer);
    if (dialled) this.#put(peer, { ...rest, dialled: { ...dialled, failure } });
  }

  connected(peer: NodeId, now: Instant): void {
    this.#put(peer, { ...NOTHING, connectedAt: now });
  }

  #memory(peer: NodeId): Memory {
    return this.#byPeer.get(peer) ?? NOTHING;
  }

  #put(peer: NodeId, memory: Memory): void {
    this.#byPeer.delete(peer);
    this.#byPeer.set(peer, memory);
    if (this.#byPeer.size > DIALS_REMEMBERED_MAX) this.#byPeer.delete(this.#byPeer.keys().next().value!);
  }
}
