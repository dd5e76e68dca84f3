import type { Address, Datagram } from '../base/address.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Random } from '../base/random.ts';
import { earliest, type Instant } from '../base/time.ts';
import type { Suite } from '../crypto/suite.ts';
import { type CloseFrame, decodeFrames, type Frame } from '../wire/frame.ts';
import type { ShortPacket } from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import { Acks } from './acks.ts';
import { type Arrival, type FrameReaders, readFrames } from './frame-rules.ts';
import { Keys } from './keys.ts';
import type { Life } from './life.ts';
import { Loss } from './loss.ts';
import { NewReno } from './new-reno.ts';
import { isEliciting, PacketBuilder } from './packet-builder.ts';
import { Path } from './path.ts';
import type { Proof } from './proof.ts';
import type { Opened } from './protection.ts';
import { RemoteIds } from './remote-ids.ts';

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
};

/** The 1-RTT packets of a connection, from the moment there are keys: sealed, opened, acknowledged, found lost. */
export class Link {
  readonly loss: Loss;
  readonly remoteIds = new RemoteIds();
  path: Path;
  readonly #acks = new Acks();
  readonly #keys: Keys;
  readonly #parameters: TransportParameters;
  readonly #random: Random;

  constructor(established: Established, suite: Suite, random: Random) {
    this.#parameters = established.parameters;
    this.#random = random;
    this.#keys = new Keys(suite, established.secrets, () => this.loss.probeMs);
    this.path = new Path(established.address, true, random);
    this.loss = new Loss(new NewReno(this.path.bytesMax), random);
    this.loss.maxAckDelayMs = established.parameters.maxAckDelayMs;
    this.remoteIds.begin(established.remoteId, established.parameters.statelessResetToken);
  }

  /** Whether the keys have been used as often as they may (RFC 9001 §6.6). */
  get isWornOut(): boolean {
    return this.#keys.wornOut;
  }

  /** How often the keys that we send with have been updated. */
  get keyPhase(): number {
    return this.#keys.phase;
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
    const opened = this.#keys.open(packet, this.#acks.largest, now);
    return opened && this.#acks.isDuplicate(opened.packetNumber) ? 'duplicate' : opened;
  }

  /**
   * Hands the frames of a packet to their parts. Acknowledged is what has been read to the end, and nothing else
   * (RFC 9000 §13.1).
   *
   * @throws PeerError
   */
  read({ payload, packetNumber }: Opened, readers: FrameReaders, arrival: Arrival): void {
    const frames = decodeFrames(payload);
    if (payload.length === 0) throw new PeerError('forbidden', 'a packet without frames'); // RFC 9000 §12.4
    readFrames(frames, readers, arrival);
    const eliciting = frames.some(({ type }) => isEliciting(type));
    this.#acks.record(packetNumber, eliciting, arrival.now);
  }

  /** The client of this server has shown at this address that it received message 2, which its packet acknowledges. */
  proved(proof: Proof, address: Address, now: Instant): void {
    // An address that message 2 was never sent to is one where the client may not be.
    this.path = new Path(address, proof.isSource(address), this.#random);
    const rttMs = proof.rttMs(now);
    if (rttMs !== undefined) this.loss.rtt.sample(rttMs, 0);
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
    return isNews;
  }

  deadline(): Instant | undefined {
    return earliest(this.loss.deadline(), this.path.maySend ? this.#acks.deadline : undefined);
  }

  /** Fills one packet from the writers, in their order, while there is room. */
  compose(writers: readonly FrameWriter[], life: Life, now: Instant): Datagram | undefined {
    const parts = [this.path, this.remoteIds, ...writers];
    const isProbe = this.loss.probes > 0;
    const wanted = isProbe || life.pingOwed || parts.some((part) => part.isPending);
    const allowed = wanted && (isProbe || this.loss.hasRoom(this.path.bytesMax));
    if (!this.path.maySend || (!allowed && !this.#acks.isDue(now))) return undefined;
    const builder = this.#newPacket();
    // Until the peer has acknowledged anything, every packet says what arrived: a client waits for that to be confirmed.
    this.#acks.writeFrames(builder, this.loss.acknowledged < 0, now);
    if (allowed) {
      const isValidating = this.path.isPending;
      for (const part of parts) part.writeFrames(builder);
      if (!builder.isEliciting && (isProbe || life.pingOwed)) builder.add({ type: 'ping' });
      if (isValidating) builder.pad();
    }
    return builder.isEmpty ? undefined : this.#send(builder, life, now);
  }

  composeClose(frame: CloseFrame, life: Life, now: Instant): Datagram | undefined {
    if (!this.path.maySend) return undefined;
    const builder = this.#newPacket();
    builder.add(frame);
    return this.#send(builder, life, now);
  }

  #newPacket(): PacketBuilder {
    return new PacketBuilder({
      packetNumber: this.loss.numbers.next,
      acknowledged: this.loss.acknowledged,
      destination: this.remoteIds.current,
      bytesMax: this.path.bytesMax,
    });
  }

  #send(builder: PacketBuilder, life: Life, now: Instant): Datagram {
    const bytes = builder.seal(this.#keys);
    const packet = { number: builder.packetNumber, bytes: bytes.length, sentAt: now, frames: builder.sent };
    this.loss.sent(packet, builder.isEliciting);
    this.path.sent(bytes.length);
    life.said(builder.isEliciting, now, this.loss.probeMs);
    return { address: this.path.address, bytes };
  }
}
