import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Member } from './check.ts';

/** Where each computer would hand something on to, by destination; both by index. */
export class Ways {
  readonly #indexes = new Map<NodeId, number>();
  readonly #neighbours = new Map<number, ReadonlySet<number>>();
  readonly #nextHops = new Map<number, ReadonlyMap<number, number>>();

  /** Looks at one computer again; returns the destinations for which its next hop is another one than before. */
  look({ index, node }: Member): readonly number[] {
    if (node) this.#indexes.set(node.id, index);
    const indexOf = (id: NodeId) => this.#indexes.get(id) ?? -1;
    const connected = (node?.peers() ?? []).filter(({ state }) => state === 'connected').map(({ id }) => indexOf(id));
    const hops = new Map<number, number>();
    for (const { to, nextHop, selected } of node?.routes() ?? []) if (selected) hops.set(indexOf(to), indexOf(nextHop));
    // A neighbour is handed its own straight, whatever the routes say.
    for (const peer of connected) hops.set(peer, peer);
    const before = this.#nextHops.get(index);
    const newNeighbours = connected.some((peer) => !this.#neighbours.get(index)?.has(peer));
    this.#neighbours.set(index, new Set(connected));
    this.#nextHops.set(index, hops);
    return [...hops].filter(([to, next]) => to >= 0 && (newNeighbours || before?.get(to) !== next)).map(([to]) => to);
  }

  /**
   * Follows the way from one computer to another. A connection that only one side still believes in, or to a computer that is
   * switched off, leads nowhere.
   */
  follow(from: number, to: number): 'arrives' | 'ends' | 'circle' {
    const visited = new Set<number>();
    for (let here = from; here !== to; ) {
      if (visited.has(here)) return 'circle';
      visited.add(here);
      const next = this.#nextHops.get(here)?.get(to) ?? -1;
      if (!this.#areJoined(here, next)) return 'ends';
      here = next;
    }
    return 'arrives';
  }

  #areJoined(a: number, b: number): boolean {
    return (this.#neighbours.get(a)?.has(b) && this.#neighbours.get(b)?.has(a)) ?? false;
  }
}
