import { HOPS_MAX, SEQNO_REQUEST_FANOUT, SEQNO_REQUEST_MS_MIN } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';
import { type ControlMessage, METRIC_INFINITE } from '../wire/mesh-message.ts';
import { routeOf } from './announcement.ts';
import { type Candidate, compareCandidates, type Destination, metricOf, type Terrain } from './selection.ts';
import type { Sources } from './sources.ts';
import { Starving } from './starving.ts';
import type { Updates } from './updates.ts';

/** A neighbour to ask, and the announcement of the destination that it goes by. */
type Way = Pick<Candidate, 'via' | 'announcement'>;

type Parts = {
  readonly sources: Sources;
  readonly terrain: Terrain;
  readonly updates: (peer: NodeId) => Updates | undefined;
};

/**
 * Sequence requests (RFC 8966 §3.8.2): the way out when the feasibility condition leaves no route, or only a long one.
 * The origin answers with a higher number, under which any way is feasible once.
 */
export class SeqnoRequests {
  readonly #parts: Parts;
  readonly #starving = new Starving();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The routes of a destination changed: it may begin or cease to need a higher number. */
  reconsidered(destination: Destination, now: Instant): void {
    const starves = this.#hasBetterWay(destination);
    const asked = starves ? this.#parts.sources.source(destination.id)?.asked : undefined;
    this.#starving.set(destination.id, starves, asked ? after(asked.at, SEQNO_REQUEST_MS_MIN) : now);
  }

  /** Asks again for those destinations whose time it is. */
  elapse(destination: (id: NodeId) => Destination | undefined, now: Instant): void {
    for (const id of this.#starving.due(now)) {
      const starving = destination(id);
      const claimed = this.#parts.sources.source(id)?.distance;
      if (starving && claimed) this.#ask(id, claimed.seqno + 1, HOPS_MAX, this.#betterWays(starving), now);
    }
  }

  deadline(): Instant | undefined {
    return this.#starving.deadline();
  }

  /** A neighbour asks for a route to another node with at least this number (RFC 8966 §3.8.1.2). */
  received(
    from: NodeId,
    { id, candidates, selected }: Destination,
    seqno: number,
    hopsLeft: number,
    now: Instant,
  ): void {
    if (!selected) return; // What is missing here is asked for from here already.
    if (selected.announcement.seqno >= seqno) {
      this.#parts.updates(from)?.repeat(id, now);
    } else if (hopsLeft > 1) {
      const others = [...candidates.values()].filter(({ via }) => via !== from);
      others.sort((a, b) => compareCandidates(a, b, this.#parts.terrain));
      this.#ask(id, seqno, hopsLeft - 1, selected.via === from ? others : [selected], now);
    }
  }

  /** Shows a neighbour that its announcement is not the newest, so that it, or its origin, catches up. */
  correct(way: Way, now: Instant): void {
    const { origin, seqno } = way.announcement;
    const newest = this.#parts.sources.source(origin)?.newest.seqno ?? seqno;
    if (seqno < newest) this.#ask(origin, newest, HOPS_MAX, [way], now);
  }

  /**
   * Ways that a higher number would open: not feasible now, while there is no feasible one, or only one more than twice as long.
   * Nearest first.
   */
  #betterWays({ candidates, selected }: Destination): readonly Candidate[] {
    const { terrain } = this.#parts;
    return [...candidates.values()]
      .filter((candidate) => this.#isBetter(candidate, selected))
      .sort((a, b) => compareCandidates(a, b, terrain));
  }

  /** Whether there is one of those: asked with every route that comes, and nearly always answered with no. */
  #hasBetterWay({ candidates, selected }: Destination): boolean {
    for (const candidate of candidates.values()) if (this.#isBetter(candidate, selected)) return true;
    return false;
  }

  #isBetter(candidate: Candidate, selected: Candidate | undefined): boolean {
    const { terrain } = this.#parts;
    const limit = selected ? metricOf(selected, terrain) / 2 : Number.POSITIVE_INFINITY;
    return metricOf(candidate, terrain) < limit && !terrain.feasible(candidate);
  }

  /**
   * One whose number is behind the newest known gets that as a signed retraction, which is a request with its proof:
   * an origin that lost its number continues above it (docs/protocol.md §2.1).
   */
  #ask(origin: NodeId, seqno: number, hopsLeft: number, ways: readonly Way[], now: Instant): void {
    const source = this.#parts.sources.source(origin);
    if (!source || ways.length === 0) return;
    const { asked, newest } = source;
    if (asked && asked.seqno >= seqno && now < after(asked.at, SEQNO_REQUEST_MS_MIN)) return;
    source.asked = { seqno, at: now };
    for (const { via, announcement } of ways.slice(0, SEQNO_REQUEST_FANOUT)) {
      const message: ControlMessage =
        announcement.seqno < newest.seqno
          ? { type: 'routes', routes: [routeOf(newest, METRIC_INFINITE, 0)] }
          : { type: 'seqno-request', origin: nodeIdBytes(origin), seqno, hopsLeft };
      this.#parts.updates(via)?.aside(origin, message, now);
    }
  }
}
