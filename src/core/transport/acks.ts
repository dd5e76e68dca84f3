import { ACK_RANGES_MAX } from '../base/limits.ts';
import { RangeSet } from '../base/range-set.ts';
import { after, type Instant } from '../base/time.ts';
import type { Frame } from '../wire/frame.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** How long an acknowledgement may wait, in milliseconds: what we announce as max_ack_delay (RFC 9000 §13.2.1). */
export const ACK_DELAY_MS = 25;
/** 2^3 µs: what we announce as ack_delay_exponent. */
export const ACK_DELAY_EXPONENT = 3;
/** Acknowledge every second packet while the sender's window is small (§13.2.2), and more seldom once it has grown. */
const EVERY = { early: 2, later: 8, laterFrom: 100 } as const;
/** Numbers below an acknowledged ACK that are still told apart: reordering reaches no farther. */
const REORDERING = 256;

/** Which packets have arrived, and when the peer has to be told (RFC 9000 §13.2). */
export class Acks implements FrameOwner<number> {
  readonly #received = new RangeSet();
  /** Everything below has been dealt with, or is too old to be told from what has. */
  #floor = 0;
  #largest = -1;
  #largestAt: Instant | undefined;
  #owed = 0;
  #ackAt: Instant | undefined;

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
    return packetNumber < this.#floor || this.#received.has(packetNumber);
  }

  /** A packet has been read to its end. `eliciting`: its sender waits for an ACK. */
  record(packetNumber: number, eliciting: boolean, now: Instant): void {
    const inOrder = packetNumber === this.#largest + 1;
    this.#received.add(packetNumber, packetNumber + 1);
    if (this.#received.size > ACK_RANGES_MAX) {
      this.#received.keepHighest(ACK_RANGES_MAX);
      this.#floor = this.#received.ranges[0]!.start;
    }
    if (packetNumber > this.#largest) {
      this.#largest = packetNumber;
      this.#largestAt = now;
    }
    // §13.2.1: what asks for no ACK gets none, or two sides would acknowledge each other for ever.
    if (!eliciting) return;
    this.#owed++;
    const enough = this.#owed >= (packetNumber < EVERY.laterFrom ? EVERY.early : EVERY.later);
    const at = enough || !inOrder ? now : after(now, ACK_DELAY_MS);
    if (this.#ackAt === undefined || at < this.#ackAt) this.#ackAt = at;
  }

  /** Puts an ACK in front of whatever else the packet will hold. `always`: even when none is owed. */
  writeFrames(builder: PacketBuilder, always: boolean, now: Instant): void {
    if (this.#largestAt === undefined || (this.#owed === 0 && !always)) return;
    const delayMicros = (now - this.#largestAt) * 1000;
    const frame: Frame = {
      type: 'ack',
      delay: Math.floor(delayMicros / 2 ** ACK_DELAY_EXPONENT),
      ranges: this.#received.ranges.toReversed(),
    };
    if (!builder.add(frame, this, this.#largest)) return;
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
}
