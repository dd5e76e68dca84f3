import type { Address, Datagram } from '../base/address.ts';
import { PeerError } from '../base/peer-error.ts';
import { earliest, type Instant } from '../base/time.ts';
import { type CloseFrame, decodeFrames, type Frame } from '../wire/frame.ts';
import type { ShortPacket } from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import { AckFrequency } from './ack-frequency.ts';
import { Acks } from './acks.ts';
import type { ConnectionEvent } from './event.ts';
import { type Arrival, type FrameReaders, readFrames } from './frame-rules.ts';
import { Keys } from './keys.ts';
import type { Life } from './life.ts';
import { type Aside, Loss } from './loss.ts';
import { BASE_BYTES } from './mtu.ts';
import { ObservedAddress } from './observed-address.ts';
import { isEliciting, PACKET_OVERHEAD_BYTES, PacketBuilder } from './packet-builder.ts';
import type { Path } from './path.ts';
import { Paths } from './paths.ts';
import type { Proof } from './proof.ts';
import type { Opened } from './protection.ts';
import { RemoteIds } from './remote-ids.ts';
import type { Shell } from './shell.ts';
import type { Trace } from './trace.ts';
import { Tracing } from './tracing.ts';

/** A part of a connection that has frames to send. */
export interface FrameWriter {
  readonly isPending: boolean;
  writeFrames(builder: PacketBuilder): void;
}

/** What the handshake gives a connection, on either side. */
export type Established = {
  readonly secrets: { readonly send: Uint8Array; readonly receive: Uint8Array };
  /** What the peer announced. */
  readonly parameters: TransportParameters;
  /** The peer's id for what we send. */
  readonly remoteId: Uint8Array;
  readonly address: Address;
  readonly trace: Trace | undefined;
};

/** What the packets of a connection have to do with the rest of it. */
export type LinkOptions = {
  /** The parts that have frames to send, in the order in which they may. */
  readonly writers: readonly FrameWriter[];
  /** Packets go to another address now. */
  readonly moved: (address: Address) => void;
  readonly tell: (event: ConnectionEvent) => void;
};

/** Probe timeouts after which a path counts as one that does not answer. */
const TROUBLE_TIMEOUTS = 2;

/** The 1-RTT packets of a connection, from the moment there are keys: sealed, opened, acknowledged, found lost. */
export class Link {
  readonly loss: Loss;
  readonly remoteIds = new RemoteIds();
  readonly paths: Paths;
  readonly #observed = new ObservedAddress();
  readonly #ackFrequency: AckFrequency;
  readonly acks = new Acks();
  readonly #keys: Keys;
  readonly #options: LinkOptions;
  readonly #parameters: TransportParameters;
  readonly #parts: readonly FrameWriter[];
  readonly #tracing: Tracing | undefined;
  /** Until when the pacer holds packets back. */
  #pacedUntil: Instant | undefined;
  /** This is no time to try larger datagrams: the next ACK may end that. */
  #mtuWaits = false;

  constructor(established: Established, { self, random, ceiling }: Shell, options: LinkOptions) {
    const { parameters, trace } = established;
    this.#options = options;
    this.#parameters = parameters;
    this.#keys = new Keys(self.suite, established.secrets, () => this.loss.probeMs);
    this.remoteIds.begin(established.remoteId, parameters.statelessResetToken);
    this.paths = new Paths(established.address, true, {
      random,
      remoteIds: this.remoteIds,
      ceiling: (address) => Math.min(ceiling(address), parameters.maxUdpPayloadBytes),
    });
    this.loss = new Loss(this.paths.current, random, trace);
    this.#tracing = trace && new Tracing(trace, this.loss, this.paths);
    this.loss.maxAckDelayMs = parameters.maxAckDelayMs;
    this.#ackFrequency = new AckFrequency(parameters);
    this.#parts = [this.remoteIds, this.#observed, this.#ackFrequency, ...options.writers];
  }

  /** Whether the keys have been used as often as they may (RFC 9001 §6.6). */
  get isWornOut(): boolean {
    return this.#keys.wornOut;
  }

  /** Bytes of payload, both ways together. */
  get payloadBytes(): number {
    return this.#keys.payloadBytes;
  }

  /** How often the keys that we send with have been updated. */
  get keyPhase(): number {
    return this.#keys.phase;
  }

  /** Smoothed round-trip time of the path that is used; `undefined` until it has been measured. */
  get rttMs(): number | undefined {
    return this.paths.current.flight.rtt.measuredMs;
  }

  /** How many bytes of frames an empty packet holds on the path that is used. */
  get packetRoom(): number {
    return this.paths.current.mtu.bytesMax - PACKET_OVERHEAD_BYTES;
  }

  /** Newer keys, from the next packet on that may have them (RFC 9001 §6.1). */
  updateKeys(now: Instant): void {
    this.#keys.update(now);
  }

  /** How many of our connection ids the peer keeps. */
  get activeIdsMax(): number {
    return this.#parameters.activeConnectionIdLimit;
  }

  /**
   * What the peer sealed; `duplicate` when that was read before.
   *
   * @throws PeerError when the peer made it with reserved bits, or with keys or a number that it must not use
   */
  open(packet: ShortPacket, now: Instant): Opened | 'duplicate' | undefined {
    const opened = this.#keys.open(packet, this.acks.largest, now);
    const fit = opened && this.acks.isDuplicate(opened.packetNumber) ? 'duplicate' : opened;
    if (!fit || fit === 'duplicate') this.#tracing?.dropped(fit ?? 'unopened', packet.bytes.length, now);
    return fit;
  }

  /**
   * Hands the frames of a packet to their parts. Acknowledged is what has been read to the end, and nothing else
   * (RFC 9000 §13.1). A peer that moved is followed, once it is confirmed.
   *
   * @param bytes - of the packet, as it came.
   * @throws PeerError
   */
  read({ payload, packetNumber }: Opened, bytes: number, readers: FrameReaders, arrival: Arrival): void {
    const { address, now } = arrival;
    const frames = decodeFrames(payload);
    this.#tracing?.received({ number: packetNumber, bytes, frames, address }, now);
    if (payload.length === 0) throw new PeerError('forbidden', 'a packet without frames'); // RFC 9000 §12.4
    const mayMove = readers.confirmed;
    const path = mayMove ? this.paths.arrived(address, bytes) : this.paths.to(address);
    if (!mayMove) path?.received(bytes);
    readFrames(frames, readers, arrival);
    const isNewest = packetNumber > this.acks.largest;
    const eliciting = frames.some(({ type }) => isEliciting(type));
    this.acks.record(packetNumber, eliciting, now);
    if (!mayMove || !path || path === this.paths.current || !isNewest || frames.every(isProbing)) return;
    this.paths.follow(path, now);
    this.#moved(now);
  }

  /** The client of this server has shown at this address that it received message 2, which its packet acknowledges. */
  proved(proof: Proof, address: Address, now: Instant): void {
    // An address that message 2 was never sent to is one where the client may not be.
    const isSource = proof.isSource(address);
    this.paths.begin(address, isSource);
    if (!isSource) this.paths.current.validate(now);
    this.#moved(now);
    const rttMs = proof.rttMs(now);
    if (rttMs !== undefined) this.measured(rttMs);
  }

  /** The handshake took this long for one round trip. */
  measured(rttMs: number): void {
    this.paths.current.flight.rtt.sample(rttMs, 0);
    this.#adapt();
  }

  /** Both sides have proved themselves: the peer may be told where it is seen. */
  confirmed(): void {
    const { addressDiscovery } = this.#parameters;
    if (addressDiscovery === 1 || addressDiscovery === 2) this.#observed.see(this.paths.current.address);
  }

  /** PATH_RESPONSE. */
  answered(data: Uint8Array, now: Instant): void {
    if (this.paths.answered(data)) this.#moved(now);
  }

  /** OBSERVED_ADDRESS. */
  observedAt({ sequence, address }: Extract<Frame, { type: 'observed-address' }>): void {
    if (this.#observed.isNews(sequence) && address !== undefined) this.#options.tell({ type: 'observed', address });
  }

  /** Our own side may have moved: whether the peer is still reached is asked at once, under another id (RFC 9000 §9). */
  networkChanged(now: Instant): void {
    this.paths.renew(now);
    this.#moved(now);
  }

  /**
   * @returns whether the peer has something that it was not known to have
   * @throws PeerError('forbidden') when it says so of what was never sent
   * @throws PeerError('keyUpdate') when it has not followed the update of the keys that it opened it with
   */
  acknowledged(frame: Extract<Frame, { type: 'ack' }>, now: Instant): boolean {
    const delayMs = (frame.delay * 2 ** this.#parameters.ackDelayExponent) / 1000;
    const isNews = this.loss.ack(frame.ranges, delayMs, now);
    this.#keys.acknowledged(frame.ranges[0]!.end - 1);
    if (this.paths.current.flight.heardAt === now) this.paths.calm();
    this.#adapt();
    this.#tracing?.recovery(now);
    this.#mtuWaits = false;
    return isNews;
  }

  deadline(): Instant | undefined {
    const { current } = this.paths;
    return earliest(
      this.loss.deadline(),
      this.paths.deadline(),
      this.#pacedUntil,
      current.maySend ? this.acks.deadline : undefined,
      this.#mtuWaits ? undefined : current.mtu.deadline(),
    );
  }

  elapse(now: Instant): void {
    this.loss.elapse(now);
    if (this.loss.timeouts >= TROUBLE_TIMEOUTS) this.paths.trouble(now);
    if (this.paths.elapse(now)) this.#moved(now);
  }

  /** The next datagram: a question to another path, a larger one to see whether it passes, or all that there is to say. */
  compose(life: Life, now: Instant): Datagram | undefined {
    this.#tracing?.state(life.state.name, now);
    this.#pacedUntil = undefined;
    const { asking } = this.paths;
    return asking
      ? this.#composeQuestion(asking, life, now)
      : (this.#composeMtuProbe(life, now) ?? this.#composePacket(life, now));
  }

  composeClose(frame: CloseFrame, life: Life, now: Instant): Datagram | undefined {
    const { current } = this.paths;
    this.#tracing?.state(life.state.name, now);
    if (!current.maySend) return undefined;
    const builder = this.#newPacket(current, current.room);
    if (!builder.add(frame)) builder.add({ ...frame, detail: '' });
    return this.#send(builder, current, life, now);
  }

  /** Fills one packet from the writers, in their order, while there is room. */
  #composePacket(life: Life, now: Instant): Datagram | undefined {
    const path = this.paths.current;
    if (!path.maySend) return undefined;
    const isProbe = this.loss.probes > 0;
    const wanted = isProbe || life.pingOwed || this.#parts.some((part) => part.isPending);
    const allowed = wanted && (isProbe || this.#mayFly(path, path.room, now));
    if (!allowed && !path.isPending && !this.acks.isDue(now)) return undefined;
    // Where all that was large has vanished, a small one still comes through and says so.
    const builder = this.#newPacket(path, isProbe ? Math.min(path.room, BASE_BYTES) : path.room);
    // Until the peer has acknowledged anything, every packet says what arrived: a client waits for that to be confirmed.
    this.acks.writeFrames(builder, this.loss.acknowledged < 0, now);
    if (path.isPending) {
      // RFC 9000 §9.3.3: an answer over the path that is used is no mere probe, so that the peer comes back to it.
      builder.add({ type: 'ping' });
      path.writeFrames(builder);
    }
    if (allowed) {
      for (const part of this.#parts) part.writeFrames(builder);
      if (!builder.isEliciting && (isProbe || life.pingOwed)) builder.add({ type: 'ping' });
    }
    return builder.isEmpty ? undefined : this.#send(builder, path, life, now);
  }

  /** PATH_CHALLENGE and PATH_RESPONSE on a path that is not used. */
  #composeQuestion(path: Path, life: Life, now: Instant): Datagram {
    const builder = this.#newPacket(path, path.room);
    path.writeFrames(builder);
    return this.#send(builder, path, life, now, 'path');
  }

  /** A datagram longer than any that the path is known to take (RFC 8899 §4.1). */
  #composeMtuProbe(life: Life, now: Instant): Datagram | undefined {
    const path = this.paths.current;
    this.#mtuWaits = this.loss.acknowledged < 0 || this.loss.timeouts > 0 || !path.isProved;
    const bytes = this.#mtuWaits ? undefined : path.mtu.probe(now);
    // It may stick out of the window, which loopback's largest would never fit at first: its loss says nothing of congestion.
    if (bytes === undefined || !this.#mayFly(path, path.mtu.bytesMax, now)) return undefined;
    const builder = this.#newPacket(path, bytes);
    builder.add({ type: 'ping' }, path.mtu, bytes);
    if (this.#parameters.minAckDelayMicros > 0) builder.add({ type: 'immediate-ack' });
    builder.padTo(bytes);
    path.mtu.probeSent(bytes);
    return this.#send(builder, path, life, now, 'mtu');
  }

  #mayFly({ flight }: Path, bytes: number, now: Instant): boolean {
    if (this.loss.isFull || !flight.hasRoom(bytes)) return false;
    this.#pacedUntil = flight.nextAt(bytes, now);
    return this.#pacedUntil === undefined;
  }

  #newPacket(path: Path, bytesMax: number): PacketBuilder {
    return new PacketBuilder({
      packetNumber: this.loss.numbers.next,
      acknowledged: this.loss.acknowledged,
      destination: this.paths.id(path),
      bytesMax,
    });
  }

  #send(builder: PacketBuilder, path: Path, life: Life, now: Instant, aside?: Aside): Datagram {
    const bytes = builder.seal(this.#keys);
    const number = builder.packetNumber;
    const packet = { number, bytes: bytes.length, sentAt: now, frames: builder.sent, path, aside };
    this.#tracing?.sent(packet, builder.payload, this.keyPhase);
    this.loss.sent(packet, builder.isEliciting);
    path.sent(bytes.length);
    life.said(builder.isEliciting, now, this.loss.probeMs);
    return { address: path.address, bytes };
  }

  /** What is known of the path has changed: the pace, and how often the peer is asked to acknowledge. */
  #adapt(): void {
    const { flight, mtu } = this.paths.current;
    const datagramBytes = mtu.bytesMax;
    flight.adapt(datagramBytes);
    const { windowBytes } = flight.congestion;
    if (this.rttMs !== undefined) this.#ackFrequency.adapt({ windowBytes, datagramBytes, rttMs: this.rttMs });
    this.loss.maxAckDelayMs = this.#ackFrequency.maxAckDelayMs;
  }

  #moved(now: Instant): void {
    const { current } = this.paths;
    this.loss.moved(current, now);
    this.#adapt();
    this.#options.moved(current.address);
    if (this.loss.acknowledged >= 0) this.confirmed();
  }
}

/** RFC 9000 §9.1: frames by which a peer does not move. */
function isProbing({ type }: Frame): boolean {
  return type === 'path-challenge' || type === 'path-response' || type === 'new-connection-id';
}
