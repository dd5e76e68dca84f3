import type { Address } from '../base/address.ts';
import { PEER_ADDRESSES_MAX, PEER_ADDRESSES_SURE_MAX, PEERS_MAX } from '../base/limits.ts';
import { type Timestamp, timestamp } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerRecord, PeerSource } from '../mesh/record.ts';

/** A peer, with what is known of it only while this node runs. */
export type Peer = PeerRecord & {
  /** mDNS has seen it lately. */
  readonly nearby: boolean;
  readonly roles: readonly string[];
  /** The last two boots that it said hello with, newest first. */
  readonly boots: readonly string[];
  /** When it said goodbye, if it did not come back since. */
  readonly goodbyeAt: Timestamp | undefined;
  /** Those of its addresses, in front of the others, that it has proved to be at or that the user gave. */
  readonly sure: readonly Address[];
};

/** What is learned about a peer at one moment; what is absent stays as it was. */
export type Learned = {
  readonly name?: string;
  /** Where it may be, by somebody's word. */
  readonly addresses?: readonly Address[];
  /** Where it has proved to be, or is by the user's word. */
  readonly sure?: readonly Address[];
  readonly source?: PeerSource;
  readonly named?: boolean;
  readonly nearby?: boolean;
  readonly roles?: readonly string[];
  readonly boots?: readonly string[];
  /** False when nothing was heard of the peer itself: the user, or somebody else, says where it may be. */
  readonly heard?: boolean;
  /** It said goodbye, or is back. */
  readonly goodbye?: boolean;
};

/** Every node that this one has met or heard of, with addresses to try. Bounded: the longest unheard that nobody named goes first. */
export class PeerBook {
  readonly #peers = new Map<NodeId, Peer>();

  constructor(records: readonly PeerRecord[]) {
    for (const record of records) {
      // What is sure stands in front; that is all that is written of it.
      const sure = record.addresses.slice(0, 1);
      this.#peers.set(record.id, { ...record, nearby: false, roles: [], boots: [], goodbyeAt: undefined, sure });
    }
  }

  get(id: NodeId): Peer | undefined {
    return this.#peers.get(id);
  }

  all(): Iterable<Peer> {
    return this.#peers.values();
  }

  /** Whom to try first at a start: those whom the user named, then those that were seen last. */
  likeliestFirst(): NodeId[] {
    const peers = [...this.all()];
    return peers.sort((a, b) => Number(b.named) - Number(a.named) || b.lastSeen - a.lastSeen).map(({ id }) => id);
  }

  get size(): number {
    return this.#peers.size;
  }

  /**
   * Adds what was learned. Of addresses the newest stay; but what anybody may claim, by mDNS for one, does not displace what is sure.
   *
   * @returns the record to keep, when something changed that outlives a restart.
   */
  learn(id: NodeId, learned: Learned, at: Timestamp): PeerRecord | undefined {
    const old = this.#peers.get(id);
    const sure = [...new Set([...(learned.sure ?? []), ...(old?.sure ?? [])])].slice(0, PEER_ADDRESSES_SURE_MAX);
    const all = new Set([...sure, ...(learned.addresses ?? []), ...(old?.addresses ?? [])]);
    const addresses = [...all].slice(0, PEER_ADDRESSES_MAX);
    const peer: Peer = {
      id,
      name: learned.name ?? old?.name ?? '',
      addresses,
      source: learned.source ?? old?.source ?? 'inbound',
      named: learned.named ?? old?.named ?? false,
      // That mDNS hears no more of it is no sign of it. Who was only named was never seen.
      lastSeen: learned.nearby === false || learned.heard === false ? (old?.lastSeen ?? timestamp(0)) : at,
      nearby: learned.nearby ?? old?.nearby ?? false,
      roles: learned.roles ?? old?.roles ?? [],
      boots: learned.boots ?? old?.boots ?? [],
      goodbyeAt: learned.goodbye === undefined ? old?.goodbyeAt : learned.goodbye ? at : undefined,
      sure,
    };
    this.#peers.delete(id);
    this.#peers.set(id, peer);
    if (this.#peers.size > PEERS_MAX) this.#forgetOne();
    return old && sameRecord(old, peer) ? undefined : recordOf(peer);
  }

  #forgetOne(): void {
    for (const [id, { named, nearby }] of this.#peers) {
      if (named || nearby) continue;
      this.#peers.delete(id);
      return;
    }
    this.#peers.delete(this.#peers.keys().next().value!);
  }
}

const recordOf = ({ id, name, addresses, source, named, lastSeen }: Peer): PeerRecord => ({
  id,
  name,
  addresses,
  source,
  named,
  lastSeen,
});

const sameRecord = (a: Peer, b: Peer): boolean =>
  a.name === b.name &&
  a.source === b.source &&
  a.named === b.named &&
  a.addresses.length === b.addresses.length &&
  a.addresses.every((address, i) => address === b.addresses[i]) &&
  // A minute's grain keeps a busy neighbour from being written with every word.
  b.lastSeen - a.lastSeen < 60_000;
