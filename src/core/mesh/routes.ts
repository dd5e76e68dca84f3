import { assert } from '../base/assert.ts';
import { HOPS_MAX, NEW_ORIGINS, ROUTE_LIFETIME_SECONDS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { earliest, type Instant, type Timestamp } from '../base/time.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { type NodeId, nodeIdOf } from '../crypto/node-id.ts';
import type { ControlMessage, Route, Routes as RoutesMessage, SeqnoRequest } from '../wire/mesh-message.ts';
import { type Announcement, announce, expiresAt } from './announcement.ts';
import { Damping } from './damping.ts';
import { differsMuch } from './link-cost.ts';
import { clampCost, Neighbours } from './neighbours.ts';
import { OwnSeqno } from './own-seqno.ts';
import { entriesOf, type RouteEntry, waysOf } from './route-entry.ts';
import { RouteTable } from './route-table.ts';
import { type RouteUpdate, readUpdate } from './route-update.ts';
import type { RoutesOptions } from './routes-options.ts';
import { type Candidate, type Destination, metricOf, select, type Telling } from './selection.ts';
import { SeqnoRequests } from './seqno-requests.ts';
import { Sources } from './sources.ts';

/**
 * Who leads to whom (docs/protocol.md §2.1): a distance vector with signed, sequence-numbered origins and the feasibility
 * condition of Babel (RFC 8966), so that no loop exists at any instant.
 *
 * Like a `Machine`: tell it what happened, then drain `pollSeqno`, `pollChange` and `pollMessage`, then sleep until `deadline()`.
 */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #sources: Sources;
  readonly #table = new RouteTable();
  readonly #neighbours: Neighbours;
  readonly #seqno: OwnSeqno;
  readonly #requests: SeqnoRequests;
  readonly #changes = new Set<NodeId>();
  readonly #strangers: TokenBucket;
  /** Destinations whose routes come and go. */
  readonly #flaps = new Damping();
  #own: Announcement | undefined;
  /** Whether somebody waits for a higher number of ours. */
  #isAsked = false;
  #now: Instant;

  /** @param calendar - what the calendar says at `now`. */
  constructor(options: RoutesOptions, now: Instant, calendar: Timestamp) {
    this.#options = options;
    this.#sources = new Sources(options.suite, options.network);
    this.#neighbours = new Neighbours(this.#sources);
    this.#seqno = new OwnSeqno(options.random, options.seqno, calendar);
    this.#strangers = new TokenBucket(NEW_ORIGINS, now);
    const updates = (peer: NodeId) => this.#neighbours.get(peer)?.updates;
    this.#requests = new SeqnoRequests({ sources: this.#sources, terrain: this.#neighbours, updates });
    this.#now = now;
  }

  /** How many destinations have a route, or might have. */
  get size(): number {
    return this.#table.size;
  }

  /** How many origins are remembered. */
  get sources(): number {
    return this.#sources.size;
  }

  /** Destinations that stay when the table is full: contacts, and those this user wrote with lately. */
  keep(important: ReadonlySet<NodeId>): void {
    this.#table.keep(important, this.#neighbours);
  }

  /** A connection to `peer` is up, new or instead of another: all that the old one brought is forgotten. */
  neighbourUp(peer: NodeId, costUnits: number, now: Instant): void {
    this.neighbourDown(peer, now);
    this.#tellAll(peer, clampCost(costUnits));
  }

  /** The connection to `peer` was replaced by another, and neither side has forgotten anything: what it brought stays, if it brings it again. */
  neighbourMoved(peer: NodeId, costUnits: number, now: Instant): void {
    const before = this.#neighbours.get(peer);
    assert(before !== undefined, 'who moved was a neighbour');
    const brought = [...this.#table].filter(({ candidates }) => candidates.has(peer)).map(({ id }) => id);
    const { cost, isSilent } = before;
    this.#now = now;
    this.#neighbours.retell(peer, brought, now);
    this.#tellAll(peer, cost);
    if (isSilent) this.#reconsiderAllOver(peer);
    this.neighbourCost(peer, costUnits, now);
  }

  /** The connection to `peer` ended, and every route over it. */
  neighbourDown(peer: NodeId, now: Instant): void {
    this.#now = now;
    if (!this.#neighbours.delete(peer, now)) return;
    for (const destination of this.#table) {
      if (destination.candidates.delete(peer)) this.#reconsider(destination);
    }
  }

  /** What the link to `peer` costs now. Small changes are passed over, so that measured delays do not set the mesh in motion. */
  neighbourCost(peer: NodeId, costUnits: number, now: Instant): void {
    this.#now = now;
    const neighbour = this.#neighbours.get(peer);
    const cost = clampCost(costUnits);
    if (!neighbour || !differsMuch(cost, neighbour.cost)) return;
    neighbour.cost = cost;
    this.#reconsiderAllOver(peer);
  }

  /** A neighbour acknowledges nothing any more, or does again. Meanwhile other ways are used; it need not tell anything anew. */
  neighbourSilent(peer: NodeId, isSilent: boolean, now: Instant): void {
    this.#now = now;
    const neighbour = this.#neighbours.get(peer);
    if (!neighbour || neighbour.isSilent === isSilent) return;
    neighbour.isSilent = isSilent;
    this.#reconsiderAllOver(peer);
  }

  /**
   * A neighbour takes mail for which no receipts come, or is cleared of that. Meanwhile a link to it costs what the worst one does, connected or
   * not: whoever makes up ways is believed last, here and by those who are told of them.
   */
  neighbourSuspect(peer: NodeId, isSuspect: boolean, now: Instant): void {
    this.#now = now;
    this.#neighbours.suspect(peer, isSuspect);
    this.#reconsiderAllOver(peer);
  }

  /**
   * What a neighbour said. Messages of a connection that has ended are passed over.
   *
   * @throws PeerError('meshViolation') before anything is changed, when one of the routes cannot be honest.
   */
  receive(from: NodeId, message: RoutesMessage | SeqnoRequest, now: Instant): void {
    this.#now = now;
    const neighbour = this.#neighbours.get(from);
    if (!neighbour) return;
    const count = message.type === 'routes' ? message.routes.length : 1;
    if (!neighbour.updates.takes(count, now)) throw new PeerError('meshViolation', 'more routes than the rate allows');
    const verified = (origin: NodeId, route: Route) => this.#verified(origin, route);
    if (message.type === 'seqno-request')
      this.#request(from, nodeIdOf(message.origin), message.seqno, message.hopsLeft);
    else
      for (const update of message.routes.map((route) => readUpdate(from, route, verified))) this.#update(from, update);
  }

  elapse(now: Instant): void {
    this.#now = now;
    this.#seqno.elapse(now);
    for (const destination of this.#table.expire(now)) this.#reconsider(destination);
    for (const { peer, destination } of this.#neighbours.takeUnsaid(now)) this.#withdraw(destination, peer);
    for (const peer of this.#neighbours.takeSteady(now)) this.#reconsiderAllOver(peer);
    for (const id of this.#flaps.take(now)) this.#mark(id, false);
    this.#requests.elapse((id) => this.#table.destination(id), now);
  }

  deadline(): Instant | undefined {
    return earliest(
      this.#table.deadline(),
      this.#requests.deadline(),
      this.#seqno.deadline(),
      this.#flaps.deadline(),
      this.#neighbours.deadline(),
    );
  }

  /** The next message to a neighbour. What it claims is counted as claimed from here on. */
  pollMessage(): { readonly to: NodeId; readonly message: ControlMessage } | undefined {
    return this.#neighbours.poll(this.#now, (updates, to) =>
      updates.poll(
        this.#now,
        (id) => this.#telling(id, to),
        ({ announcement, metric }) => this.#sources.advertised(announcement, metric, this.#now),
      ),
    );
  }

  /** An own sequence number to be written to disk; nothing is announced with it before `seqnoStored`. */
  pollSeqno(): number | undefined {
    return this.#options.unlisted ? undefined : this.#seqno.poll();
  }

  /** The number is on disk: the node announces itself with it. */
  seqnoStored(seqno: number, now: Instant): void {
    this.#now = now;
    this.#seqno.stored(seqno, now);
    const { suite, self: origin } = this.#options;
    const claim = { origin, seqno, features: 0, lifetimeSeconds: ROUTE_LIFETIME_SECONDS_MAX, heardAt: now };
    this.#own = announce(suite, this.#options, claim);
    this.#mark(origin, this.#isAsked);
    this.#isAsked = false;
  }

  /** The number could not be written. It is polled again after a while; until then the node announces itself with the last. */
  seqnoRefused(seqno: number, now: Instant): void {
    this.#now = now;
    this.#seqno.refused(seqno, now);
  }

  /** A destination whose selected route appeared, changed its next hop, or vanished. */
  pollChange(): NodeId | undefined {
    const next = this.#changes.values().next();
    if (next.done) return undefined;
    this.#changes.delete(next.value);
    return next.value;
  }

  /** The neighbour to hand something to for `to`, but none of `avoid`. Any other feasible one is as safe from loops as the selected. */
  nextHop(to: NodeId, avoid?: ReadonlySet<NodeId>): NodeId | undefined {
    const destination = this.#table.destination(to);
    const via = destination?.selected?.via;
    return via !== undefined && avoid?.has(via) ? this.ways(to, avoid)[0]?.nextHop : via;
  }

  /** The ways that may be used, the selected one first, then by metric: none of them can turn in a circle. */
  ways(to: NodeId, avoid?: ReadonlySet<NodeId>): readonly RouteEntry[] {
    const destination = this.#table.destination(to);
    return destination?.selected ? waysOf(destination, this.#neighbours, this.#now, avoid) : [];
  }

  /** All known ways, to one destination or to all. */
  entries(to?: NodeId): readonly RouteEntry[] {
    const one = to === undefined ? undefined : this.#table.destination(to);
    const destinations = to === undefined ? [...this.#table] : one ? [one] : [];
    return destinations.flatMap((destination) => entriesOf(destination, this.#neighbours, this.#now));
  }

  /** The announcement of a signed route, verified once per origin and sequence number. */
  #verified(origin: NodeId, route: Route): Announcement | undefined {
    const isKnown = this.#sources.source(origin) || this.#neighbours.get(origin) || origin === this.#options.self;
    const isImportant = this.#table.isImportant(origin);
    if (!isKnown && !isImportant && !this.#strangers.take(1, this.#now)) return undefined;
    if (!isKnown && !this.#options.suite.isNodeKey(route.origin)) {
      throw new PeerError('meshViolation', 'a route to a key that is none');
    }
    return this.#sources.heard(origin, route, isImportant, this.#now);
  }

  #update(from: NodeId, update: RouteUpdate): void {
    const { origin } = update;
    this.#neighbours.said(from, origin);
    if (origin === this.#options.self) {
      if (update.is !== 'retraction' && this.#seqno.heardOwn(update.announcement.seqno)) this.#isAsked = true;
    } else if (update.is === 'proof') {
      this.#request(from, origin, update.announcement.seqno, HOPS_MAX);
    } else if (update.is === 'way' && this.#takes(update, from)) {
      const { announcement, metric, hops } = update;
      const before = this.#table.destination(origin)?.candidates.get(from);
      const floor = before?.announcement.seqno === announcement.seqno ? Math.min(before.floor, metric) : metric;
      this.#reconsider(this.#table.put({ via: from, announcement, metric, hops, floor }));
      this.#requests.correct({ via: from, announcement }, this.#now);
    } else {
      this.#withdraw(origin, from);
      if (update.is === 'way') this.#requests.correct({ via: from, announcement: update.announcement }, this.#now);
    }
  }

  /** There is no way to `origin` over `via` any more. */
  #withdraw(origin: NodeId, via: NodeId): void {
    const destination = this.#table.destination(origin);
    if (destination?.candidates.delete(via)) this.#reconsider(destination);
  }

  /** Whether a way may be used: a number whose lifetime passed is never taken again, however often it comes. */
  #takes({ announcement, origin, metric }: RouteUpdate & { readonly is: 'way' }, via: NodeId): boolean {
    return expiresAt(announcement) > this.#now && this.#admit(origin, via, metric);
  }

  /** Somebody asks for a route to `origin` with at least this sequence number. */
  #request(from: NodeId, origin: NodeId, seqno: number, hopsLeft: number): void {
    if (origin === this.#options.self) {
      if (!this.#own) return;
      if (this.#seqno.asked(seqno, this.#now)) this.#neighbours.get(from)?.updates.repeat(origin, this.#now);
      else this.#isAsked = true;
      return;
    }
    const destination = this.#table.destination(origin);
    if (destination) this.#requests.received(from, destination, seqno, hopsLeft, this.#now);
  }

  /** Lets a destination into the table, at the cost of another when it is full. */
  #admit(origin: NodeId, via: NodeId, metric: number): boolean {
    const victim = this.#table.victim(origin, via, metric + this.#neighbours.cost(via), this.#neighbours);
    const leaving = victim !== undefined && this.#table.destination(victim);
    if (leaving) {
      leaving.candidates.clear();
      this.#reconsider(leaving);
    }
    return victim !== origin;
  }

  /** Chooses again among the ways to a destination, and tells whom it concerns. `moved`: the link that it goes over is another than before. */
  #reconsider(destination: Destination, moved = false): void {
    const { id, selected: before } = destination;
    const selected = select(destination, this.#neighbours);
    destination.selected = selected;
    if (before !== selected || moved) destination.telling = undefined;
    if (before?.via !== selected?.via) this.#changes.add(id);
    if (before && !selected) this.#flaps.went(id, this.#now);
    if (!before && selected) this.#flaps.came(id, this.#now);
    if (before !== selected || moved) this.#mark(id, this.#isAwaited(id, before, selected));
    this.#requests.reconsidered(destination, this.#now);
    this.#table.chosen(destination, this.#neighbours);
  }

  #reconsiderAllOver(peer: NodeId): void {
    for (const destination of this.#table) if (destination.candidates.has(peer)) this.#reconsider(destination, true);
  }

  /** Whether a higher number was asked for over here, and this is it. */
  #isAwaited(id: NodeId, before: Candidate | undefined, selected: Candidate | undefined): boolean {
    const asked = before && selected && this.#sources.source(id)?.asked;
    return !!asked && before.announcement.seqno < asked.seqno && selected.announcement.seqno >= asked.seqno;
  }

  /** A neighbour over a new connection, on which nothing has been said. */
  #tellAll(peer: NodeId, cost: number): void {
    const { updates } = this.#neighbours.begin(peer, cost, this.#now);
    updates.mark(this.#options.self, this.#now);
    for (const { id } of this.#table) updates.mark(id, this.#now);
  }

  /** What is to be said of a destination may be something else; `awaited`: and does not wait for other news. */
  #mark(id: NodeId, awaited: boolean): void {
    for (const [, { updates }] of this.#neighbours) {
      if (awaited) updates.repeat(id, this.#now);
      else updates.mark(id, this.#now);
    }
  }

  /** What to say to one neighbour about a destination; `undefined`: that there is no way for it over this node. */
  #telling(id: NodeId, to: NodeId): Telling | undefined {
    if (id === this.#options.self) return this.#own && { announcement: this.#own, metric: 0, hops: 0 };
    const destination = this.#table.destination(id);
    const selected = destination?.selected;
    // Split horizon (RFC 8966 §3.7.4): who is the way needs no other.
    if (!selected || selected.via === to) return undefined;
    // What comes and goes is not worth telling the whole mesh each time.
    if (this.#flaps.isHeld(id) || this.#neighbours.isHeld(selected.via)) return undefined;
    const { announcement, hops } = selected;
    destination.telling ??= { announcement, metric: metricOf(selected, this.#neighbours), hops: hops + 1 };
    return destination.telling;
  }
}
