import { type Address, addressBlock, type Datagram, reach } from '../base/address.ts';
import { assert } from '../base/assert.ts';
import {
  COALESCED_PACKETS_MAX,
  CONNECTIONS_MAX,
  CONNECTIONS_PER_BLOCK_MAX,
  EARLY_STREAMS_MAX,
  RESETS,
} from '../base/limits.ts';
import type { Machine } from '../base/machine.ts';
import type { CloseReason } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import type { Instant } from '../base/time.ts';
import { Timers } from '../base/timers.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { equalBytes } from '../bytes/equal.ts';
import { type NodeId, nodeIdOf } from '../crypto/node-id.ts';
import { keyPair } from '../crypto/noise/handshake-state.ts';
import type { Suite } from '../crypto/suite.ts';
import { decodeHandshake, decodeRetry, decodeShort, packetKind } from '../wire/packet.ts';
import { Acceptor } from './acceptor.ts';
import { Connection } from './connection.ts';
import { IdMint, idKey, type OwnId } from './connection-id.ts';
import { Dial } from './dial.ts';
import { loserOf } from './duplicates.ts';
import type { TransportEvent } from './event.ts';
import type { Self } from './handshake.ts';
import type { Shell } from './shell.ts';

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
  /** Connections at once, dials included; callers beyond are told `refused`. */
  readonly connectionsMax?: number;
};

/** All connections of a node over one socket: finds the connection of each datagram, and the next one with something to say. */
export class Endpoint implements Machine<TransportEvent>, Shell {
  readonly self: Self;
  readonly random: Random;
  readonly #mint: IdMint;
  readonly #acceptor: Acceptor;
  readonly #connectionsMax: number;
  readonly #connections = new Set<Connection>();
  readonly #byId = new Map<number, { readonly id: Uint8Array; readonly connection: Connection }>();
  readonly #byAddress = new Map<Address, Set<Connection>>();
  readonly #timers = new Timers<Connection>();
  /** Connections that may have something to send. */
  readonly #awake = new Set<Connection>();
  readonly #outgoing: Datagram[] = [];
  readonly #events: TransportEvent[] = [];
  readonly #dropped = new Map<string, number>();
  #resets: TokenBucket | undefined;

  constructor(options: EndpointOptions) {
    const { suite, random, seed } = options;
    const key = suite.publicKey(seed);
    this.random = random;
    this.self = {
      suite,
      id: nodeIdOf(key),
      key,
      agreement: keyPair(suite, suite.agreementSecret(seed)),
      network: options.network,
      alpn: options.alpn,
    };
    this.#mint = new IdMint(suite, options.resetKey, random);
    this.#connectionsMax = options.connectionsMax ?? CONNECTIONS_MAX;
    const isFull = (address: Address): boolean => this.#isFull(address);
    this.#acceptor = new Acceptor(this, isFull, (datagram) => this.#outgoing.push(datagram));
  }

  get id(): NodeId {
    return this.self.id;
  }

  /** Datagrams that could not be authenticated, by reason. */
  get dropped(): ReadonlyMap<string, number> {
    return this.#dropped;
  }

  /**
   * Calls a peer at all its addresses at once. `early` are at most 3 complete payloads for the streams 4, 8 and 12; what does
   * not fit into message 1 follows when it is answered. When there is a connection or a dial to this peer already,
   * that one is returned and nothing else happens: two of ours to one peer is what the rule for duplicates cannot tell apart.
   */
  dial(
    to: {
      readonly peer: NodeId;
      readonly addresses: readonly Address[];
      readonly alpn?: string;
      readonly early?: readonly Uint8Array[];
    },
    now: Instant,
  ): Connection {
    for (const connection of this.connections()) {
      if (connection.peer === to.peer && !connection.retiring) return connection;
    }
    const { peer, addresses, alpn = this.self.alpn[0] ?? '', early = [] } = to;
    assert(early.length <= EARLY_STREAMS_MAX, 'early data is at most three payloads');
    const address = addresses[0] ?? ('' as Address);
    const connection = new Connection({ shell: this, peer, initiator: true, alpn, address }, now);
    this.#connections.add(connection);
    if (peer === this.self.id) connection.close('refused', 'a node does not dial itself', now);
    else if (addresses.length === 0) connection.close('unreachable', 'no address is known', now);
    else {
      const own = connection.localIds.first;
      const { self, random } = this;
      connection.dial(new Dial({ self, random, peer, addresses, alpn, early, own }, now), early);
    }
    return connection;
  }

  /** All that are not closed: ours from the dial on, the peers' once they are confirmed. */
  *connections(): Iterable<Connection> {
    for (const connection of this.#connections) {
      if (!connection.closed && (connection.initiator || connection.confirmed)) yield connection;
    }
  }

  /** Closes all. */
  close(now: Instant, reason: CloseReason): void {
    for (const connection of [...this.#connections]) connection.close(reason, '', now);
  }

  receive(datagram: Datagram, now: Instant): void {
    const kind = packetKind(datagram.bytes);
    if (kind === 'initial') this.#receiveInitial(datagram, now);
    else if (kind === 'short') this.#receiveShort(datagram, now);
    else if (kind) this.#receiveAnswer(datagram, kind === 'retry', now);
    else this.#drop('unknown');
  }

  elapse(now: Instant): void {
    for (let due = this.#timers.take(now); due; due = this.#timers.take(now)) {
      due.elapse(now);
      // What is awake may be due for something that only sending does, an ACK or a probe: `pollTransmit` sets its next deadline.
      if (!this.#awake.has(due)) this.#timers.schedule(due, this.#connections.has(due) ? due.deadline() : undefined);
    }
  }

  deadline(): Instant | undefined {
    return this.#timers.next;
  }

  pollTransmit(now: Instant): Datagram | undefined {
    const answer = this.#outgoing.shift();
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
    if (this.#connections.has(connection)) this.#awake.add(connection);
  }

  emit(event: TransportEvent): void {
    this.#events.push(event);
  }

  newId(connection: Connection): OwnId {
    for (;;) {
      const own = this.#mint.mint();
      const key = idKey(own.id);
      if (this.#byId.has(key)) continue;
      this.#byId.set(key, { id: own.id, connection });
      return own;
    }
  }

  forgetId(id: Uint8Array): void {
    this.#byId.delete(idKey(id));
  }

  moved(connection: Connection, from: Address, to: Address): void {
    this.#leave(connection, from);
    const there = this.#byAddress.get(to) ?? new Set();
    this.#byAddress.set(to, there.add(connection));
  }

  confirmed(connection: Connection, now: Instant): boolean {
    this.#acceptor.halfOpens.confirmed(connection);
    if (connection.retiring) return false;
    for (const other of [...this.connections()]) {
      if (other === connection || other.peer !== connection.peer || other.retiring) continue;
      loserOf(connection, other, this.id)?.retire(now);
    }
    return !connection.retiring;
  }

  gone(connection: Connection): void {
    this.#acceptor.halfOpens.forget(connection);
    connection.localIds.forgetAll();
    this.#leave(connection, connection.address);
    this.#connections.delete(connection);
    this.#awake.delete(connection);
    this.#timers.schedule(connection, undefined);
  }

  #receiveInitial(datagram: Datagram, now: Instant): void {
    const result = this.#acceptor.receive(datagram, now);
    if (typeof result === 'string') this.#drop(result);
    else if (result) this.#connections.add(result);
    if (result instanceof Connection) this.wake(result);
  }

  #receiveAnswer(datagram: Datagram, isRetry: boolean, now: Instant): void {
    const packet = isRetry ? decodeRetry(datagram.bytes) : decodeHandshake(datagram.bytes);
    const connection = packet && this.#find(packet.destination);
    if (!connection?.receiveHandshake(datagram, isRetry, now)) this.#drop('handshake');
  }

  #receiveShort({ bytes, address }: Datagram, now: Instant): void {
    let at = 0;
    for (let packets = 0; at < bytes.length && packets < COALESCED_PACKETS_MAX; packets++) {
      const read = decodeShort(bytes, at);
      const connection = read && this.#find(read.packet.destination);
      if (!read || !connection?.receive(read.packet, address, now)) {
        this.#unopened({ bytes, address }, at === 0 && read && !connection ? read.packet.destination : undefined, now);
        return;
      }
      at = read.next;
    }
  }

  /** What no connection could open: the peer's reset, or something for a connection that we have forgotten (`id`), or a stranger's. */
  #unopened({ bytes, address }: Datagram, id: Uint8Array | undefined, now: Instant): void {
    const token = bytes.subarray(bytes.length - RESET_TOKEN_BYTES);
    for (const connection of this.#byAddress.get(address) ?? []) if (connection.receiveReset(token, now)) return;
    const isForgotten = id !== undefined && this.#mint.isOurs(id);
    this.#drop(isForgotten ? 'forgotten' : id ? 'stranger' : 'unopened');
    if (isForgotten) this.#reset({ bytes, address }, id, now);
  }

  /** RFC 9000 §10.3: looks like any packet, is shorter than its cause, so that two of us who both forgot fall silent. */
  #reset({ bytes, address }: Datagram, id: Uint8Array, now: Instant): void {
    const length = Math.min(RESET_BYTES_MAX, bytes.length - 1);
    this.#resets ??= new TokenBucket(RESETS, now);
    if (length < RESET_BYTES_MIN || !this.#resets.take(1, now)) return;
    const reset = this.random.bytes(length);
    reset[0] = 0x40 | (reset[0]! & 0x1f);
    reset.set(this.#mint.resetToken(id), length - RESET_TOKEN_BYTES);
    this.#outgoing.push({ address, bytes: reset });
  }

  /** Whether there is no place for a caller from this address, because of all, or of those from around it. */
  #isFull(address: Address): boolean {
    const connections = [...this.connections()];
    if (connections.length >= this.#connectionsMax) return true;
    if (reach(address) === 'loopback') return false;
    const block = addressBlock(address);
    const around = connections.filter((one) => !one.initiator && addressBlock(one.address) === block);
    return around.length >= CONNECTIONS_PER_BLOCK_MAX;
  }

  #find(id: Uint8Array): Connection | undefined {
    const found = this.#byId.get(idKey(id));
    return found && equalBytes(found.id, id) ? found.connection : undefined;
  }

  #leave(connection: Connection, address: Address): void {
    const there = this.#byAddress.get(address);
    if (there?.delete(connection) && there.size === 0) this.#byAddress.delete(address);
  }

  #drop(reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }
}

const RESET_TOKEN_BYTES = 16;
/** The shortest that looks like a packet (RFC 9000 §10.3), and as long as a short packet of ours. */
const RESET_BYTES_MIN = 21;
const RESET_BYTES_MAX = 42;
