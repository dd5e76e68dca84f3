import {
  REFRESH_GATHER_MS,
  ROUTES_PER_MESSAGE_MAX,
  UPDATE_INTERVAL_MS,
  UPDATES_BURST,
  UPDATES_BURST_TAKEN,
  UPDATES_PER_SECOND,
  UPDATES_PER_SECOND_TAKEN,
} from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { type NodeId, nodeIdBytes } from '../crypto/node-id.ts';
import { type ControlMessage, METRIC_INFINITE, type Route } from '../wire/mesh-message.ts';
import { routeOf } from './announcement.ts';
import { differsMuch } from './link-cost.ts';
import type { Telling } from './selection.ts';

/**
 * One neighbour's side of the exchange: what it has been told, what it has yet to be told, and how fast either side may talk.
 * Streams are reliable, so only changes are sent; what changes twice before it is sent is sent once. What has only a newer
 * number is in no hurry: in a large net somebody's is newer at every moment, and each would go alone.
 */
export class Updates {
  /** What it was last told of each destination. */
  readonly #told = new Map<NodeId, Telling>();
  readonly #due = new Set<NodeId>();
  readonly #repeated = new Set<NodeId>();
  /** What is due with a newer number only, and when the first of it has waited long enough. */
  readonly #refreshed = new Set<NodeId>();
  #refreshAt: Instant | undefined;
  /** Sequence requests, and proofs of a higher number, at most one per destination. */
  readonly #asides = new Map<NodeId, ControlMessage>();
  readonly #sending: TokenBucket;
  readonly #taking: TokenBucket;
  readonly #woken: (now: Instant) => void;
  #sendAt: Instant;

  /** @param woken - called when there is something to say, and there was nothing that could not wait. */
  constructor(now: Instant, woken: (now: Instant) => void) {
    this.#woken = woken;
    this.#sendAt = now;
    this.#sending = new TokenBucket({ burst: UPDATES_BURST, perSecond: UPDATES_PER_SECOND }, now);
    this.#taking = new TokenBucket({ burst: UPDATES_BURST_TAKEN, perSecond: UPDATES_PER_SECOND_TAKEN }, now);
  }

  /** Whether the neighbour may send this many routes or requests now. */
  takes(count: number, now: Instant): boolean {
    return this.#taking.take(count, now);
  }

  /** Something about `destination` may have to be told. */
  mark(destination: NodeId, now: Instant): void {
    const isIdle = this.#isIdle;
    this.#due.add(destination);
    if (isIdle) this.#woken(now);
  }

  /** The same, to be told even if nothing changed: the neighbour asked. */
  repeat(destination: NodeId, now: Instant): void {
    this.#repeated.add(destination);
    this.mark(destination, now);
  }

  /** Puts a request, or another message about `destination` that is no news of a distance. */
  aside(destination: NodeId, message: ControlMessage, now: Instant): void {
    const isIdle = this.#isIdle;
    this.#asides.set(destination, message);
    if (isIdle) this.#woken(now);
  }

  /** When the next message may leave; `undefined` when there is nothing to say. */
  deadline(now: Instant): Instant | undefined {
    const wanted = this.#isIdle ? this.#refreshAt : this.#sendAt;
    if (wanted === undefined) return undefined;
    const room = this.#sending.readyAt(1, now);
    return room > wanted ? room : wanted;
  }

  get #isIdle(): boolean {
    return this.#due.size + this.#asides.size === 0;
  }

  /**
   * The next message, if one is due.
   *
   * @param telling - what is to be said of a destination now; `undefined` means that there is no way for the neighbour over this node.
   * @param advertised - called for each distance that is really said, before it is.
   */
  poll(
    now: Instant,
    telling: (destination: NodeId) => Telling | undefined,
    advertised: (telling: Telling) => void,
  ): ControlMessage | undefined {
    const due = this.deadline(now);
    if (due === undefined || due > now) return undefined;
    if (this.#refreshAt !== undefined && this.#refreshAt <= now) this.#ripen();
    const room = Math.min(ROUTES_PER_MESSAGE_MAX, this.#sending.available(now));
    const routes = this.#changes(room, now, telling, advertised);
    const message = routes.length > 0 ? ({ type: 'routes', routes } as const) : this.#nextAside();
    if (!message) return undefined;
    this.#sending.take(Math.max(routes.length, 1), now);
    // When all is said, what changes from now on waits a little, so that it can go together.
    if (this.#isIdle) this.#sendAt = after(now, UPDATE_INTERVAL_MS);
    return message;
  }

  /** What waited with a newer number waits no longer. */
  #ripen(): void {
    for (const destination of this.#refreshed) {
      this.#due.add(destination);
      this.#repeated.add(destination);
    }
    this.#refreshed.clear();
    this.#refreshAt = undefined;
  }

  #nextAside(): ControlMessage | undefined {
    const next = this.#asides.entries().next().value;
    if (next) this.#asides.delete(next[0]);
    return next?.[1];
  }

  #changes(
    room: number,
    at: Instant,
    telling: (destination: NodeId) => Telling | undefined,
    advertised: (telling: Telling) => void,
  ): Route[] {
    const routes: Route[] = [];
    for (const destination of this.#due) {
      if (routes.length >= room) break;
      this.#due.delete(destination);
      const now = telling(destination);
      const told = this.#told.get(destination);
      const repeated = this.#repeated.delete(destination);
      if (now && told && !repeated && isRefresh(now, told)) {
        this.#refreshed.add(destination);
        this.#refreshAt ??= after(at, REFRESH_GATHER_MS);
      } else if (now && (repeated || isNews(now, told))) {
        this.#refreshed.delete(destination);
        advertised(now);
        this.#told.set(destination, now);
        routes.push(routeOf(now.announcement, now.metric, now.hops));
      } else if (!now && told) {
        this.#told.delete(destination);
        routes.push(retraction(destination));
      }
    }
    return routes;
  }
}

/** Says that there is no way to `destination` over the one who says it; unsigned, since it speaks for nobody else. */
const retraction = (destination: NodeId): Route => ({
  origin: nodeIdBytes(destination),
  seqno: 0,
  features: 0,
  lifetimeSeconds: 0,
  signature: new Uint8Array(0),
  metric: METRIC_INFINITE,
  hops: 0,
});

const isNews = (now: Telling, told: Telling | undefined): boolean =>
  !told || now.announcement.seqno !== told.announcement.seqno || isElsewhere(now, told);

/** Whether the same way has a newer number, and nothing else. */
const isRefresh = (now: Telling, told: Telling): boolean =>
  now.announcement.seqno !== told.announcement.seqno && !isElsewhere(now, told);

const isElsewhere = (now: Telling, told: Telling): boolean =>
  now.hops !== told.hops || differsMuch(now.metric, told.metric);
