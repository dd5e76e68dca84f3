import { ACK_DELAY_MS_MAX, ACK_ELICITING_THRESHOLD_MAX, ACK_RANGES_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { RangeSet } from '../base/range-set.ts';
import { after, type Instant } from '../base/time.ts';
import type { AckFrequencyFrame } from '../wire/frame.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';
import { ReplayWindow } from './replay-window.ts';

/** How long an acknowledgement may wait, in milliseconds: what we announce as max_ack_delay (RFC 9000 §13.2.1). */
export const ACK_DELAY_MS = 25;
/** 2^3 µs: what we announce as ack_delay_exponent. */
export const ACK_DELAY_EXPONENT = 3;
/** The shortest delay that a peer may wish for: what we announce as min_ack_delay. Timers of hosts are no finer. */
export const ACK_DELAY_MICROS_MIN = 1_000;
/** What is no max_ack_delay, in microseconds (RFC 9000 §18.2). */
const ACK_DELAY_MICROS_INVALID = 2 ** 14 * 1_000;
/** Numbers below an acknowledged ACK that are still acknowledged when they come late: reordering reaches no farther. */
const REORDERING = 256;

/**
 * Which packets have arrived, and when the peer has to be told (RFC 9000 §13.2): as it wishes by ACK_FREQUENCY
 * (draft-ietf-quic-ack-frequency), else every second packet. An ACK that is due goes out when the owner has read all that came
 * in at once, so that a burst is acknowledged by one.
 */
export class Acks implements FrameOwner<number> {
  readonly #read = new ReplayWindow();
  /** What is acknowledged. */
  readonly #received = new RangeSet();
  /** Numbers below are not told any more: the peer knows of those that came. */
  #floor = 0;
  #largest = -1;
  #largestAt: Instant | undefined;
  /** The largest number that an ACK has told. */
  #told = -1;
  #owed = 0;
  #ackAt: Instant | undefined;
  /** The newest ACK_FREQUENCY, and what it says: the defaults are those of RFC 9000 §13.2. */
  #sequence = -1;
  #elicitingThreshold = 1;
  #reorderingThreshold = 1;
  #delayMs: number = ACK_DELAY_MS;

  /** The largest number received; -1 for none. */
  get largest(): number {
    return this.#largest;
  }

  /** When an ACK is due at the latest; `undefined` while none is owed. */
  get deadline(): Instant | undefined {
    return this.#ackAt;
  }

  /** Whether an ACK must go out now, by itself if need be. */
  isDue(now: Instant): boolean {
    return this.#ackAt !== undefined && this.#ackAt <= now;
  }

  isDuplicate(packetNumber: number): boolean {
    return this.#read.has(packetNumber);
  }

  /**
   * ACK_FREQUENCY: how the peer wishes to be acknowledged.
   *
   * @throws PeerError('forbidden') for a delay that we did not offer, or that is none (draft-ietf-quic-ack-frequency §4)
   */
  adapt({ sequence, elicitingThreshold, maxAckDelayMicros, reorderingThreshold }: AckFrequencyFrame): void {
    if (maxAckDelayMicros < ACK_DELAY_MICROS_MIN || maxAckDelayMicros >= ACK_DELAY_MICROS_INVALID) {
      throw new PeerError('forbidden', `an ACK delay of ${maxAckDelayMicros} µs`);
    }
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#elicitingThreshold = Math.min(elicitingThreshold, ACK_ELICITING_THRESHOLD_MAX);
    this.#delayMs = Math.min(maxAckDelayMicros / 1_000, ACK_DELAY_MS_MAX);
    this.#reorderingThreshold = reorderingThreshold;
  }

  /** IMMEDIATE_ACK: the packet that is being read is to be acknowledged at once. */
  hurry(now: Instant): void {
    this.#ackAt = now;
  }

  /** A packet has been read to its end. `eliciting`: its sender waits for an ACK. */
  record(packetNumber: number, eliciting: boolean, now: Instant): void {
    this.#read.add(packetNumber);
    this.#received.add(packetNumber, packetNumber + 1);
    this.#received.keepHighest(ACK_RANGES_MAX);
    if (packetNumber > this.#largest) {
      this.#largest = packetNumber;
      this.#largestAt = now;
    }
    // §13.2.1: what asks for no ACK gets none, or two sides would acknowledge each other for ever.
    if (!eliciting) return;
    this.#owed++;
    const isUrgent = this.#owed > this.#elicitingThreshold || this.#isReordered(packetNumber);
    const at = isUrgent ? now : after(now, this.#delayMs);
    if (this.#ackAt === undefined || at < this.#ackAt) this.#ackAt = at;
  }

  /** Puts an ACK in front of whatever else the packet will hold. `always`: even when none is owed. */
  writeFrames(builder: PacketBuilder, always: boolean, now: Instant): void {
    if (this.#largestAt === undefined || (this.#owed === 0 && !always)) return;
    const delay = Math.floor(((now - this.#largestAt) * 1000) / 2 ** ACK_DELAY_EXPONENT);
    const ranges = this.#received.ranges.toReversed();
    // Where little may be sent, the lower ranges have to wait for another ACK.
    while (!builder.add({ type: 'ack', delay, ranges }, this, this.#largest)) {
      if (ranges.length === 1) return;
      ranges.length = Math.ceil(ranges.length / 2);
    }
    this.#told = this.#largest;
    this.#owed = 0;
    this.#ackAt = undefined;
  }

  /** §13.2.4: what the peer knows that we received need not be said again. */
  acked(largest: number): void {
    const floor = largest - REORDERING;
    if (floor <= this.#floor) return;
    this.#received.remove(0, floor);
    this.#floor = floor;
  }

  /** The next ACK says it again. */
  lost(): void {}

  /**
   * Whether this packet shows the peer that one is lost, or that one is not lost that it took for it, and that is news
   * (draft-ietf-quic-ack-frequency §6.2).
   */
  #isReordered(packetNumber: number): boolean {
    if (this.#reorderingThreshold === 0) return false;
    const reported = this.#told - this.#reorderingThreshold;
    if (packetNumber <= reported) return true;
    const missing = this.#lowestMissing(Math.max(this.#floor, reported + 1));
    return this.#largest - missing >= this.#reorderingThreshold;
  }

  /** The lowest number from `from` on that has not come. What was told before is not looked through again. */
  #lowestMissing(from: number): number {
    const { ranges } = this.#received;
    let missing = this.#largest + 1;
    for (let i = ranges.length - 1; i >= 0 && ranges[i]!.start > from; i--) {
      missing = i === 0 ? from : Math.max(from, ranges[i - 1]!.end);
    }
    return missing;
  }
}
