import type { Address } from '../base/address.ts';
import type { Random } from '../base/random.ts';
import type { Instant } from '../base/time.ts';
import type { Connection } from './connection.ts';
import type { OwnId } from './connection-id.ts';
import type { ClosedEvent, TransportEvent } from './event.ts';
import type { Self } from './handshake.ts';
import type { Tracer } from './trace.ts';
import type { WindowBudget } from './window-budget.ts';

/** What a connection asks of the endpoint that holds it. */
export interface Shell {
  readonly self: Self;
  readonly random: Random;
  /** What the windows of all connections may grow by. */
  readonly windows: WindowBudget;
  /** The largest datagram that the way to an address may take, in bytes (docs/protocol.md §1.4). */
  ceiling(address: Address): number;
  /** There may be something to send, or a deadline may have moved. */
  wake(connection: Connection): void;
  emit(event: TransportEvent): void;
  /** It is over for its owner, who hears of it. */
  ended(event: ClosedEvent, now: Instant): void;
  /** Who writes down what happens, if anybody does. */
  readonly tracer: Tracer | undefined;
  newId(connection: Connection): OwnId;
  forgetId(id: Uint8Array): void;
  /** Where it sends to has changed: resets are looked for by address. */
  moved(connection: Connection, from: Address | undefined, to: Address | undefined): void;
  /** Both sides have proved themselves. @returns whether it stays beside other connections to this peer. */
  confirmed(connection: Connection, now: Instant): boolean;
  /** Nothing of it is left. */
  gone(connection: Connection, now: Instant): void;
}
