import type { Address } from '../base/address.ts';
import type { CloseReason } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Frame } from '../wire/frame.ts';
import type { PacketKind } from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import type { LifeState } from './life.ts';

/**
 * Somebody who writes down what connections do, for people who look for a fault. It is told as it happens and may not call back.
 * Who has no tracer pays one comparison for each event, and nothing is built.
 */
export interface Tracer {
  trace(connection: Traced, event: TraceEvent, now: Instant): void;
}

/** The connection that an event is of; the same object each time. */
export type Traced = { readonly peer: NodeId; readonly initiator: boolean; readonly alpn: string };

/** A tracer of one connection, for its parts. */
export type Trace = (event: TraceEvent, now: Instant) => void;

/** What the parts of this connection tell; `undefined` when nobody listens. */
export const traceOf = (tracer: Tracer | undefined, connection: Traced): Trace | undefined =>
  tracer && ((event, now) => tracer.trace(connection, event, now));

/**
 * What happens to a connection, in the order of its life. Frames and byte strings are views that are good until `trace` returns.
 * Sizes are in bytes; packets are counted with header and tag.
 */
export type TraceEvent =
  /** Its first event. `originalId` is the destination of the first Initial, the one thing that both sides know from the start. */
  | { readonly type: 'started'; readonly originalId: Uint8Array; readonly address: Address }
  | { readonly type: 'parameters'; readonly byPeer: boolean; readonly parameters: TransportParameters }
  /** As in `LifeState`. `closed`, its last event, says that nothing of the connection is left. */
  | { readonly type: 'state'; readonly state: LifeState['name'] }
  | PacketEvent
  /** What came was not for us to read: the keys did not open it, or it had come before. */
  | { readonly type: 'packet-dropped'; readonly why: 'unopened' | 'duplicate'; readonly bytes: number }
  | { readonly type: 'packets-acknowledged'; readonly numbers: readonly number[] }
  /** Overtaken by later packets, or by time (RFC 9002 §6.1). */
  | {
      readonly type: 'packet-lost';
      readonly number: number;
      readonly bytes: number;
      readonly why: 'reordering' | 'time';
      readonly isMtuProbe: boolean;
    }
  | ({ readonly type: 'metrics' } & Metrics)
  | { readonly type: 'congestion'; readonly state: 'slow-start' | 'avoidance' | 'recovery' }
  /** Newer keys are used: `phase` is how often they were changed. */
  | { readonly type: 'keys'; readonly phase: number }
  | { readonly type: 'path'; readonly address: Address; readonly what: PathChange }
  | { readonly type: 'datagram-bytes'; readonly from: number; readonly to: number }
  | { readonly type: 'expired'; readonly timer: 'probe' | 'loss' }
  /** The owner hears that it is over; what follows is farewell. */
  | { readonly type: 'ended'; readonly reason: CloseReason; readonly detail: string; readonly byPeer: boolean };

/** What becomes of a path: it is asked, and has answered (RFC 9000 §8.2); packets go there now (§9). */
export type PathChange = 'probing' | 'validated' | 'used';

/** A packet, sent or received. A handshake packet has no number, and no frames here: they are in `parameters`. */
export type PacketEvent = {
  readonly type: 'packet-sent' | 'packet-received';
  readonly kind: PacketKind;
  readonly number?: number;
  readonly keyPhase?: number;
  readonly bytes: number;
  readonly frames?: readonly Frame[];
  /** Where it went, or came from. */
  readonly address?: Address;
  /** Sent because nothing was acknowledged for too long (RFC 9002 §6.2.4). */
  readonly isProbe?: boolean;
  readonly isMtuProbe?: boolean;
};

/** Where loss recovery and congestion control stand (RFC 9002 §5, §7). Times in milliseconds, unless they say otherwise. */
export type Metrics = {
  readonly windowBytes: number;
  readonly bytesInFlight: number;
  readonly packetsInFlight: number;
  readonly smoothedRttMs: number;
  readonly latestRttMs: number;
  /** `undefined` before the first sample. */
  readonly minRttMs: number | undefined;
  readonly rttVariationMs: number;
  /** Probe timeouts in a row. */
  readonly probeTimeouts: number;
};
