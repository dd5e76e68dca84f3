import type { Instant } from '../base/time.ts';

/** What a congestion controller is told about packets. */
export type PacketFate = { readonly bytes: number; readonly sentAt: Instant };

/** How much may be on its way at once (RFC 9002 §7). */
export interface Congestion {
  /** Bytes that may be in flight. */
  readonly windowBytes: number;
  /** @param limited - whether the window, rather than the lack of data, held the sender back. */
  acked(packet: PacketFate, limited: boolean): void;
  /** Packets were lost; `last` is the one sent last. */
  lost(last: PacketFate, now: Instant): void;
  /** Nothing came through for a long time (RFC 9002 §7.6). */
  collapsed(): void;
}
