import fc from 'fast-check';
import { parseAddress } from '../../src/core/base/address.ts';
import { type Range, RangeSet } from '../../src/core/base/range-set.ts';
import type { Frame, StreamId } from '../../src/core/wire/frame.ts';
import { DEFAULT_PARAMETERS } from '../../src/core/wire/transport-parameters.ts';

/** A number as varints hold it, of any length. */
export const anyNumber = fc.oneof(fc.nat(70), fc.nat(20_000), fc.nat(), fc.maxSafeNat());
/** A stream id; mostly a small one, so that frames meet. */
export const anyStreamId = fc.oneof(fc.nat(12), anyNumber).map((value) => value as StreamId);
const kind = fc.constantFrom('bidirectional' as const, 'unidirectional' as const);
const count = fc.nat(2 ** 31 - 1);
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

const ranges: fc.Arbitrary<Range[]> = fc
  .array(fc.tuple(fc.nat(5_000), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 20 })
  .map((pieces) => {
    const set = new RangeSet();
    for (const [start, length] of pieces) set.add(start, start + length);
    return set.ranges.map((range) => ({ ...range })).reverse();
  });

/** A STREAM frame; `data` may be just a length. */
export const stream = (id: number, offset: number, data: Uint8Array | number = 1, fin = false): Frame => ({
  type: 'stream',
  id: id as StreamId,
  offset,
  data: typeof data === 'number' ? new Uint8Array(data) : data,
  fin,
});

/** Any frame that can be written. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.constant<Frame>({ type: 'ping' }),
  fc.record({ type: fc.constant('ack' as const), delay: anyNumber, ranges }),
  fc.constant<Frame>({ type: 'ack', delay: 1, ranges: [{ start: 0, end: 2 }] }),
  fc.record({ type: fc.constant('reset-stream' as const), id: anyStreamId, code: anyNumber, finalSize: anyNumber }),
  fc.record({ type: fc.constant('stop-sending' as const), id: anyStreamId, code: anyNumber }),
  fc.record({
    type: fc.constant('stream' as const),
    id: anyStreamId,
    offset: fc.oneof(fc.nat(300), fc.nat()),
    data: fc.uint8Array({ maxLength: 100 }),
    fin: fc.boolean(),
  }),
  fc.record({ type: fc.constant('max-data' as const), limit: anyNumber }),
  fc.record({ type: fc.constant('max-stream-data' as const), id: anyStreamId, limit: anyNumber }),
  fc.record({ type: fc.constant('max-streams' as const), kind, limit: count }),
  fc.record({ type: fc.constant('data-blocked' as const), limit: anyNumber }),
  fc.record({ type: fc.constant('stream-data-blocked' as const), id: anyStreamId, limit: anyNumber }),
  fc.record({ type: fc.constant('streams-blocked' as const), kind, limit: count }),
  fc
    .record({
      type: fc.constant('new-connection-id' as const),
      sequence: fc.oneof(fc.nat(9), fc.nat()),
      retirePriorTo: fc.nat(9),
      id: bytes(8),
      resetToken: bytes(16),
    })
    .map((one) => ({ ...one, retirePriorTo: Math.min(one.retirePriorTo, one.sequence) })),
  fc.record({ type: fc.constant('retire-connection-id' as const), sequence: anyNumber }),
  fc.record({ type: fc.constant('path-challenge' as const), data: bytes(8) }),
  fc.record({ type: fc.constant('path-response' as const), data: bytes(8) }),
  fc.record({ type: fc.constant('datagram' as const), data: fc.uint8Array({ maxLength: 100 }) }),
  fc.record({
    type: fc.constant('ack-frequency' as const),
    sequence: anyNumber,
    elicitingThreshold: anyNumber,
    maxAckDelayMicros: anyNumber,
    reorderingThreshold: anyNumber,
  }),
  fc.constant<Frame>({ type: 'immediate-ack' }),
  fc.record({
    type: fc.constant('observed-address' as const),
    sequence: anyNumber,
    address: fc.constantFrom(undefined, parseAddress('192.0.2.7:7000'), parseAddress('[2001:db8::7]:65535')),
  }),
  fc.record({
    type: fc.constant('close' as const),
    application: fc.boolean(),
    code: anyNumber,
    detail: fc.string({ unit: 'grapheme' }),
  }),
  fc.constant<Frame>({
    type: 'transport-parameters',
    parameters: { ...DEFAULT_PARAMETERS, alpn: 'x', nodeId: new Uint8Array(32) },
  }),
);
