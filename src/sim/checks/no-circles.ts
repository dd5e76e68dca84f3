import type { NodeId } from '../../core/crypto/node-id.ts';
import { type Check, claim, type Member } from './check.ts';
import { Ways } from './ways.ts';

/**
 * At no instant does a way turn in a circle: looked at whenever a node has had its turn, on every way that this turn changed.
 * A turn that brought a neighbour may have joined ways of old, so all of that node's ways are looked at then.
 */
export class NoCircles implements Check {
  readonly name = 'no circles';
  readonly #destinations: readonly NodeId[];
  readonly #watched: ReadonlySet<NodeId>;
  readonly #ways = new Ways();
  /** The destinations to which the node that has its turn goes another way than before. */
  readonly #changed = new Set<NodeId>();
  readonly #neighbours = new Map<number, ReadonlySet<NodeId>>();

  /** @param destinations - only ways to these are looked at: in a large net a sample of all nodes. */
  constructor(destinations: readonly NodeId[]) {
    this.#destinations = destinations;
    this.#watched = new Set(destinations);
  }

  wayChanged(to: NodeId): void {
    if (this.#watched.has(to)) this.#changed.add(to);
  }

  turned(at: Member): void {
    this.#ways.add(at);
    for (const to of this.#isJoinedAnew(at) ? this.#destinations : this.#changed) {
      const way = at.node && this.#ways.follow(at.node.id, to);
      claim(way !== 'circle', () => `the way from ${at.index} to ${to.slice(0, 8)} turns in a circle`);
    }
    this.#changed.clear();
  }

  /** Whether it has a neighbour that it had not. One that it has no more was handed its own straight: that is a way that changed. */
  #isJoinedAnew({ index, node }: Member): boolean {
    const before = this.#neighbours.get(index) ?? NOBODY;
    if (node && hasJust(before, node)) return false;
    const now: ReadonlySet<NodeId> = node ? new Set(node.neighbours()) : NOBODY;
    this.#neighbours.set(index, now);
    for (const peer of before) if (!now.has(peer)) this.wayChanged(peer);
    for (const peer of now) if (!before.has(peer)) return true;
    return false;
  }
}

const NOBODY: ReadonlySet<NodeId> = new Set();

/** Whether a node's neighbours are these, and no others. */
function hasJust(before: ReadonlySet<NodeId>, node: NonNullable<Member['node']>): boolean {
  let count = 0;
  for (const peer of node.neighbours()) {
    if (!before.has(peer)) return false;
    count++;
  }
  return count === before.size;
}
