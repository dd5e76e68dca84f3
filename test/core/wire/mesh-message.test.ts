import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { encodeCbor } from '../../../src/core/bytes/cbor.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import {
  announcement,
  type ControlMessage,
  decodeAnswer,
  decodeControl,
  decodePush,
  encodeAnswer,
  encodeControl,
  encodePush,
  METRIC_INFINITE,
  type PushAnswer,
  REFUSALS,
} from '../../../src/core/wire/mesh-message.ts';
import { END, isBelow } from '../../../src/core/wire/reconcile.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uint = fc.maxSafeNat();
const ids = fc.array(bytes(32), { maxLength: 8 });
const addresses = fc.array(
  fc
    .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
    .map(([host, port]) => address(host, port))
    .filter((found): found is Address => found !== undefined),
  { maxLength: 4 },
);
const well = (maxLength: number) =>
  fc.string({ unit: 'grapheme', maxLength }).filter((text) => text.length <= maxLength);

const claim = { origin: bytes(32), seqno: uint, features: uint, lifetimeSeconds: fc.nat(1800), hops: fc.nat(255) };
const route = fc.oneof(
  fc.record({ ...claim, signature: bytes(64), metric: fc.nat(METRIC_INFINITE) }),
  fc.record({ ...claim, signature: bytes(0), metric: fc.constant(METRIC_INFINITE) }),
);

const shortIds = fc.array(bytes(8).map(hex), { maxLength: 5 });
const posts = fc.oneof(
  fc.record({ type: fc.constant('same' as const) }),
  fc.record({ type: fc.constant('fingerprint' as const), fingerprint: bytes(16) }),
  fc.record({ type: fc.constant('list' as const), fingerprint: bytes(16), ids: shortIds }),
  fc.record({ type: fc.constant('difference' as const), offered: shortIds, wanted: shortIds }),
);
const bound = fc.oneof(
  fc.record({
    created: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    prefix: fc.uint8Array({ maxLength: 3 }).map(hex),
  }),
  fc.constant(END),
);
const ranges = fc
  .uniqueArray(fc.record({ upTo: bound, claim: posts }), { maxLength: 6, selector: ({ upTo }) => JSON.stringify(upTo) })
  .map((all) =>
    all.toSorted(({ upTo: { created, prefix: id } }, { upTo }) => (isBelow({ created, id }, upTo) ? -1 : 1)),
  );

const control: fc.Arbitrary<ControlMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    boot: bytes(8),
    features: uint,
    name: well(64),
    roles: fc.array(well(32), { maxLength: 4 }),
    addresses,
    clock: uint.map(timestamp),
  }),
  fc.record({ type: fc.constant('routes' as const), routes: fc.array(route, { maxLength: 6 }) }),
  fc.record({ type: fc.constant('seqno-request' as const), origin: bytes(32), seqno: uint, hopsLeft: fc.nat(64) }),
  fc.record({ type: fc.constant('interest' as const), channel: bytes(32), tag: bytes(8), hops: fc.nat(17) }),
  fc.record({ type: fc.constantFrom('have' as const, 'want' as const), ids }),
  fc.record({ type: fc.constant('addresses' as const), addresses }),
  fc.constant({ type: 'goodbye' as const }),
  fc.record({ type: fc.constantFrom('ping' as const, 'pong' as const), token: uint }),
  fc.record({ type: fc.constant('reconcile' as const), channel: bytes(32), round: fc.nat(15), ranges }),
);

const answer: fc.Arbitrary<PushAnswer> = fc.oneof(
  fc.record({ type: fc.constant('accepted' as const), copies: fc.nat(255) }),
  fc.record({ type: fc.constantFrom('held' as const, 'done' as const) }),
  fc.record({ type: fc.constant('passed' as const), atSeconds: uint }),
  fc.record({ type: fc.constant('refused' as const), reason: fc.constantFrom(...REFUSALS) }),
);

/** Runs a decoder on any bytes: it parses, and then encodes to the same bytes, or it blames the peer. */
function parsesOrBlames<T>(decode: (bytes: Uint8Array) => T, encode: (value: T) => Uint8Array, any: Uint8Array): void {
  let value: T;
  try {
    value = decode(any);
  } catch (error) {
    expect(error).toBeInstanceOf(PeerError);
    return;
  }
  expect(decode(encode(value))).toEqual(value);
}

/** Random bytes, and well-formed CBOR of the wrong shape, which gets deeper. */
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .array(fc.oneof(fc.nat(300), fc.uint8Array({ maxLength: 70 }), fc.string(), fc.boolean()), { maxLength: 9 })
    .map(encodeCbor),
  fc.tuple(control, fc.nat(), fc.nat(255)).map(([message, at, to]) => {
    const encoded = encodeControl(message).slice();
    encoded[at % encoded.length] = to;
    return encoded;
  }),
);

describe('§2 control messages', () => {
  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(control, (message) => {
        expect(decodeControl(encodeControl(message))).toEqual(message);
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    const encode = (message: ControlMessage | undefined) => (message ? encodeControl(message) : encodeCbor([99]));
    fc.assert(
      fc.property(anything, (any) => parsesOrBlames(decodeControl, encode, any)),
      { numRuns: 2_000 },
    );
  });

  test('a type from the future is passed over, and fields added to a known type too', () => {
    expect(decodeControl(encodeCbor([77, 'new']))).toBeUndefined();
    expect(decodeControl(encodeCbor([9, 5, 'new']))).toEqual({ type: 'pong', token: 5 });
  });

  test('a route without a signature is a retraction or nothing', () => {
    const unsigned = (metric: number) =>
      encodeCbor([1, [[new Uint8Array(32), 1, 0, 60, new Uint8Array(0), metric, 1]]]);
    expect(decodeControl(unsigned(METRIC_INFINITE))).toMatchObject({ routes: [{ metric: METRIC_INFINITE }] });
    expect(() => decodeControl(unsigned(100))).toThrow(PeerError);
  });

  for (const [what, message] of [
    ['a lifetime over 1800 s', [1, [[new Uint8Array(32), 1, 0, 1801, new Uint8Array(64), 1, 1]]]],
    ['a list of more than 512', [4, Array.from({ length: 513 }, () => new Uint8Array(32))]],
    ['interest from more than 17 hops', [3, new Uint8Array(32), new Uint8Array(8), 18]],
    ['an id of 31 bytes', [4, [new Uint8Array(31)]]],
    [
      'ranges that do not follow each other',
      [
        10,
        new Uint8Array(32),
        0,
        [
          [[5, new Uint8Array(0)], 0],
          [[5, new Uint8Array(0)], 0],
        ],
      ],
    ],
    ['a range that ends where everything begins', [10, new Uint8Array(32), 0, [[[0, new Uint8Array(0)], 0]]]],
    ['a seventeenth round', [10, new Uint8Array(32), 16, []]],
    ['half an id', [10, new Uint8Array(32), 0, [[[], 3, new Uint8Array(12), new Uint8Array(0)]]]],
    ['a claim that is none', [10, new Uint8Array(32), 0, [[[], 4]]]],
    ['no type', []],
  ] as const) {
    test(`${what} is refused`, () => expect(() => decodeControl(encodeCbor(message))).toThrow(PeerError));
  }

  test('what an origin signs', () => {
    const signed = announcement({ origin: new Uint8Array(32).fill(1), seqno: 2, features: 0, lifetimeSeconds: 1800 });
    expect(hex(signed)).toBe(`845820${'01'.repeat(32)}0200190708`);
  });
});

describe('§2 pushes and answers', () => {
  test('every value survives the round trip', () => {
    const push = fc.record({ envelope: fc.uint8Array({ maxLength: 300 }), copies: fc.nat(255), again: fc.boolean() });
    fc.assert(
      fc.property(push, (value) => {
        expect(decodePush(encodePush(value))).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(answer, (value) => {
        expect(decodeAnswer(encodeAnswer(value))).toEqual(value);
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    fc.assert(fc.property(anything, (any) => parsesOrBlames(decodePush, encodePush, any)));
    fc.assert(fc.property(anything, (any) => parsesOrBlames(decodeAnswer, encodeAnswer, any)));
  });

  test('a refusal from the future is one that does not change by itself', () => {
    expect(decodeAnswer(encodeCbor([4, 99]))).toEqual({ type: 'refused', reason: 'unsupported' });
  });
});
