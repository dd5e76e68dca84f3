import type { Address } from '../base/address.ts';
import type { CloseReason } from '../base/peer-error.ts';
import type { StreamId } from '../wire/frame.ts';
import type { Connection } from './connection.ts';

export type { StreamId };

/** What happens on a stream. */
export type StreamEvent =
  /** The peer opened a stream; on a bidirectional one we may write. */
  | { readonly type: 'stream'; readonly stream: StreamId }
  /** New bytes, or the end, are there to `read`. */
  | { readonly type: 'readable'; readonly stream: StreamId }
  /** `write` took less than it was given, and takes more now. */
  | { readonly type: 'writable'; readonly stream: StreamId }
  /** `openStream` failed, and would succeed now. */
  | { readonly type: 'streams-available' }
  /** The peer gave up sending. */
  | { readonly type: 'stream-reset'; readonly stream: StreamId; readonly code: number }
  /** The peer does not want what we send. */
  | { readonly type: 'stream-stopped'; readonly stream: StreamId; readonly code: number };

/** What happens inside a connection while it lasts. */
export type ConnectionEvent =
  | StreamEvent
  /** Bytes that the peer sent once; they are the receiver's. */
  | { readonly type: 'datagram'; readonly data: Uint8Array }
  /** Where our packets come from, as the peer sees it: its word alone. */
  | { readonly type: 'observed'; readonly address: Address }
  /** Nothing has been acknowledged for SILENT_MS, though it was asked for: the peer may be gone. The connection waits on. */
  | { readonly type: 'silent' }
  /** It has been, again. */
  | { readonly type: 'heard' };

/**
 * What connections tell the owner of an endpoint.
 *
 * On a server's connection `stream` and `readable` for streams 4, 8 and 12 may come before `confirmed`: early data,
 * which may be a replay. A dial that failed is `closed` without ever having been `confirmed`.
 */
export type TransportEvent = { readonly connection: Connection } & (
  | ConnectionEvent
  /** A dial of the endpoint's own, that is to replace a connection which has lasted long enough. That one goes on meanwhile. */
  | { readonly type: 'renewing' }
  /** Both sides have proved themselves; only now presence is shown. */
  | { readonly type: 'confirmed' }
  | ClosedEvent
);

/** A connection is over for its owner. */
export type ClosedEvent = {
  readonly connection: Connection;
  readonly type: 'closed';
  readonly reason: CloseReason;
  /** Words from the peer when `byPeer`: text from a stranger. */
  readonly detail: string;
  readonly byPeer: boolean;
};
