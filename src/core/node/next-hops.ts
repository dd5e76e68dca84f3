import { METRIC_CHANGE_SHARE, RELAY_COMMITS_MS } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { RouteEntry } from '../mesh/route-entry.ts';
import type { Routes } from '../mesh/routes.ts';
import type { EnvelopeHead } from '../store/head.ts';
import type { Sessions } from './sessions.ts';
import type { TrackRecord } from './track-record.ts';
import type { Trails } from './trails.ts';

type Parts = {
  readonly routes: Routes;
  readonly sessions: Sessions;
  readonly trackRecord: TrackRecord;
  readonly trails: Trails;
};

/** Whom not to choose. */
export type Not = {
  /** Neighbours that did not take it. */
  readonly failed: readonly NodeId[];
  /** Nor any that has it already: it is too early to ask them again. */
  readonly holders: boolean;
};

/**
 * To whom a direct envelope goes next (docs/protocol.md §2.2): its recipient when he is a neighbour, else a neighbour with a feasible
 * route. All of those are equally safe from loops, so that the choice among them is free: what they brought so far decides with the metric.
 */
export class NextHops {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  to(head: EnvelopeHead, { failed, holders }: Not, now: Instant): NodeId | undefined {
    const { sessions } = this.#parts;
    const to = head.to as NodeId;
    const straight = sessions.with(to) && !failed.includes(to) ? to : undefined;
    if (straight && sessions.isHere(to)) return to;
    // A recipient that has fallen silent may come back, and has what is on its way to it then.
    return this.#around(head, { failed, holders }, now) ?? straight;
  }

  /** Whether there is any way at all, but over the neighbour that it came from. */
  exist({ to, via }: EnvelopeHead): boolean {
    const { routes, sessions } = this.#parts;
    return (
      sessions.with(to as NodeId) !== undefined ||
      routes.nextHop(to as NodeId, via ? new Set([via]) : undefined) !== undefined
    );
  }

  /** Whether one of the neighbours that have it still leads to its recipient, as far as it is believed. */
  isHeldOnTheWay({ to, handedTo }: EnvelopeHead, now: Instant): boolean {
    const { routes, trackRecord } = this.#parts;
    const leads = ({ nextHop }: RouteEntry): boolean => handedTo.includes(nextHop) && !trackRecord.isLast(nextHop, now);
    return routes.ways(to as NodeId).some(leads);
  }

  /** How long a message and its receipt take over this neighbour: round trips by the metric, and what each node writes to its disk. */
  expectedMs(to: NodeId, over: NodeId): number {
    const way = this.#parts.routes.ways(to).find(({ nextHop }) => nextHop === over);
    return way ? way.metric / UNITS_PER_MS + 2 * way.hops * RELAY_COMMITS_MS : 0;
  }

  /** The next hop on the way to a recipient that is not here. */
  #around(head: EnvelopeHead, { failed, holders }: Not, now: Instant): NodeId | undefined {
    const { routes, sessions, trackRecord, trails } = this.#parts;
    const to = head.to as NodeId;
    const back = trails.back({ from: head.from, to }, now);
    const isOut = back === undefined || [head.via, ...failed, ...head.handedTo].includes(back) || !sessions.with(back);
    if (!isOut) return back;
    const avoid = head.via ? [head.via, ...failed] : failed;
    const first = routes.nextHop(to, new Set([...avoid, ...head.handedTo]));
    // Nearly always nobody has it, and everybody is in good standing.
    if (first === undefined ? holders : trackRecord.share(first) === 1) return first;
    const isHolder = (peer: NodeId): boolean => head.handedTo.includes(peer);
    const ways = routes
      .ways(to)
      .filter(({ nextHop }) => !avoid.includes(nextHop) && !(holders && isHolder(nextHop)))
      .map((way) => ({
        peer: way.nextHop,
        isLast: Number(trackRecord.isLast(way.nextHop, now)),
        isHolder: Number(isHolder(way.nextHop)),
        cost: costOf(way) / trackRecord.share(way.nextHop),
      }))
      .toSorted((a, b) => a.isLast - b.isLast || a.isHolder - b.isHolder || a.cost - b.cost);
    return ways[0]?.peer;
  }
}

/** A metric is in units of 100 µs (docs/protocol.md §2.1). */
const UNITS_PER_MS = 10;

/** The way that the routes go at present stays the way, unless another is much better. */
const costOf = ({ metric, selected }: RouteEntry): number => metric * (selected ? 1 - METRIC_CHANGE_SHARE : 1);
