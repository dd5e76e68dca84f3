import { ROUTE_LIFETIME_SECONDS_MAX, SOURCE_MS_MAX, SOURCES_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { after, type Instant } from '../base/time.ts';
import { isLatin1Of, latin1 } from '../bytes/latin1.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import type { Route } from '../wire/mesh-message.ts';
import { type Announcement, isGenuine } from './announcement.ts';

/** How near this node has ever claimed to be to an origin: the feasibility distance of RFC 8966 §3.2.4. */
export type Distance = { readonly seqno: number; readonly metric: number };

/** What is remembered of an origin, whether there is a route to it or not (docs/protocol.md §2.1). */
export type Source = {
  /** Its newest announcement that came here. */
  newest: Announcement;
  /** Absent until a route to it was announced from here. */
  distance: Distance | undefined;
  /** The last sequence request for it that left here. */
  asked: { readonly seqno: number; readonly at: Instant } | undefined;
  /** When it was last heard of, or a route to it announced, TOUCH_GRAIN_MS more or less. */
  touchedAt: Instant;
};

/** Of two touches that follow each other so fast, in milliseconds, only the first counts: every neighbour that is told of an origin is one. */
const TOUCH_GRAIN_MS = 60_000;

/**
 * The source table (RFC 8966 §3.2.5): newest announcements, each verified once, and feasibility distances.
 * No loop can form while distances are remembered, so they outlive the routes: 7 days, or until there are too many.
 */
export class Sources {
  readonly #suite: Suite;
  readonly #network: Uint8Array;
  /** The longest untouched first. */
  readonly #sources = new Map<NodeId, Source>();

  constructor(suite: Suite, network: Uint8Array) {
    this.#suite = suite;
    this.#network = network;
  }

  get size(): number {
    return this.#sources.size;
  }

  source(origin: NodeId): Source | undefined {
    return this.#sources.get(origin);
  }

  /**
   * The announcement that a route carries, verified now or before.
   *
   * @returns `undefined` when there is no room for another origin, or when the origin signed two things under one number.
   * @throws PeerError('meshViolation') when the origin did not sign it.
   */
  heard(origin: NodeId, route: Route, important: boolean, now: Instant): Announcement | undefined {
    const known = this.#sources.get(origin);
    if (known?.newest.seqno === route.seqno) {
      const same = isLatin1Of(known.newest.signature, route.signature) && sameClaim(known.newest, route);
      if (!same) this.#verify(route);
      return same ? known.newest : undefined;
    }
    this.#verify(route);
    const { seqno, features, lifetimeSeconds } = route;
    const signature = latin1(route.signature);
    if (known && seqno < known.newest.seqno) {
      // An older one must have been made before the newer came, so it cannot outlive it, even when it is a replay.
      return { origin, seqno, features, lifetimeSeconds, signature, heardAt: known.newest.heardAt };
    }
    const newest = { origin, seqno, features, lifetimeSeconds, signature, heardAt: now };
    if (!known && !this.#makeRoom(important, now)) return undefined;
    const source = known ?? { newest, distance: undefined, asked: undefined, touchedAt: now };
    source.newest = newest;
    this.#touch(origin, source, now);
    return newest;
  }

  /** Remembers that a route with this metric was announced from here; called before it leaves (RFC 8966 §3.7.3). */
  advertised(announcement: Announcement, metric: number, now: Instant): void {
    const { origin, seqno } = announcement;
    const known = this.#sources.get(origin);
    const source = known ?? { newest: announcement, distance: undefined, asked: undefined, touchedAt: now };
    if (!source.distance || isNearer(seqno, metric, source.distance)) source.distance = { seqno, metric };
    this.#touch(origin, source, now);
  }

  /** The feasibility condition (RFC 8966 §3.5.1): strictly nearer than this node ever claimed to be. */
  feasible(origin: NodeId, seqno: number, metric: number): boolean {
    const claimed = this.#sources.get(origin)?.distance;
    return !claimed || isNearer(seqno, metric, claimed);
  }

  #verify(route: Route): void {
    if (!isGenuine(this.#suite, this.#network, route)) throw new PeerError('meshViolation', 'a route nobody signed');
  }

  #touch(origin: NodeId, source: Source, now: Instant): void {
    const isKnown = this.#sources.has(origin);
    if (isKnown && now - source.touchedAt < TOUCH_GRAIN_MS) return;
    source.touchedAt = now;
    if (isKnown) this.#sources.delete(origin);
    this.#sources.set(origin, source);
  }

  /**
   * Forgets what is too old and, when full, the longest untouched. One touched within a route's lifetime may still be part of
   * somebody's way, so it stays: then only origins that matter to this node get in.
   */
  #makeRoom(important: boolean, now: Instant): boolean {
    for (const [origin, { touchedAt }] of this.#sources) {
      if (now - touchedAt < SOURCE_MS_MAX) break;
      this.#sources.delete(origin);
    }
    if (this.#sources.size < SOURCES_MAX) return true;
    const oldest = this.#sources.entries().next().value;
    if (!oldest) return true;
    const inUse = after(oldest[1].touchedAt, ROUTE_LIFETIME_SECONDS_MAX * 1000 + TOUCH_GRAIN_MS) > now;
    if (inUse && !important) return false;
    this.#sources.delete(oldest[0]);
    return true;
  }
}

const isNearer = (seqno: number, metric: number, than: Distance): boolean =>
  seqno > than.seqno || (seqno === than.seqno && metric < than.metric);

const sameClaim = (a: Announcement, b: Route): boolean =>
  a.features === b.features && a.lifetimeSeconds === b.lifetimeSeconds;
