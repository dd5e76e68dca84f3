import type { Address, Datagram } from '../base/address.ts';
import { assert } from '../base/assert.ts';
import type { DropReason } from '../base/drop-reason.ts';
import {
  ANSWERS_WAITING_MAX,
  COALESCED_PACKETS_MAX,
  CONNECTIONS_KEPT_MAX,
  CONNECTIONS_MAX,
  DATAGRAM_BYTES_MAX,
  EARLY_STREAMS_MAX,
} from '../base/limits.ts';
import type { Machine } from '../base/machine.ts';
import type { CloseReason } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { earliest, type Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import { type NodeId, nodeIdOf } from '../crypto/node-id.ts';
import { keyPair } from '../crypto/noise/handshake-state.ts';
import type { Suite } from '../crypto/suite.ts';
import { decodeHandshake, decodeRetry, decodeShort, packetKind } from '../wire/packet.ts';
import { Acceptor } from './acceptor.ts';
import { Connection } from './connection.ts';
import { IdMint, type OwnId } from './connection-id.ts';
import { ConnectionTable } from './connection-table.ts';
import { Dial } from './dial.ts';
import { Drops } from './drops.ts';
import { loserOf } from './duplicates.ts';
import type { ClosedEvent, TransportEvent } from './event.ts';
import type { Self } from './handshake.ts';
import { datagramCeiling } from './mtu.ts';
import { type RenewalLimits, Renewals } from './renewal.ts';
import { Room } from './room.ts';
import type { Shell } from './shell.ts';
import { StatelessResets } from './stateless-reset.ts';
import { type Tracer, traceOf } from './trace.ts';
import { WindowBudget } from './window-budget.ts';

/** What an endpoint is made from. */
export type EndpointOptions = {
  readonly suite: Suite;
  readonly random: Random;
  /** Our Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
  /** First 16 bytes of the network's hash. */
  readonly network: Uint8Array;
  /** What we speak, best first. */
  readonly alpn: readonly string[];
  /** 32 bytes, random per profile, kept over restarts, and never made from the identity. */
  readonly resetKey: Uint8Array;
  /** Whom strangers never crowd out, however many call; asked for each caller. Nobody, if it is not said. */
  readonly isKnown?: (peer: NodeId) => boolean;
  /** Connections at once, dials included; callers beyond are told `refused`. */
  readonly connectionsMax?: number;
  /** The largest datagram that the way to an address may take, in bytes, if the host knows better than `datagramCeiling`. */
  readonly pathCeiling?: (address: Address) => number;
  /** After what a connection is replaced by a new handshake; never, if it is not said. */
  readonly renewal?: RenewalLimits;
  /** Who writes down what connections do. */
  readonly tracer?: Tracer;
};

/** Whom to call, and what with. */
type Call = {
  readonly peer: NodeId;
  readonly addresses: readonly Address[];
  readonly alpn?: string;
  readonly early?: readonly Uint8Array[];
};

/** All connections of a node over one socket: finds the connection of each datagram, and the next one with something to say. */
export class Endpoint implements Machine<TransportEvent>, Shell {
  readonly self: Self;
  readonly random: Random;
  readonly windows = new WindowBudget();
  readonly ceiling: (address: Address) => number;
  readonly tracer: Tracer | undefined;
  /** All that went over the socket. */
  readonly traffic = { datagramsReceived: 0, datagramsSent: 0, bytesReceived: 0, bytesSent: 0 };
  readonly #mint: IdMint;
  readonly #room: Room;
  readonly #acceptor: Acceptor;
  readonly #resets: StatelessResets;
  readonly #table = new ConnectionTable();
  readonly #timers = new Timers<Connection>();
  readonly #renewals: Renewals | undefined;
  /** Connections that may have something to send. */
  readonly #awake = new Set<Connection>();
  /** Answers to those who have no connection. */
  readonly #answers: Datagram[] = [];
  readonly #events: TransportEvent[] = [];
  readonly #drops = new Drops();

  constructor(options: EndpointOptions) {
    const { suite, random, seed } = options;
    const key = suite.publicKey(seed);
    this.random = random;
    this.ceiling = options.pathCeiling ?? datagramCeiling;
    this.tracer = options.tracer;
    this.self = {
      suite,
      id: nodeIdOf(key),
      key,
      agreement: keyPair(suite, suite.agreementSecret(seed)),
      network: options.network,
      alpn: options.alpn,
    };
    this.#mint = new IdMint(suite, options.resetKey, random);
    this.#resets = new StatelessResets(this.#mint, random);
    const { connectionsMax = CONNECTIONS_MAX, isKnown = () => false } = options;
    this.#room = new Room(this.#table, { connectionsMax, isKnown });
    this.#acceptor = new Acceptor(this, this.#room, (datagram) => this.#answer(datagram));
    this.#renewals = options.renewal && new Renewals(options.renewal, random);
  }

  get id(): NodeId {
    return this.self.id;
  }

  /** Datagrams that could not be authenticated, by reason. */
  get dropped(): ReadonlyMap<DropReason, number> {
    return this.#drops.counts;
  }

  /**
   * Calls a peer at all its addresses at once. `early` are at most 3 complete payloads for the streams 4, 8 and 12; what does
   * not fit into message 1 follows when it is answered. When there is a connection or a dial to this peer already,
   * that one is returned and nothing else happens: two of ours to one peer is what the rule for duplicates cannot tell apart.
   */
  dial(to: Call, now: Instant): Connection {
    for (const connection of this.#table.alive()) {
      if (connection.peer === to.peer && !connection.retiring) return connection;
    }
    return this.#call(to, now);
  }

  /** All that are not closed: ours from the dial on, the peers' once they are confirmed. */
  connections(): Iterable<Connection> {
    return this.#table.alive();
  }

  /** Closes all. */
  close(now: Instant, reason: CloseReason): void {
    for (const connection of [...this.#table.all()]) connection.close(reason, '', now);
  }

  /** Our own side may have moved: each connection asks at once whether its peer is still reached (docs/protocol.md §1.4). */
  networkChanged(now: Instant): void {
    for (const connection of this.#table.alive()) {
      connection.networkChanged(now);
      this.wake(connection);
    }
  }

  /** A peer is said to be at these addresses: a dial that is under way calls there too, at once. */
  callAt(peer: NodeId, addresses: readonly Address[], now: Instant): void {
    for (const connection of this.#table.alive()) {
      if (connection.peer !== peer) continue;
      connection.networkChanged(now, addresses);
      this.wake(connection);
    }
  }

  /** The host could not send a datagram of this size to there, because of the size. */
  datagramRefused(address: Address, bytes: number): void {
    for (const connection of this.#table.at(address)) connection.steer(({ paths }) => paths.tooLong(address, bytes));
  }

  receive(datagram: Datagram, now: Instant): void {
    this.traffic.datagramsReceived++;
    this.traffic.bytesReceived += datagram.bytes.length;
    const kind = packetKind(datagram.bytes);
    if (datagram.bytes.length > DATAGRAM_BYTES_MAX) this.#drops.count('too-long');
    else if (kind === 'initial') this.#receiveInitial(datagram, now);
    else if (kind === 'short') this.#receiveShort(datagram, now);
    else if (kind) this.#receiveAnswer(datagram, kind === 'retry', now);
    else this.#drops.count('unknown');
  }

  elapse(now: Instant): void {
    for (let due = this.#timers.take(now); due; due = this.#timers.take(now)) {
      due.elapse(now);
      // What is awake may be due for something that only sending does, an ACK or a probe: `pollTransmit` sets its next deadline.
      if (!this.#awake.has(due)) this.#timers.schedule(due, this.#table.has(due) ? due.deadline() : undefined);
    }
    for (const { peer, address, alpn } of this.#renewals?.due(now) ?? []) {
      this.emit({ type: 'renewing', connection: this.#call({ peer, addresses: [address], alpn }, now) });
    }
  }

  deadline(): Instant | undefined {
    return earliest(this.#timers.next, this.#renewals?.deadline());
  }

  pollTransmit(now: Instant): Datagram | undefined {
    const datagram = this.#nextDatagram(now);
    if (!datagram) return undefined;
    this.traffic.datagramsSent++;
    this.traffic.bytesSent += datagram.bytes.length;
    return datagram;
  }

  #nextDatagram(now: Instant): Datagram | undefined {
    const answer = this.#answers.shift();
    if (answer) return answer;
    for (const connection of this.#awake) {
      const datagram = connection.pollTransmit(now);
      if (datagram) return datagram;
      this.#awake.delete(connection);
      this.#timers.schedule(connection, connection.deadline());
    }
    return undefined;
  }

  pollEvent(): TransportEvent | undefined {
    return this.#events.shift();
  }

  wake(connection: Connection): void {
    if (this.#table.has(connection)) this.#awake.add(connection);
  }

  emit(event: TransportEvent): void {
    this.#events.push(event);
  }

  ended(event: ClosedEvent, now: Instant): void {
    const { connection, reason, detail, byPeer } = event;
    this.tracer?.trace(connection, { type: 'ended', reason, detail, byPeer }, now);
    this.#events.push(event);
  }

  newId(connection: Connection): OwnId {
    for (;;) {
      const own = this.#mint.mint();
      if (this.#table.claim(own.id, connection)) return own;
    }
  }

  forgetId(id: Uint8Array): void {
    this.#table.forgetId(id);
  }

  moved(connection: Connection, from: Address | undefined, to: Address | undefined): void {
    this.#table.moved(connection, from, to);
  }

  confirmed(connection: Connection, now: Instant): boolean {
    this.#acceptor.halfOpens.confirmed(connection);
    if (connection.retiring) return false;
    for (const other of [...this.#table.alive()]) {
      if (other === connection || other.peer !== connection.peer || other.retiring) continue;
      const loser = loserOf(connection, other, this.id);
      if (loser === other) this.#table.succeed(other, connection);
      loser?.retire(now);
    }
    const leaver = connection.initiator ? undefined : this.#room.leaver(connection);
    leaver?.close('refused', 'others need the place', now);
    this.#renewals?.confirmed(connection, now);
    return !connection.retiring && leaver !== connection;
  }

  gone(connection: Connection, now: Instant): void {
    this.tracer?.trace(connection, { type: 'state', state: 'closed' }, now);
    this.#acceptor.halfOpens.forget(connection);
    connection.localIds.forgetAll();
    this.#table.remove(connection);
    this.#awake.delete(connection);
    this.#timers.schedule(connection, undefined);
    this.#renewals?.forget(connection);
  }

  #call({ peer, addresses, alpn = this.self.alpn[0] ?? '', early = [] }: Call, now: Instant): Connection {
    assert(early.length <= EARLY_STREAMS_MAX, 'early data is at most three payloads');
    const address = addresses[0] ?? ('' as Address);
    const connection = new Connection({ shell: this, peer, initiator: true, alpn, address }, now);
    this.#add(connection, now);
    if (peer === this.self.id) connection.close('refused', 'a node does not dial itself', now);
    else if (addresses.length === 0) connection.close('unreachable', 'no address is known', now);
    else {
      const own = connection.localIds.first;
      const { self, random } = this;
      const trace = traceOf(this.tracer, connection);
      connection.dial(new Dial({ self, random, peer, addresses, alpn, early, own, trace }, now));
    }
    return connection;
  }

  #receiveInitial(datagram: Datagram, now: Instant): void {
    const result = this.#acceptor.receive(datagram, now);
    if (typeof result === 'string') this.#drops.count(result);
    else if (result) this.#add(result, now);
    if (result instanceof Connection) this.wake(result);
  }

  #receiveAnswer(datagram: Datagram, isRetry: boolean, now: Instant): void {
    const packet = isRetry ? decodeRetry(datagram.bytes) : decodeHandshake(datagram.bytes);
    const connection = packet && this.#table.find(packet.destination);
    if (!connection?.receiveHandshake(datagram, isRetry, now)) this.#drops.count('handshake');
  }

  #receiveShort({ bytes, address }: Datagram, now: Instant): void {
    let at = 0;
    for (let packets = 0; at < bytes.length && packets < COALESCED_PACKETS_MAX; packets++) {
      const read = decodeShort(bytes, at);
      const connection = read && this.#table.find(read.packet.destination);
      if (!read || !connection?.receive(read.packet, address, now)) {
        this.#unopened({ bytes, address }, at === 0 && read && !connection ? read.packet.destination : undefined, now);
        return;
      }
      at = read.next;
    }
    if (at < bytes.length) this.#drops.count('coalesced');
  }

  /** What no connection could open: the peer's reset, or something for a connection that we have forgotten (`id`), or a stranger's. */
  #unopened(datagram: Datagram, id: Uint8Array | undefined, now: Instant): void {
    const token = StatelessResets.tokenOf(datagram.bytes);
    for (const connection of this.#table.at(datagram.address)) if (connection.receiveReset(token, now)) return;
    const isForgotten = id !== undefined && this.#mint.isOurs(id);
    this.#drops.count(isForgotten ? 'forgotten' : id ? 'stranger' : 'unopened');
    const reset = isForgotten && this.#resets.answer(datagram, id, now);
    if (reset) this.#answer(reset);
  }

  #answer(datagram: Datagram): void {
    if (this.#answers.length < ANSWERS_WAITING_MAX) this.#answers.push(datagram);
    else this.#drops.count('answers-full');
  }

  #add(connection: Connection, now: Instant): void {
    this.#table.add(connection);
    if (this.#table.size <= CONNECTIONS_KEPT_MAX) return;
    for (const oldest of this.#table.all()) {
      if (!oldest.closed) continue;
      this.gone(oldest, now);
      return;
    }
  }
}
