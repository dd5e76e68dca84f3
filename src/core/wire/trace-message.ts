import { TRACE_HOPS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { type Cbor, encodeCbor } from '../bytes/cbor.ts';
import { asArray, asBytes, asUint } from '../bytes/shape.ts';

/** One node on the way of a trace, which has signed that it was there (docs/protocol.md §2.4). */
export type TraceStep = {
  /** NodeId, 32 bytes. */
  readonly node: Uint8Array;
  /** The smoothed round trip to whom this node handed it on, in units of 100 µs. */
  readonly rtt: number;
  /** Ed25519 by `node`, purpose `trace`, over `traceStep`; 64 bytes. */
  readonly signature: Uint8Array;
};

/** Where a trace is: on its way there, or on its way back because it reached its target, found no way on, or crossed too many links. */
export const TRACE_PHASES = ['there', 'reached', 'no-route', 'hops'] as const;
/** See `TRACE_PHASES`. */
export type TracePhase = (typeof TRACE_PHASES)[number];

/** A question that goes to `target` as mail for it would, and comes back to `origin` as mail for that would. */
export type Trace = {
  readonly type: 'trace';
  /** 8 random bytes of the origin. */
  readonly token: Uint8Array;
  readonly origin: Uint8Array;
  readonly target: Uint8Array;
  readonly phase: TracePhase;
  /** Whom it passed on the way there, the one where it turned round last. */
  readonly there: readonly TraceStep[];
  /** Whom it passed since. */
  readonly back: readonly TraceStep[];
};

/**
 * What a node signs when it hands a trace on: everything that it was told, by the signature before its own (empty for the first), so that
 * no step can be left out, put in or moved afterwards.
 */
export const traceStep = (
  { token, origin, target, phase }: Trace,
  rtt: number,
  before: Uint8Array | undefined,
): Uint8Array => encodeCbor([token, origin, target, TRACE_PHASES.indexOf(phase), rtt, before ?? new Uint8Array(0)]);

/** The fields of a trace, after its type. */
export const traceFields = ({ token, origin, target, phase, there, back }: Trace): Cbor[] => [
  token,
  origin,
  target,
  TRACE_PHASES.indexOf(phase),
  there.map(stepFields),
  back.map(stepFields),
];

const stepFields = ({ node, rtt, signature }: TraceStep): Cbor[] => [node, rtt, signature];

/** @throws PeerError('malformed') also when it comes back and was nowhere: whoever turns it round is its last step there. */
export function asTrace([token, origin, target, phase, there, back]: readonly Cbor[]): Trace {
  const trace: Trace = {
    type: 'trace',
    token: asBytes(token, 'token', 8),
    origin: asBytes(origin, 'origin', 32),
    target: asBytes(target, 'target', 32),
    phase: TRACE_PHASES[asUint(phase, 'phase', TRACE_PHASES.length - 1)]!,
    there: readSteps(there),
    back: readSteps(back),
  };
  if (trace.phase !== 'there' && trace.there.length === 0) throw new PeerError('malformed', 'a trace that was nowhere');
  return trace;
}

const readSteps = (value: Cbor | undefined): TraceStep[] =>
  asArray(value, 'steps', TRACE_HOPS_MAX).map((step) => {
    const [node, rtt, signature] = asArray(step, 'step', 8);
    return {
      node: asBytes(node, 'node', 32),
      rtt: asUint(rtt, 'rtt', 0xffffffff),
      signature: asBytes(signature, 'signature', 64),
    };
  });
