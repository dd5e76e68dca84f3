import type { Datagram } from './address.ts';
import type { Instant } from './time.ts';

/**
 * A protocol state machine that does no I/O.
 *
 * Things that can happen to it: a datagram arrives, its deadline passes, or the owner calls one of its own methods.
 * After each of them the owner drains the `poll…` methods until all return `undefined`, then sleeps until `deadline()`.
 *
 * Time never runs backwards: `now` is at least the `now` of the previous call.
 */
export interface Machine<Event> {
  receive(datagram: Datagram, now: Instant): void;
  /** Does everything that is due at `now`; calling it early or twice is harmless. */
  elapse(now: Instant): void;
  /** When `elapse` wants to be called next; `undefined` when only the outside world can change anything. */
  deadline(): Instant | undefined;
  pollTransmit(now: Instant): Datagram | undefined;
  pollEvent(): Event | undefined;
}
