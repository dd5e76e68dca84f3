import type { NodeId } from '../../core/crypto/node-id.ts';
import type { Member } from './check.ts';

/** The ways through the net, as the nodes would go them: each is asked whom it would hand something on to now. */
export class Ways {
  readonly #nodes = new Map<NodeId, Member>();

  /** Makes a computer part of the net. One that is switched off leads nowhere. */
  add(member: Member): void {
    if (member.node) this.#nodes.set(member.node.id, member);
  }

  /**
   * Follows the way from one node to another. A connection that only one side still believes in, or to a computer that is
   * switched off, leads nowhere.
   */
  follow(from: NodeId, to: NodeId): 'arrives' | 'ends' | 'circle' {
    let here = from;
    // A way that is longer than there are nodes has come to one of them twice.
    for (let steps = 0; steps <= this.#nodes.size; steps++) {
      if (here === to) return 'arrives';
      const next = this.#nodeOf(here)?.nextHop(to);
      if (next === undefined || this.#nodeOf(next)?.nextHop(here) !== here) return 'ends';
      here = next;
    }
    return 'circle';
  }

  #nodeOf(id: NodeId): Member['node'] {
    return this.#nodes.get(id)?.node;
  }
}
