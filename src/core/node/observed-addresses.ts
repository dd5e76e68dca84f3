import { type Address, addressWide, reach } from '../base/address.ts';
import type { NodeId } from '../crypto/node-id.ts';

/** So many networks must see this node at the same address before it says so itself (docs/protocol.md §1.4). */
const WITNESSES = 2;

/** Where neighbours say that this node's packets come from. One alone may lie; two that have nothing to do with each other count. */
export class ObservedAddresses {
  readonly #seen = new Map<NodeId, { readonly by: Address; readonly address: Address }>();

  /** Addresses that count, in the order of the neighbours that told of them. */
  get agreed(): readonly Address[] {
    const witnesses = new Map<Address, Set<string>>();
    for (const { by, address } of this.#seen.values()) {
      witnesses.set(address, (witnesses.get(address) ?? new Set()).add(addressWide(by)));
    }
    return [...witnesses].filter(([, networks]) => networks.size >= WITNESSES).map(([address]) => address);
  }

  /** A neighbour, which is `by`, sees us at `address`. Only what is reached from everywhere, and from afar, is of use. */
  told(peer: NodeId, by: Address, address: Address): void {
    if (reach(by) === 'public' && reach(address) === 'public') this.#seen.set(peer, { by, address });
    else this.#seen.delete(peer);
  }

  left(peer: NodeId): void {
    this.#seen.delete(peer);
  }
}
