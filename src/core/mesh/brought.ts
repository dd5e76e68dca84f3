import type { NodeId } from '../crypto/node-id.ts';
import { type Destination, type Far, type Lot, metricOf, type Terrain } from './selection.ts';

/**
 * The share of what the neighbour that brought the most has brought, up to which another gets in whatever it brings. With all, full
 * tables never come to rest: who leaves one is taken back everywhere, comes again over others, and pushes somebody out there.
 */
const FEW_SHARE = 1 / 2;

/**
 * Which neighbour brought what, and the farthest of it: who has to leave a full table is asked with every route to somebody new,
 * and must not take a look at all of the table.
 */
export class Brought {
  readonly #lots = new Map<NodeId, Lot>();
  /** Those without a selected route. */
  readonly #nobodys: Lot = { via: undefined, destinations: new Set(), farthest: undefined };

  /** The route to this destination, or its metric, may be another than before. */
  changed(destination: Destination, terrain: Terrain): void {
    const { selected } = destination;
    const lot = selected ? this.#lotOf(selected.via) : this.#nobodys;
    if (destination.lot !== lot) {
      this.forget(destination);
      destination.lot = lot;
      lot.destinations.add(destination);
    }
    if (!selected || !lot.farthest) return;
    const metric = metricOf(selected, terrain);
    if (metric >= lot.farthest.metric) lot.farthest = { id: destination.id, metric };
    else if (lot.farthest.id === destination.id) lot.farthest = undefined;
  }

  /** It is in the table no more, or not among those that have to leave it. */
  forget(destination: Destination): void {
    const { lot } = destination;
    if (!lot) return;
    destination.lot = undefined;
    lot.destinations.delete(destination);
    if (lot.destinations.size === 0 && lot.via !== undefined) this.#lots.delete(lot.via);
    if (lot.farthest?.id === destination.id) lot.farthest = undefined;
  }

  /**
   * Who leaves so that somebody new, brought by `via`, gets in: one without a route; else the farthest of the neighbour that brought
   * the most, unless `via` has brought more than FEW_SHARE of that, and the new one is no nearer.
   *
   * @param metric - of the new one; −1 when it gets in wherever another can leave.
   * @returns `undefined` when it is the new one itself.
   */
  leaver(via: NodeId, metric: number, terrain: Terrain): NodeId | undefined {
    for (const { id } of this.#nobodys.destinations) return id;
    const count = (peer: NodeId) => (this.#lots.get(peer)?.destinations.size ?? 0) + (peer === via ? 1 : 0);
    let most = count(via);
    for (const peer of this.#lots.keys()) most = Math.max(most, count(peer));
    let leaver: Far | undefined;
    for (const [peer, lot] of this.#lots) {
      if (count(peer) !== most) continue;
      lot.farthest ??= farthestOf(lot.destinations, terrain);
      if (lot.farthest && (!leaver || lot.farthest.metric > leaver.metric)) leaver = lot.farthest;
    }
    if (!leaver || count(via) <= most * FEW_SHARE) return leaver?.id;
    return leaver.metric > metric ? leaver.id : undefined;
  }

  #lotOf(via: NodeId): Lot {
    const lot = this.#lots.get(via) ?? { via, destinations: new Set(), farthest: undefined };
    this.#lots.set(via, lot);
    return lot;
  }
}

function farthestOf(destinations: Iterable<Destination>, terrain: Terrain): Far | undefined {
  let farthest: Far | undefined;
  for (const { id, selected } of destinations) {
    const metric = selected ? metricOf(selected, terrain) : Number.POSITIVE_INFINITY;
    if (!farthest || metric > farthest.metric) farthest = { id, metric };
  }
  return farthest;
}
