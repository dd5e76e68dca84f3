import type { Address } from '../base/address.ts';
import { ADDRESSES_TAKEN, LEAVE_MS, LINK_COST_MS } from '../base/limits.ts';
import type { CloseReason } from '../base/peer-error.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { hex } from '../bytes/hex.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import { linkCost } from '../mesh/link-cost.ts';
import type { PeerSource } from '../mesh/record.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import type { StreamId } from '../transport/event.ts';
import type { ControlMessage, Hello, Push } from '../wire/mesh-message.ts';
import type { Trace } from '../wire/trace-message.ts';
import type { Calendar } from './calendar.ts';
import { Dialer, type DialerParts } from './dialer.ts';
import { Dialling } from './dialling.ts';
import type { NodeEvent } from './event.ts';
import type { Journal } from './journal.ts';
import type { PeerBook } from './peer-book.ts';
import { Pings } from './pings.ts';
import { Presence } from './presence.ts';
import type { EarlyPush, Session } from './session.ts';
import { Sessions, type SessionsOwner } from './sessions.ts';
import type { Tally } from './tally.ts';
import { Whereabouts } from './whereabouts.ts';

/** What neighbours bring that is not about being neighbours. */
export interface NeighbourhoodOwner {
  /** A neighbour is here: what waits for it can go. */
  arrived(peer: NodeId, now: Instant): void;
  left(peer: NodeId, now: Instant): void;
  /** What can go with the first packet to a peer that is about to be dialled. */
  early(peer: NodeId, now: Instant): readonly EarlyPush[];
  roomFor(peer: NodeId): void;
  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void;
  had(peer: NodeId, ids: readonly Uint8Array[], now: Instant): void;
  wanted(peer: NodeId, ids: readonly Uint8Array[], now: Instant): void;
  traced(session: Session, trace: Trace, now: Instant): void;
}

type Parts = DialerParts & {
  readonly endpoint: Endpoint;
  readonly routes: Routes;
  readonly interest: Interest;
  readonly peers: PeerBook;
  readonly journal: Journal;
  readonly calendar: Calendar;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly name: () => string;
  readonly tally: Tally;
  readonly tell: (event: NodeEvent) => void;
};

/**
 * Who is around: greets whom it finds or is found by, and keeps routes and interest told of who is a neighbour.
 * Neighbours that break off are tried again; those that say goodbye are left alone.
 */
export class Neighbourhood implements SessionsOwner {
  readonly sessions: Sessions;
  readonly #parts: Parts;
  readonly #owner: NeighbourhoodOwner;
  readonly #dialer: Dialer;
  readonly #boot: Uint8Array;
  readonly #pings = new Pings();
  /** While it stops: when the disk is waited for no longer. */
  #leaveBy: Instant | undefined;
  readonly #presence: Presence;
  readonly #whereabouts: Whereabouts;
  readonly #dialling: Dialling;
  #linkCostsAt: Instant | undefined;

  constructor(parts: Parts, owner: NeighbourhoodOwner, now: Instant) {
    this.#parts = parts;
    this.#owner = owner;
    this.sessions = new Sessions(this, parts.tally);
    const { sessions } = this;
    this.#presence = new Presence({ ...parts, sessions });
    this.#whereabouts = new Whereabouts({ sessions, presence: this.#presence });
    this.#dialer = new Dialer(parts);
    const early = (peer: NodeId, at: Instant) => owner.early(peer, at);
    this.#dialling = new Dialling({ ...parts, sessions, dialer: this.#dialer, early });
    this.#boot = parts.random.bytes(8);
    for (const { id } of parts.peers.all()) this.#dialer.want(id, false, now);
  }

  /** Somebody may be at these addresses: remembered, and dialled at once. */
  connect(peer: NodeId, addresses: readonly Address[], source: PeerSource, now: Instant): 'connecting' | 'connected' {
    this.#presence.learn(peer, { addresses, source, ...(source === 'manual' ? { named: true } : {}) }, now);
    if (this.sessions.with(peer)) return 'connected';
    this.#dialer.want(peer, true, now);
    return 'connecting';
  }

  /** Closes every connection to this peer, and does not look for it any more. */
  disconnect(peer: NodeId, now: Instant): boolean {
    this.#dialer.settled(peer);
    const connections = [...this.#parts.endpoint.connections()].filter((connection) => connection.peer === peer);
    for (const connection of connections) connection.close('goodbye', 'disconnected', now);
    return connections.length > 0;
  }

  /** mDNS says where somebody is; a claim until the handshake proves it. */
  discovered(id: NodeId, name: string, addresses: readonly Address[], now: Instant): void {
    const before = this.#parts.peers.get(id);
    const news = !before?.nearby || addresses.some((address) => !before.addresses.includes(address));
    this.#presence.learn(id, { name, addresses, nearby: true, ...(before?.named ? {} : { source: 'mdns' as const }) }, now);
    if (!before?.nearby) this.#presence.tell(id, 'discovered', now);
    if (news && !this.sessions.with(id)) this.#dialer.want(id, false, now);
  }

  vanished(id: NodeId, now: Instant): void {
    if (!this.#parts.peers.get(id)?.nearby) return;
    this.#presence.learn(id, { nearby: false }, now);
    if (!this.sessions.with(id)) this.#presence.tell(id, 'gone', now);
  }

  /** Mail waits for this peer: if it is not connected but somewhere to be tried, it is tried now. */
  reachOut(to: NodeId, now: Instant): void {
    if (!this.sessions.with(to) && this.#parts.peers.get(to)) this.#dialer.want(to, true, now);
  }

  /** Where this node can be reached has changed: neighbours are told. */
  reachableAt(addresses: readonly Address[], now: Instant): void {
    this.#whereabouts.reachableAt(addresses, now);
  }

  observed(session: Session, address: Address, now: Instant): void {
    this.#whereabouts.observed(session, address, now);
  }

  /** This machine is elsewhere, or awake again: whoever could not be reached is tried at once. */
  networkChanged(now: Instant): void {
    this.#dialer.refresh(now);
  }

  ping(peer: NodeId, token: number, now: Instant): boolean {
    if (!this.sessions.with(peer)) return false;
    this.#pings.asked(peer, token, now);
    this.sessions.send(peer, { type: 'ping', token }, now);
    return true;
  }

  /**
   * Closes all connections, once what was written on them has arrived; the close says `goodbye`. (A message that says it would
   * overtake mail that is under way, and end that.) What is on its way to the disk may be mail too: it is waited for. To be asked again,
   * for somebody may have come meanwhile.
   *
   * @returns whether nobody is left
   */
  goodbye(now: Instant): boolean {
    const { endpoint, journal } = this.#parts;
    this.#leaveBy ??= after(now, LEAVE_MS);
    if (!journal.isSettled && now < this.#leaveBy) return false;
    for (const connection of [...endpoint.connections()]) connection.finishAndClose('goodbye', '', now);
    for (const _ of endpoint.connections()) return false;
    return true;
  }

  deadline(): Instant | undefined {
    return earliest(this.#dialer.deadline(), this.#linkCostsAt);
  }

  /** Dials whom it is time for and measures links; true when there was something to do. */
  elapse(now: Instant): boolean {
    if (this.#linkCostsAt !== undefined && this.#linkCostsAt <= now) this.#tellLinkCosts(now);
    return this.#dialling.elapse(now);
  }

  ourHello(now: Instant): Hello {
    const { name, calendar } = this.#parts;
    const about = { name: name(), roles: [], addresses: this.#whereabouts.addresses, clock: calendar.at(now) };
    return { type: 'hello', boot: this.#boot, features: 0, ...about };
  }

  up(session: Session, anew: boolean, now: Instant): void {
    const { peer, connection } = session;
    this.#greeted(session, now);
    if (!anew) this.#presence.tell(peer, 'connected', now);
    this.#parts.routes.neighbourUp(peer, linkCost(connection.rttMs ?? 0, 0), now);
    this.#parts.interest.neighbourUp(peer, now);
    this.#linkCostsAt ??= after(now, LINK_COST_MS);
    this.#owner.arrived(peer, now);
  }

  moved(session: Session, now: Instant): void {
    const { peer, connection } = session;
    this.#greeted(session, now);
    this.#parts.routes.neighbourMoved(peer, linkCost(connection.rttMs ?? 0, 0), now);
    this.#parts.interest.neighbourMoved(peer, now);
    for (const token of this.#pings.unanswered(peer)) this.sessions.send(peer, { type: 'ping', token }, now);
    this.#owner.roomFor(peer);
  }

  down(peer: NodeId, reason: CloseReason | 'replaced', now: Instant): void {
    this.#parts.routes.neighbourDown(peer, now);
    this.#parts.interest.neighbourDown(peer, now);
    this.#owner.left(peer, now);
    this.#whereabouts.left(peer);
    if (reason === 'replaced') return;
    this.#presence.learn(peer, {}, now);
    this.#presence.tell(peer, 'disconnected', now);
    if (reason !== 'goodbye') this.#dialer.failed(peer, now);
  }

  failed(peer: NodeId, reason: CloseReason, detail: string, answered: boolean, now: Instant): void {
    if (!this.sessions.with(peer)) this.#whereabouts.left(peer);
    if (reason === 'duplicate' || this.sessions.with(peer) || !this.#parts.peers.get(peer)) return;
    this.#dialer.failed(peer, now, { reason, detail, answered });
    const name = peer.slice(0, 8);
    if (reason === 'wrongNetwork') this.#notice('warn', 'WRONG_NETWORK', `${name} belongs to another network`);
    else if (!answered && this.#parts.peers.get(peer)?.named) {
      this.#notice('info', 'UNREACHABLE', `no answer from ${name} (${detail}); it is tried again`);
    }
  }

  control(session: Session, message: Exclude<ControlMessage, Hello>, now: Instant): void {
    const { peer, connection } = session;
    switch (message.type) {
      case 'routes':
      case 'seqno-request':
        this.#parts.routes.receive(peer, message, now);
        return;
      case 'interest':
        this.#parts.interest.receive(peer, message, now);
        return;
      case 'have':
        this.#owner.had(peer, message.ids, now);
        return;
      case 'want':
        this.#owner.wanted(peer, message.ids, now);
        return;
      case 'addresses':
        if (!session.takes(1, ADDRESSES_TAKEN, now)) return;
        this.#whereabouts.neighbourIsAt(session, message.addresses, now);
        return;
      case 'goodbye':
        connection.close('goodbye', 'it said goodbye', now);
        return;
      case 'ping':
        this.sessions.send(peer, { type: 'pong', token: message.token }, now);
        return;
      case 'pong':
        this.#pong(peer, message.token, now);
        return;
      case 'trace':
        this.#owner.traced(session, message, now);
        return;
    }
  }

  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void {
    this.#owner.pushed(session, push, stream, now);
  }

  roomFor(peer: NodeId): void {
    this.#owner.roomFor(peer);
  }

  #greeted(session: Session, now: Instant): void {
    const { peer, hello } = session;
    this.#dialer.connected(peer, now);
    const { name, roles, addresses, boot } = hello!;
    this.#presence.learn(peer, { name, roles }, now);
    this.#whereabouts.neighbourIsAt(session, addresses, now);
    this.#presence.booted(peer, hex(boot), now);
  }

  #pong(peer: NodeId, token: number, now: Instant): void {
    const rttMs = this.#pings.answered(peer, token, now);
    if (rttMs !== undefined) this.#parts.tell({ type: 'pong', id: peer, token, rttMs });
  }

  #tellLinkCosts(now: Instant): void {
    for (const { peer, connection } of this.sessions.all()) {
      this.#parts.routes.neighbourCost(peer, linkCost(connection.rttMs ?? 0, 0), now);
    }
    this.#linkCostsAt = this.sessions.size > 0 ? after(now, LINK_COST_MS) : undefined;
  }

  #notice(level: 'info' | 'warn', code: string, message: string): void {
    this.#parts.tell({ type: 'notice', level, code, message });
  }
}
