import { after, type Instant, instant } from '../base/time.ts';
import { type Congestion, initialWindowBytes, minimumWindowBytes, type PacketFate } from './congestion.ts';
import type { Rtt } from './rtt.ts';

const NEVER: Instant = after(instant(0), Number.NEGATIVE_INFINITY);

/** NewReno as RFC 9002 §7 describes it: double every round trip until the first loss, then one datagram more each. */
export class NewReno implements Congestion {
  #datagramBytes: number;
  #windowBytes: number;
  #thresholdBytes = Number.POSITIVE_INFINITY;
  /** Packets sent up to here belong to the loss that was already answered. */
  #recoveryStart = NEVER;
  /** How it was before the last congestion event. */
  #before: { windowBytes: number; thresholdBytes: number; recoveryStart: Instant } | undefined;

  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
    this.#windowBytes = initialWindowBytes(datagramBytes);
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  get isSlowStart(): boolean {
    return this.#windowBytes < this.#thresholdBytes;
  }

  sent(): void {}

  acked(packet: PacketFate, _rtt: Rtt, limited: boolean): void {
    if (!limited || packet.sentAt <= this.#recoveryStart) return;
    this.#windowBytes += this.isSlowStart ? packet.bytes : (this.#datagramBytes * packet.bytes) / this.#windowBytes;
  }

  lost(last: PacketFate, now: Instant): void {
    if (last.sentAt <= this.#recoveryStart) return;
    this.#before = {
      windowBytes: this.#windowBytes,
      thresholdBytes: this.#thresholdBytes,
      recoveryStart: this.#recoveryStart,
    };
    this.#recoveryStart = now;
    this.#thresholdBytes = this.#windowBytes = Math.max(this.#windowBytes / 2, this.#minimumBytes);
  }

  undo(): void {
    const before = this.#before;
    this.#before = undefined;
    if (!before || before.windowBytes <= this.#windowBytes) return;
    this.#windowBytes = Math.max(before.windowBytes, this.#minimumBytes);
    this.#thresholdBytes = before.thresholdBytes;
    this.#recoveryStart = before.recoveryStart;
  }

  collapsed(): void {
    this.#windowBytes = this.#minimumBytes;
    this.#recoveryStart = NEVER;
  }

  datagramChanged(bytes: number): void {
    this.#datagramBytes = bytes;
    this.#windowBytes = Math.max(this.#windowBytes, this.#minimumBytes);
  }

  get #minimumBytes(): number {
    return minimumWindowBytes(this.#datagramBytes);
  }
}
