import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Member } from './check.ts';

/** What was last seen of one computer: its neighbours, and where it would hand something on to, by destination. */
type Seen = { readonly neighbours: ReadonlySet<NodeId>; readonly nextHops: ReadonlyMap<NodeId, NodeId> };

const SWITCHED_OFF: Seen = { neighbours: new Set(), nextHops: new Map() };

/** The ways through the net, as the nodes would go them. */
export class Ways {
  /** By the index of a computer: its node's id, which it keeps when it is switched off. */
  readonly #ids = new Map<number, NodeId>();
  readonly #seen = new Map<NodeId, Seen>();

  /** Looks at one computer again; returns the destinations to which its way is another one than before. */
  look({ index, node }: Member): readonly NodeId[] {
    if (node) this.#ids.set(index, node.id);
    const id = this.#ids.get(index);
    if (id === undefined) return [];
    const before = this.#seen.get(id) ?? SWITCHED_OFF;
    const now = node ? lookAt(node) : SWITCHED_OFF;
    this.#seen.set(id, now);
    const newNeighbours = [...now.neighbours].some((peer) => !before.neighbours.has(peer));
    const changed = ([to, next]: readonly [NodeId, NodeId]) => newNeighbours || before.nextHops.get(to) !== next;
    return [...now.nextHops].filter(changed).map(([to]) => to);
  }

  /**
   * Follows the way from one node to another. A connection that only one side still believes in, or to a computer that is
   * switched off, leads nowhere.
   */
  follow(from: NodeId, to: NodeId): 'arrives' | 'ends' | 'circle' {
    const visited = new Set<NodeId>();
    for (let here = from; here !== to; ) {
      if (visited.has(here)) return 'circle';
      visited.add(here);
      const next = this.#seen.get(here)?.nextHops.get(to);
      if (next === undefined || !this.#areJoined(here, next)) return 'ends';
      here = next;
    }
    return 'arrives';
  }

  #areJoined(a: NodeId, b: NodeId): boolean {
    return (this.#seen.get(a)?.neighbours.has(b) && this.#seen.get(b)?.neighbours.has(a)) ?? false;
  }
}

function lookAt(node: NonNullable<Member['node']>): Seen {
  const connected = node.peers().filter(({ state }) => state === 'connected');
  const neighbours = new Set(connected.map(({ id }) => id));
  const routes = node.routes().filter(({ selected }) => selected);
  const nextHops = new Map(routes.map(({ to, nextHop }) => [to, nextHop] as const));
  // A neighbour is handed its own straight, whatever the routes say.
  for (const peer of neighbours) nextHops.set(peer, peer);
  return { neighbours, nextHops };
}
