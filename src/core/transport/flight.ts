import type { Instant } from '../base/time.ts';
import type { Congestion, PacketFate } from './congestion.ts';
import { LossShare } from './loss-share.ts';
import { Pacer } from './pacer.ts';
import { Rtt } from './rtt.ts';

/**
 * What is known of a way through the network and lost with it: round-trip time, loss, window, pace (RFC 9000 §9.4).
 * Paths that differ in the port alone, behind one NAT, share it.
 */
export class Flight {
  readonly rtt = new Rtt();
  readonly losses = new LossShare();
  readonly congestion: Congestion;
  readonly #pacer = new Pacer();
  /** When a packet was last acknowledged that went this way. */
  heardAt: Instant | undefined;
  #bytes = 0;
  #datagramBytes: number;

  constructor(congestion: Congestion, datagramBytes: number) {
    this.congestion = congestion;
    this.#datagramBytes = datagramBytes;
  }

  /** How many bytes are on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the congestion window has room for a packet of this size. */
  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= this.congestion.windowBytes;
  }

  /** When the pacer lets a packet of this size go; `undefined` for now. */
  nextAt(bytes: number, now: Instant): Instant | undefined {
    return this.#pacer.nextAt(bytes, now);
  }

  sent({ number, bytes, sentAt }: PacketFate): void {
    this.#bytes += bytes;
    this.congestion.sent(number, bytes, sentAt);
    this.#pacer.sent(bytes, sentAt);
  }

  /** It has arrived, or counts as lost. */
  landed(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Window, round-trip time or the size of datagrams have changed. */
  adapt(datagramBytes: number): void {
    if (datagramBytes !== this.#datagramBytes) this.congestion.datagramChanged(datagramBytes);
    this.#datagramBytes = datagramBytes;
    const { windowBytes, isSlowStart } = this.congestion;
    if (this.rtt.measuredMs !== undefined) {
      this.#pacer.adapt(windowBytes, this.rtt.measuredMs, isSlowStart, datagramBytes);
    }
  }
}
