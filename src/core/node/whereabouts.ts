import { type Address, reach } from '../base/address.ts';
import { ADDRESSES_TAKEN, ADDRESSES_TOLD_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { mayBeAt } from './dialer.ts';
import { ObservedAddresses } from './observed-addresses.ts';
import type { Presence } from './presence.ts';
import type { Session } from './session.ts';
import type { Sessions } from './sessions.ts';

type Parts = { readonly sessions: Sessions; readonly presence: Presence };

/** Where this node can be reached, which neighbours are told, and where they say that they can be (docs/protocol.md §2.0, rule 7). */
export class Whereabouts {
  readonly #parts: Parts;
  readonly #observed = new ObservedAddresses();
  /** Of this machine, and what its user announces. */
  #own: readonly Address[] = [];
  #told: readonly Address[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What neighbours are told: addresses of this machine, what its user announces, and where neighbours see it. */
  get addresses(): readonly Address[] {
    return this.#told;
  }

  /** Where this node can be reached has changed. */
  reachableAt(addresses: readonly Address[], now: Instant): void {
    this.#own = addresses;
    this.#tell(now);
  }

  /** A neighbour says where it sees this node. */
  observed(session: Session, address: Address, now: Instant): void {
    if (!session.takes(1, ADDRESSES_TAKEN, now)) return;
    this.#observed.told(session.peer, session.peerAddress, address);
    this.#tell(now);
  }

  /** Somebody is no neighbour any more: what it saw counts no longer. */
  left(peer: NodeId): void {
    this.#observed.left(peer);
  }

  /** Where a neighbour says it is, as far as it is worth trying: remembered for the next dial, and asked when it does not answer where it was. */
  neighbourIsAt(session: Session, told: readonly Address[], now: Instant): void {
    const { peer, peerAddress } = session;
    const addresses = told.filter((one) => mayBeAt(one, peerAddress));
    this.#parts.presence.learn(peer, { addresses }, now);
    session.connection.steer(({ paths }) => paths.offer(addresses));
  }

  /** mDNS says that a neighbour is elsewhere: there it is looked for when it does not answer where it was, as when both have moved at once. */
  seenAt(peer: NodeId, addresses: readonly Address[]): void {
    const usable = addresses.filter((one) => reach(one) !== 'unusable');
    this.#parts.sessions.with(peer)?.connection.steer(({ paths }) => paths.offer(usable));
  }

  #tell(now: Instant): void {
    const addresses = [...new Set([...this.#own, ...this.#observed.agreed])].slice(0, ADDRESSES_TOLD_MAX);
    if (addresses.join() === this.#told.join()) return;
    this.#told = addresses;
    const { sessions } = this.#parts;
    for (const { peer } of sessions.all()) sessions.send(peer, { type: 'addresses', addresses }, now);
  }
}
