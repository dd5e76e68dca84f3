import { ROUTES_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { expiresAt } from './announcement.ts';
import { Brought } from './brought.ts';
import type { Candidate, Destination, Terrain } from './selection.ts';

/** All destinations, at most ROUTES_MAX. */
export class RouteTable {
  readonly #destinations = new Map<NodeId, Destination>();
  readonly #brought = new Brought();
  #important: ReadonlySet<NodeId> = new Set();
  /** No route ends before this; the true moment may be later. */
  #expiresAt: Instant | undefined;

  get size(): number {
    return this.#destinations.size;
  }

  /** Destinations that stay when the table is full. */
  keep(important: ReadonlySet<NodeId>, terrain: Terrain): void {
    this.#important = important;
    for (const destination of this.#destinations.values()) {
      if (important.has(destination.id)) this.#brought.forget(destination);
      else this.#brought.changed(destination, terrain);
    }
  }

  isImportant(destination: NodeId): boolean {
    return this.#important.has(destination);
  }

  destination(id: NodeId): Destination | undefined {
    return this.#destinations.get(id);
  }

  [Symbol.iterator](): IterableIterator<Destination> {
    return this.#destinations.values();
  }

  /** Puts a candidate, replacing the same neighbour's. The destination must be there, or have been let in by `makeRoom`. */
  put(candidate: Candidate): Destination {
    const id = candidate.announcement.origin;
    const destination = this.#destinations.get(id) ?? {
      id,
      candidates: new Map(),
      selected: undefined,
      telling: undefined,
      lot: undefined,
    };
    this.#destinations.set(id, destination);
    destination.candidates.set(candidate.via, candidate);
    const ends = expiresAt(candidate.announcement);
    if (this.#expiresAt === undefined || ends < this.#expiresAt) this.#expiresAt = ends;
    return destination;
  }

  /** Takes one neighbour's candidate away. The destination stays until the next `chosen`. */
  remove(id: NodeId, via: NodeId): boolean {
    return this.#destinations.get(id)?.candidates.delete(via) ?? false;
  }

  /** The selected route of a destination was chosen again; without any way to it, it is forgotten. */
  chosen(destination: Destination, terrain: Terrain): void {
    if (destination.candidates.size === 0 && !destination.selected) {
      this.#destinations.delete(destination.id);
      this.#brought.forget(destination);
    } else if (!this.#important.has(destination.id)) this.#brought.changed(destination, terrain);
  }

  /** When candidates may have to be ended. */
  deadline(): Instant | undefined {
    return this.#expiresAt;
  }

  /** Ends candidates whose announcement's lifetime passed; returns the destinations that lost one. */
  expire(now: Instant): readonly Destination[] {
    if (this.#expiresAt === undefined || now < this.#expiresAt) return [];
    this.#expiresAt = undefined;
    const changed: Destination[] = [];
    for (const destination of this.#destinations.values()) {
      let lost = false;
      for (const [via, { announcement }] of destination.candidates) {
        const ends = expiresAt(announcement);
        if (ends <= now) lost = destination.candidates.delete(via);
        else if (this.#expiresAt === undefined || ends < this.#expiresAt) this.#expiresAt = ends;
      }
      if (lost) changed.push(destination);
    }
    return changed;
  }

  /**
   * Who has to leave so that `id`, at `metric` over `via`, gets in: `undefined` when nobody has to, `id` itself when it may not.
   * The neighbour that brought the most gives way first, with its farthest destination; important ones never do.
   */
  victim(id: NodeId, via: NodeId, metric: number, terrain: Terrain): NodeId | undefined {
    if (this.#destinations.size < ROUTES_MAX || this.#destinations.has(id)) return undefined;
    return this.#brought.leaver(via, this.isImportant(id) ? -1 : metric, terrain) ?? id;
  }
}
