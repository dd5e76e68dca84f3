import type { Address } from '../base/address.ts';
import { ADDRESSES_TAKEN, LEAVE_MS } from '../base/limits.ts';
import type { CloseReason } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { hex } from '../bytes/hex.ts';
import type { Channels } from '../chat/channels.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Interest } from '../mesh/interest.ts';
import type { PeerSource } from '../mesh/record.ts';
import type { Routes } from '../mesh/routes.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import type { StreamId } from '../transport/event.ts';
import type { ControlMessage, Hello, Push } from '../wire/mesh-message.ts';
import type { Reconcile } from '../wire/reconcile.ts';
import type { Trace } from '../wire/trace-message.ts';
import type { Calendar } from './calendar.ts';
import { Dialer } from './dialer.ts';
import { Dialling } from './dialling.ts';
import type { Dials } from './dials.ts';
import type { NodeEvent } from './event.ts';
import type { Journal } from './journal.ts';
import { costOf, LinkCosts } from './link-costs.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerLimits } from './peer-limits.ts';
import { Pings } from './pings.ts';
import { Presence } from './presence.ts';
import type { EarlyPush, Session } from './session.ts';
import { Sessions, type SessionsOwner } from './sessions.ts';
import type { Tally } from './tally.ts';
import { leastUseful } from './usefulness.ts';
import { Watermarks } from './watermarks.ts';
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
  compared(peer: NodeId, message: Reconcile, now: Instant): void;
  traced(session: Session, trace: Trace, now: Instant): void;
  datagram(session: Session, bytes: Uint8Array, now: Instant): void;
  /** Whether mail waits for this peer. */
  waitsFor(peer: NodeId): boolean;
  /** Whether mail is under way to this neighbour. */
  isBusyWith(peer: NodeId): boolean;
}

type Parts = {
  readonly random: Random;
  readonly endpoint: Endpoint;
  readonly routes: Routes;
  readonly interest: Interest;
  readonly peers: PeerBook;
  readonly journal: Journal;
  readonly calendar: Calendar;
  readonly dials: Dials;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  readonly channels: Channels;
  readonly limits: PeerLimits;
  readonly name: () => string;
  readonly features: number;
  readonly tally: Tally;
  readonly tell: (event: NodeEvent) => void;
};

/**
 * Who is around: greets whom it finds or is found by, and keeps routes and interest told of who is a neighbour.
 * Neighbours that break off are tried again; those that say goodbye are left alone, but for an occasional look at whom the user named.
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
  readonly #watermarks: Watermarks;
  /** Neighbours that acknowledge nothing, and are shown as gone. */
  readonly #silent = new Set<NodeId>();
  readonly #linkCosts: LinkCosts;

  constructor(parts: Parts, owner: NeighbourhoodOwner, now: Instant) {
    this.#parts = parts;
    this.#owner = owner;
    this.sessions = new Sessions(this, parts.tally);
    const { sessions } = this;
    this.#presence = new Presence({ ...parts, sessions });
    this.#whereabouts = new Whereabouts({ sessions, presence: this.#presence });
    this.#dialer = new Dialer(parts.random, parts.limits, now);
    const early = (peer: NodeId, at: Instant) => owner.early(peer, at);
    this.#dialling = new Dialling({ ...parts, sessions, dialer: this.#dialer, early });
    const isNamed = (peer: NodeId) => parts.peers.get(peer)?.named === true;
    const isContact = (peer: NodeId) => parts.contact(peer) !== undefined;
    const isKnown = (peer: NodeId) => isNamed(peer) || isContact(peer);
    const isKept = (peer: NodeId) => isNamed(peer) || (isContact(peer) && owner.isBusyWith(peer));
    const ranked = () => leastUseful(sessions.all(), parts);
    this.#watermarks = new Watermarks({ limits: parts.limits, sessions, isKnown, isKept, ranked });
    this.#linkCosts = new LinkCosts({ ...parts, sessions });
    this.#boot = parts.random.bytes(8);
    this.#dialer.join(parts.peers.likeliestFirst(), now);
  }

  /** Somebody may be at these addresses: remembered, and dialled at once. */
  connect(peer: NodeId, addresses: readonly Address[], source: PeerSource, now: Instant): 'connecting' | 'connected' {
    this.#presence.learn(
      peer,
      { source, heard: false, ...(source === 'manual' ? { sure: addresses, named: true } : { addresses }) },
      now,
    );
    if (this.sessions.with(peer)) return 'connected';
    this.#dialling.calledAt(peer, addresses, now);
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
    const source = before?.named ? {} : { source: 'mdns' as const };
    this.#presence.learn(id, { name, addresses, nearby: true, goodbye: false, ...source }, now);
    if (!before?.nearby) this.#presence.tell(id, 'discovered', now);
    if (news) this.#whereabouts.seenAt(id, addresses);
    if (news && !this.sessions.with(id)) this.#dialer.want(id, false, now);
  }

  vanished(id: NodeId, now: Instant): void {
    if (!this.#parts.peers.get(id)?.nearby) return;
    this.#presence.learn(id, { nearby: false }, now);
    if (!this.sessions.with(id)) this.#presence.tell(id, 'gone', now);
  }

  /** Mail waits for this peer: it is dialled now. Where that is only suggested, unless it is looked for already. */
  reachOut(to: NodeId, now: Instant, isHint = false): void {
    if (this.sessions.with(to) || !this.#parts.peers.get(to) || (isHint && this.#dialer.wants(to))) return;
    this.#dialer.want(to, true, now);
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
    return [...endpoint.connections()].length === 0;
  }

  deadline(): Instant | undefined {
    return earliest(this.#dialer.deadline(), this.#watermarks.deadline(), this.#linkCosts.deadline());
  }

  /** Dials whom it is time for and measures links; true when there was something to do. */
  elapse(now: Instant): boolean {
    this.#linkCosts.elapse(now);
    const letGo = this.#watermarks.elapse(now);
    return this.#dialling.elapse(now) || letGo;
  }

  ourHello(now: Instant): Hello {
    const { name, features, calendar } = this.#parts;
    const about = { features, roles: [], addresses: this.#whereabouts.addresses, clock: calendar.at(now) };
    return { type: 'hello', boot: this.#boot, name: name(), ...about };
  }

  up(session: Session, anew: boolean, now: Instant): void {
    const { peer, connection } = session;
    this.#greeted(session, now);
    const wasSilent = this.#silent.delete(peer);
    if (!anew || wasSilent) this.#presence.tell(peer, 'connected', now);
    this.#parts.routes.neighbourUp(peer, costOf(connection), now);
    this.#parts.interest.neighbourUp(peer, now);
    this.#linkCosts.begin(now);
    this.#watermarks.arrived(now);
    this.#owner.arrived(peer, now);
  }

  moved(session: Session, now: Instant): void {
    const { peer, connection } = session;
    this.#greeted(session, now);
    this.silent(session, false, now);
    this.#parts.routes.neighbourMoved(peer, costOf(connection), now);
    this.#parts.interest.neighbourMoved(peer, now);
    for (const token of this.#pings.unanswered(peer)) this.sessions.send(peer, { type: 'ping', token }, now);
    this.#owner.roomFor(peer);
  }

  /** Shown as gone, and not relied on; but what it told stands, and its connection waits for it. */
  silent({ peer }: Session, isSilent: boolean, now: Instant): void {
    if (isSilent) this.#silent.add(peer);
    else if (!this.#silent.delete(peer)) return;
    this.#parts.routes.neighbourSilent(peer, isSilent, now);
    this.#presence.tell(peer, isSilent ? 'disconnected' : 'connected', now);
    if (!isSilent) this.#owner.arrived(peer, now);
  }

  admits(session: Session): boolean {
    return this.#watermarks.admits(session);
  }

  down(peer: NodeId, reason: CloseReason | 'replaced', byPeer: boolean, now: Instant): void {
    this.#parts.routes.neighbourDown(peer, now);
    this.#parts.interest.neighbourDown(peer, now);
    this.#owner.left(peer, now);
    this.#whereabouts.left(peer);
    if (reason === 'replaced') return;
    const wasThere = !this.#silent.delete(peer);
    if (wasThere) this.#presence.learn(peer, byPeer && reason === 'goodbye' ? { goodbye: true } : {}, now);
    if (wasThere) this.#presence.tell(peer, 'disconnected', now);
    this.#lookAgain(peer, reason, byPeer, now);
  }

  failed(peer: NodeId, reason: CloseReason, detail: string, answered: boolean, now: Instant): void {
    if (!this.sessions.with(peer)) this.#whereabouts.left(peer);
    if (reason === 'duplicate' || this.sessions.with(peer) || !this.#parts.peers.get(peer)) return;
    this.#parts.dials.failed(peer, { reason, detail, answered });
    this.#lookAgain(peer, reason, false, now);
    if (reason === 'wrongNetwork') this.#notice('warn', 'WRONG_NETWORK', `${peer} belongs to another network`);
    else if (!answered && this.#parts.peers.get(peer)?.named) {
      this.#notice('info', 'UNREACHABLE', `no answer from ${peer} (${detail}); it is tried again`);
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
      case 'reconcile':
        this.#owner.compared(peer, message, now);
        return;
      case 'addresses':
        if (!session.takes(1, ADDRESSES_TAKEN, now)) return;
        this.#whereabouts.neighbourIsAt(session, message.addresses, now);
        return;
      case 'goodbye':
        this.#presence.learn(peer, { goodbye: true }, now);
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

  datagram(session: Session, bytes: Uint8Array, now: Instant): void {
    this.#owner.datagram(session, bytes, now);
  }

  roomFor(peer: NodeId): void {
    this.#owner.roomFor(peer);
  }

  #greeted(session: Session, now: Instant): void {
    const { peer, hello } = session;
    this.#dialer.connected(peer, now);
    this.#parts.dials.connected(peer, now);
    const { name, roles, addresses, boot } = hello!;
    this.#presence.learn(peer, { name, roles, goodbye: false, sure: [session.peerAddress] }, now);
    this.#whereabouts.neighbourIsAt(session, addresses, now);
    this.#presence.booted(peer, hex(boot), now);
  }

  /** A connection to this peer ended: when it is tried again, if at all. */
  #lookAgain(peer: NodeId, reason: CloseReason, byPeer: boolean, now: Instant): void {
    const urgent = this.#owner.waitsFor(peer);
    if (reason === 'enough') this.#dialer.letGo(peer, urgent, now);
    else if (reason !== 'goodbye') this.#dialer.failed(peer, urgent, now);
    else if (byPeer && this.#parts.peers.get(peer)?.named) this.#dialer.saidGoodbye(peer, now);
  }

  #pong(peer: NodeId, token: number, now: Instant): void {
    const rttMs = this.#pings.answered(peer, token, now);
    if (rttMs !== undefined) this.#parts.tell({ type: 'pong', id: peer, token, rttMs });
  }

  #notice(level: 'info' | 'warn', code: string, message: string): void {
    this.#parts.tell({ type: 'notice', level, code, message });
  }
}
