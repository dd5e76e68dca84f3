import type { Address } from '../base/address.ts';
import {
  UNFINISHED_TOTAL_BYTES_MAX,
  VIOLATION_BAN_MS,
  VIOLATION_WINDOW_MS,
  VIOLATIONS_MAX,
  VIOLATORS_MAX,
} from '../base/limits.ts';
import { type CloseReason, PeerError } from '../base/peer-error.ts';
import { after, type Instant } from '../base/time.ts';
import { equalBytes } from '../bytes/equal.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Connection } from '../transport/connection.ts';
import type { ClosedEvent, StreamId, TransportEvent } from '../transport/event.ts';
import { type ControlMessage, type Hello, PUSH_BYTES_MAX, type Push, type PushAnswer } from '../wire/mesh-message.ts';
import { type EarlyPush, Session, type SessionOwner } from './session.ts';
import type { Tally } from './tally.ts';

/** What happens to sessions, for the node to act on. */
export interface SessionsOwner {
  /** Both sides have said hello: the peer is a neighbour now. `anew` when it was one in another life. */
  up(session: Session, anew: boolean, now: Instant): void;
  /** A neighbour goes on over another connection, and has forgotten nothing. */
  moved(session: Session, now: Instant): void;
  /** The session with this peer ended, by its will or ours; `replaced` when `up` follows at once. */
  down(peer: NodeId, reason: CloseReason | 'replaced', byPeer: boolean, now: Instant): void;
  /** A connection ended before it was a session. `answered` says whether the peer proved its key. */
  failed(peer: NodeId, reason: CloseReason, detail: string, answered: boolean, now: Instant): void;
  control(session: Session, message: Exclude<ControlMessage, Hello>, now: Instant): void;
  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void;
  /** What a neighbour said once, in a datagram. */
  datagram(session: Session, bytes: Uint8Array, now: Instant): void;
  /** A neighbour acknowledges nothing any more, or does again. */
  silent(session: Session, isSilent: boolean, now: Instant): void;
  /** Whether a caller that has proved itself may become a neighbour. */
  admits(session: Session): boolean;
  /** A session can take pushes again. */
  roomFor(peer: NodeId, now: Instant): void;
  ourHello(now: Instant): Hello;
  /** The peer says where it sees this node. */
  observed(session: Session, address: Address, now: Instant): void;
}

/** Which connections there are, what each has said so far, and who has broken the rules too often. */
export class Sessions implements SessionOwner {
  readonly tally: Tally;
  readonly #owner: SessionsOwner;
  readonly #byConnection = new Map<Connection, Session>();
  readonly #up = new Map<NodeId, Session>();
  readonly #violations = new Map<NodeId, { readonly at: Instant[]; bannedUntil: Instant | undefined }>();

  constructor(owner: SessionsOwner, tally: Tally) {
    this.#owner = owner;
    this.tally = tally;
  }

  /** The session with a neighbour, once both have said hello. */
  with(peer: NodeId): Session | undefined {
    return this.#up.get(peer);
  }

  all(): Iterable<Session> {
    return this.#up.values();
  }

  /** Those on which the peer has proved itself, neighbours or about to be. */
  *confirmed(): Iterable<Session> {
    for (const session of this.#byConnection.values()) {
      if (session.connection.confirmed && !session.connection.closed) yield session;
    }
  }

  /** Whether a peer is a neighbour, and answers: one that acknowledges nothing is waited for, but not relied on. */
  isHere(peer: NodeId): boolean {
    return this.#up.get(peer)?.connection.link.silent === false;
  }

  /** Whether a peer is a neighbour, and acknowledges nothing. */
  isSilent(peer: NodeId): boolean {
    return this.#up.get(peer)?.connection.link.silent === true;
  }

  /** The neighbours that answer. */
  *here(): Iterable<NodeId> {
    for (const peer of this.#up.keys()) if (this.isHere(peer)) yield peer;
  }

  get size(): number {
    return this.#up.size;
  }

  /** Whether there is, or may soon be, a session with this peer. */
  isConnecting(peer: NodeId): boolean {
    for (const { peer: other } of this.#byConnection.values()) if (other === peer) return true;
    return false;
  }

  /** Peers that are being dialled. */
  *dialling(): Iterable<NodeId> {
    for (const { peer, connection, hello } of this.#byConnection.values()) {
      if (connection.initiator && !hello) yield peer;
    }
  }

  isBanned(peer: NodeId, now: Instant): boolean {
    const until = this.#violations.get(peer)?.bannedUntil;
    return until !== undefined && until > now;
  }

  /** A connection that a dial gave, and the pushes that went out with its first packet: unless it was there before the dial. */
  dialled(connection: Connection, early: readonly EarlyPush[], now: Instant): void {
    if (connection.initiator && !this.#byConnection.has(connection)) {
      const session = new Session(connection, this);
      session.pushedEarly(early);
      this.#byConnection.set(connection, session);
    } else {
      for (const { answered } of early) answered('gone', now);
    }
  }

  handle(event: TransportEvent, now: Instant): void {
    const { connection } = event;
    this.tally.happened(event);
    const session = this.#byConnection.get(connection) ?? new Session(connection, this);
    this.#byConnection.set(connection, session);
    if (event.type === 'closed') this.#closed(session, event, now);
    else this.#guard(session, now, () => this.#happened(session, event, now));
  }

  /** Says something to a neighbour; nothing happens when it has gone. */
  send(peer: NodeId, message: ControlMessage, now: Instant): void {
    const session = this.#up.get(peer);
    if (session) this.#guard(session, now, () => session.send(message));
  }

  answer(session: Session, stream: StreamId, answer: PushAnswer, now: Instant): void {
    this.#guard(session, now, () => session.answer(stream, answer));
  }

  control(session: Session, message: ControlMessage, now: Instant): void {
    if (message.type === 'hello') this.#hello(session, message, now);
    // What comes late over a connection that another has replaced is old: the peer has said all of it again on the new one.
    else if (this.#up.get(session.peer) === session) this.#owner.control(session, message, now);
  }

  pushed(session: Session, push: Push, stream: StreamId, now: Instant): void {
    this.#owner.pushed(session, push, stream, now);
  }

  #happened(session: Session, event: Exclude<TransportEvent, { type: 'closed' }>, now: Instant): void {
    switch (event.type) {
      case 'observed':
        this.#owner.observed(session, event.address, now);
        return;
      case 'renewing':
        return;
      case 'datagram':
        if (this.#up.get(session.peer) === session) this.#owner.datagram(session, event.data, now);
        return;
      case 'silent':
      case 'heard':
        if (this.#up.get(session.peer) === session) this.#owner.silent(session, event.type === 'silent', now);
        return;
      case 'confirmed':
        this.#confirmed(session, now);
        return;
      case 'stream':
        session.opened(event.stream);
        return;
      case 'readable':
        session.readable(event.stream, now);
        if (session.unfinishedBytes > PUSH_BYTES_MAX) this.#makeRoom(now);
        return;
      case 'writable':
        session.writable(event.stream);
        return;
      case 'streams-available':
        this.#owner.roomFor(session.peer, now);
        return;
      case 'stream-reset':
      case 'stream-stopped':
        session.aborted(event.stream, now);
        return;
    }
  }

  #confirmed(session: Session, now: Instant): void {
    if (this.isBanned(session.peer, now)) {
      session.connection.close('refused', 'too many violations', now);
      return;
    }
    if (!session.connection.initiator && !this.#owner.admits(session)) {
      session.connection.close('enough', 'neighbours enough at this address', now);
      return;
    }
    if (session.connection.initiator) session.greet(this.#owner.ourHello(now));
    for (const { push, stream } of session.release()) this.#owner.pushed(session, push, stream, now);
  }

  /** However many peers leave pushes unfinished: when that is too much, the one that leaves the most goes. */
  #makeRoom(now: Instant): void {
    const sessions = [...this.#byConnection.values()];
    const total = sessions.reduce((sum, { unfinishedBytes }) => sum + unfinishedBytes, 0);
    if (total <= UNFINISHED_TOTAL_BYTES_MAX) return;
    const most = sessions.reduce((a, b) => (b.unfinishedBytes > a.unfinishedBytes ? b : a));
    most.connection.close('refused', 'too much is left unfinished', now);
  }

  #hello(session: Session, hello: Hello, now: Instant): void {
    session.hello = hello;
    session.helloAt = now;
    if (!session.connection.initiator) session.greet(this.#owner.ourHello(now));
    // Of two dials at once both ends keep the same one; the other only finishes what is on it (docs/protocol.md §1.1).
    if (!session.connection.retiring) this.#begin(session, now);
  }

  /** A peer that came back in another life has forgotten what it was told: to everything above it leaves before it comes. */
  #begin(session: Session, now: Instant): void {
    const before = this.#up.get(session.peer);
    const isAnew = before !== undefined && !isSameLife(before, session);
    if (isAnew) this.#owner.down(session.peer, 'replaced', true, now);
    for (const other of this.#byConnection.values()) {
      if (other.peer === session.peer && other !== session && isPast(other, session)) other.ended(now);
    }
    this.#up.set(session.peer, session);
    if (before) session.brought = before.brought;
    if (before && !isAnew) this.#owner.moved(session, now);
    else this.#owner.up(session, isAnew, now);
  }

  #closed(session: Session, { reason, detail, byPeer }: ClosedEvent, now: Instant): void {
    this.#byConnection.delete(session.connection);
    session.ended(now);
    const neighbour = this.#up.get(session.peer);
    if (neighbour?.connection.closed) {
      const others = this.#othersWith(session.peer);
      const next = others.find(({ hello }) => hello);
      if (next) this.#begin(next, now);
      // The connection that replaces it is there, and the peer has proved itself on it: hello is on its way.
      if (others.length > 0) return;
      this.#up.delete(session.peer);
      this.#owner.down(session.peer, reason, byPeer, now);
    } else if (!session.hello && (session.connection.initiator || session.connection.confirmed)) {
      // Of who called and was never confirmed nothing is known, not even that it was this peer.
      this.#owner.failed(session.peer, reason, detail, session.connection.confirmed, now);
    }
  }

  /** The connections to a peer that it has proved itself on, and that stay. */
  #othersWith(peer: NodeId): readonly Session[] {
    return [...this.#byConnection.values()].filter(
      ({ peer: other, connection: { confirmed, closed, retiring } }) =>
        other === peer && confirmed && !closed && !retiring,
    );
  }

  /** The one place where a broken protocol is caught: the connection closes with a code, and the peer is remembered for it. */
  #guard(session: Session, now: Instant, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      session.connection.close('meshViolation', error.message, now);
      // Until then it may be a replay, or forged.
      if (session.connection.confirmed) this.#violated(session.peer, now);
    }
  }

  #violated(peer: NodeId, now: Instant): void {
    const record = this.#violations.get(peer) ?? { at: [], bannedUntil: undefined };
    record.at.push(now);
    while (record.at[0] !== undefined && after(record.at[0], VIOLATION_WINDOW_MS) < now) record.at.shift();
    if (record.at.length >= VIOLATIONS_MAX) record.bannedUntil = after(now, VIOLATION_BAN_MS);
    this.#violations.delete(peer);
    this.#violations.set(peer, record);
    if (this.#violations.size > VIOLATORS_MAX) this.#violations.delete(this.#violations.keys().next().value!);
  }
}

/**
 * Whether what was asked on another connection to the peer is not to be waited for. Nobody may have answered that dial: what rides
 * on it would come after everything that is sent now. Or it was another life of the peer, which has forgotten it.
 */
function isPast(session: Session, now: Session): boolean {
  return !session.connection.confirmed || (session.hello !== undefined && !isSameLife(session, now));
}

/** Whether the peer that said both hellos has forgotten nothing in between (docs/protocol.md §2.0, `boot`). */
const isSameLife = (a: Session, b: Session): boolean => equalBytes(a.hello!.boot, b.hello!.boot);
