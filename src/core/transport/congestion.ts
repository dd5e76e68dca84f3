import type { Instant } from '../base/time.ts';
import type { Rtt } from './rtt.ts';

/** What a congestion controller is told about a packet; `bytes` as on the wire. */
export type PacketFate = { readonly number: number; readonly bytes: number; readonly sentAt: Instant };

/** How much may be on its way at once (RFC 9002 §7). One per path; it sees only packets that count as in flight. */
export interface Congestion {
  /** Bytes that may be in flight; never less than `minimumWindowBytes`. */
  readonly windowBytes: number;
  /** No limit of the path is known yet, or the window is well below it: the pacer sends faster then. */
  readonly isSlowStart: boolean;
  sent(number: number, bytes: number, now: Instant): void;
  /**
   * A packet arrived.
   *
   * @param rtt - with the sample of the ACK that says so, if it had one.
   * @param limited - whether the window, rather than the lack of data, held the sender back (RFC 9002 §7.8).
   */
  acked(packet: PacketFate, rtt: Rtt, limited: boolean, now: Instant): void;
  /** Packets were lost: one call for all that are found at once, and `last` is the one sent last. */
  lost(last: PacketFate, now: Instant): void;
  /** All packets of the last congestion event turned out to have arrived: its reduction is taken back (RFC 9438 §4.9). */
  undo(): void;
  /** Nothing came through for a long time (RFC 9002 §7.6). Comes after the `lost` that showed it. */
  collapsed(): void;
  /** The path takes larger or smaller datagrams than before. That alone adds nothing to the window (RFC 8899 §3). */
  datagramChanged(bytes: number): void;
}

/** The window of a path that nothing is known of (RFC 9002 §7.2). */
export function initialWindowBytes(datagramBytes: number): number {
  return Math.min(10 * datagramBytes, Math.max(2 * datagramBytes, 14_720));
}

/** What may be in flight whatever happens (RFC 9002 §7.2). */
export function minimumWindowBytes(datagramBytes: number): number {
  return 2 * datagramBytes;
}
