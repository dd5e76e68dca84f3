import type { Address, Datagram } from '../base/address.ts';
import { IDLE_MS, SILENT_MS } from '../base/limits.ts';
import { type CloseReason, PeerError } from '../base/peer-error.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { type CloseFrame, decodeFrames, type Frame, type FrameType } from '../wire/frame.ts';
import type { ShortPacket } from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import { AckFrequency } from './ack-frequency.ts';
import { Acks } from './acks.ts';
import type { ConnectionEvent } from './event.ts';
import { type Arrival, type FrameReaders, readFrames } from './frame-rules.ts';
import { HANDSHAKE_DATAGRAM_BYTES } from './handshake.ts';
import { Keys } from './keys.ts';
import type { Life } from './life.ts';
import { Loss } from './loss.ts';
import { ObservedAddress } from './observed-address.ts';
import { isEliciting, PACKET_OVERHEAD_BYTES } from './packet-builder.ts';
import { type FrameWriter, PacketSender } from './packet-sender.ts';
import { Paths } from './paths.ts';
import type { Proof } from './proof.ts';
import type { Opened } from './protection.ts';
import { RemoteIds } from './remote-ids.ts';
import type { Shell } from './shell.ts';
import type { Trace } from './trace.ts';
import { Tracing } from './tracing.ts';

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
/** Probe timeouts before a peer can count as silent: over a long way the first of them may be nothing but loss. */
const SILENT_TIMEOUTS = 3;

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
  readonly #sender: PacketSender;
  readonly #tracing: Tracing | undefined;
  #silent = false;

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
    const ackFrequency = new AckFrequency(parameters);
    this.#ackFrequency = ackFrequency;
    this.loss = new Loss(this.paths.current, random, () => ackFrequency.maxAckDelayMs, trace);
    this.#tracing = trace && new Tracing(trace, this.loss, this.paths);
    this.#sender = new PacketSender({
      loss: this.loss,
      paths: this.paths,
      acks: this.acks,
      keys: this.#keys,
      writers: [this.remoteIds, this.#observed, this.#ackFrequency, ...options.writers],
      peerHurries: parameters.minAckDelayMicros > 0,
      tracing: this.#tracing,
    });
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

  /** Which share of our packets are lost on the path that is used, smoothed; 0 to 1. */
  get lossShare(): number {
    return this.paths.current.flight.losses.share;
  }

  /** Whether nothing that we sent has been acknowledged for SILENT_MS, though it was asked for: the peer may be gone, or come back. */
  get silent(): boolean {
    return this.#silent;
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
    const isProved = proof.proves(address);
    this.paths.begin(address, isProved);
    if (!isProved) {
      const { current } = this.paths;
      // So much came from there in messages 1, and went there in messages 2.
      current.received(proof.copiesTo(address) * HANDSHAKE_DATAGRAM_BYTES);
      current.sent(proof.copiesTo(address) * HANDSHAKE_DATAGRAM_BYTES);
      current.validate(now);
    }
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
    this.#sender.acknowledged();
    if (isNews && this.#silent && this.loss.unheardSince === undefined) {
      this.#silent = false;
      this.#options.tell({ type: 'heard' });
    }
    return isNews;
  }

  deadline(): Instant | undefined {
    return earliest(this.loss.deadline(), this.#silentAt, this.paths.deadline(), this.#sender.deadline());
  }

  /** @returns why the connection cannot go on, if it cannot: its keys are worn out (RFC 9001 §6.6), or nothing arrives */
  elapse(now: Instant): CloseReason | undefined {
    this.loss.elapse(now);
    if (this.loss.timeouts >= TROUBLE_TIMEOUTS) this.paths.trouble(now);
    if (this.paths.elapse(now)) this.#moved(now);
    if (this.#silentAt !== undefined && this.#silentAt <= now) {
      this.#silent = true;
      this.#options.tell({ type: 'silent' });
    }
    // Nothing of ours has arrived for as long as a connection may be silent, though the peer may still be heard.
    const { unheardSince } = this.loss;
    if (unheardSince !== undefined && after(unheardSince, IDLE_MS) <= now) return 'unreachable';
    return this.#keys.wornOut ? 'aeadLimit' : undefined;
  }

  /** The next datagram, if there is anything to say. */
  compose(life: Life, now: Instant): Datagram | undefined {
    this.#tracing?.state(life.state.name, now);
    return this.#sender.compose(life, now);
  }

  composeClose(frame: CloseFrame, life: Life, now: Instant): Datagram | undefined {
    this.#tracing?.state(life.state.name, now);
    return this.#sender.composeClose(frame, life, now);
  }

  /** When the peer counts as silent, if nothing is acknowledged until then. */
  get #silentAt(): Instant | undefined {
    const { unheardSince, timeouts } = this.loss;
    if (this.#silent || unheardSince === undefined || timeouts < SILENT_TIMEOUTS) return undefined;
    return after(unheardSince, SILENT_MS);
  }

  /** What is known of the path has changed: the pace, and how often the peer is asked to acknowledge. */
  #adapt(): void {
    const { flight, mtu } = this.paths.current;
    const datagramBytes = mtu.bytesMax;
    flight.adapt(datagramBytes);
    const { windowBytes } = flight.congestion;
    if (this.rttMs !== undefined) this.#ackFrequency.adapt({ windowBytes, datagramBytes, rttMs: this.rttMs });
  }

  #moved(now: Instant): void {
    const { current } = this.paths;
    this.loss.moved(current, now);
    this.#adapt();
    this.#options.moved(current.address);
    if (this.loss.acknowledged >= 0) this.confirmed();
  }
}

/** Frames by which a peer does not move (RFC 9000 §9.1; draft-ietf-quic-address-discovery §4). */
const PROBING: ReadonlySet<FrameType> = new Set([
  'path-challenge',
  'path-response',
  'new-connection-id',
  'observed-address',
]);

const isProbing = ({ type }: Frame): boolean => PROBING.has(type);
