import { after, type Instant, instant } from '../base/time.ts';
import type { Congestion, PacketFate } from './congestion.ts';

/** NewReno as RFC 9002 §7 describes it: double every round trip until the first loss, then one datagram more each. */
export class NewReno implements Congestion {
  readonly #datagramBytes: number;
  #window: number;
  #threshold = Number.POSITIVE_INFINITY;
  /** Packets sent up to here belong to the loss that was already answered. */
  #recoveryStart: Instant = after(instant(0), Number.NEGATIVE_INFINITY);

  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
    // RFC 9002 §7.2.
    this.#window = Math.min(10 * datagramBytes, Math.max(2 * datagramBytes, 14_720));
  }

  get windowBytes(): number {
    return this.#window;
  }

  acked(packet: PacketFate, limited: boolean): void {
    if (!limited || packet.sentAt <= this.#recoveryStart) return;
    this.#window += this.#window < this.#threshold ? packet.bytes : (this.#datagramBytes * packet.bytes) / this.#window;
  }

  lost(last: PacketFate, now: Instant): void {
    if (last.sentAt <= this.#recoveryStart) return;
    this.#recoveryStart = now;
    this.#threshold = Math.max(this.#window / 2, this.#minimum);
    this.#window = this.#threshold;
  }

  collapsed(): void {
    this.#window = this.#minimum;
    this.#recoveryStart = after(instant(0), Number.NEGATIVE_INFINITY);
  }

  get #minimum(): number {
    return 2 * this.#datagramBytes;
  }
}
