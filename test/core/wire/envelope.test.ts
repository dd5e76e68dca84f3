import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOPS_MAX, PAYLOAD_BYTES_MAX, TTL_SECONDS_MAX } from '../../../src/core/base/limits.ts';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { type Cbor, encodeCbor } from '../../../src/core/bytes/cbor.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { nobleSuite as suite } from '../../../src/core/crypto/noble-suite.ts';
import {
  decodeEnvelope,
  decodeSigned,
  type Envelope,
  encodeEnvelope,
  encodeSigned,
  envelopeId,
  needsNewer,
  type Signed,
  sealingAad,
} from '../../../src/core/wire/envelope.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anySigned: fc.Arbitrary<Signed> = fc.record({
  version: fc.maxSafeNat(),
  kind: fc.maxSafeNat(),
  from: key,
  to: key,
  created: fc.maxSafeNat().map(timestamp),
  ttlSeconds: fc.integer({ min: 0, max: TTL_SECONDS_MAX }),
  hopsMax: fc.integer({ min: 0, max: HOPS_MAX }),
  payload: fc.uint8Array({ maxLength: 300 }),
});
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
const anyEnvelope: fc.Arbitrary<Envelope> = fc
  .record({
    signed: anySigned,
    signature,
    hop: fc.record({ count: fc.integer({ min: 0, max: HOPS_MAX }), ageSeconds: fc.maxSafeNat() }),
    proof: fc.option(signature, { nil: undefined }),
  })
  .map((parts) => {
    const signedBytes = encodeSigned(parts.signed);
    return { ...parts, signedBytes, id: envelopeId(suite, signedBytes) };
  });
/** An envelope with one byte changed: gets further into the parser than noise. */
const mutated = fc.tuple(anyEnvelope, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([envelope, at, by]) => {
  const bytes = encodeEnvelope(envelope);
  bytes[at % bytes.length]! ^= by;
  return bytes;
});

const FROM = new Uint8Array(32).fill(0xaa);
const TO = new Uint8Array(32).fill(0xbb);

/** The signed map of a small envelope, with some keys changed. */
function signedMap(...changes: readonly (readonly [number | string, Cbor | undefined])[]): Uint8Array {
  const map = new Map<number | string, Cbor>([
    [0, 1],
    [1, 1],
    [2, FROM],
    [3, TO],
    [4, 1_700_000_040_000],
    [5, 259_200],
    [6, 16],
    [7, new Uint8Array([1, 2, 3])],
  ]);
  for (const [at, value] of changes) {
    if (value === undefined) map.delete(at);
    else map.set(at, value);
  }
  return encodeCbor(map);
}

const wrapped = (signed: Cbor, hop: Cbor = [0, 0], ...more: readonly Cbor[]): Uint8Array =>
  encodeCbor([signed, new Uint8Array(64), hop, ...more]);

describe('§3 envelopes', () => {
  test('every envelope survives the round trip', () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        expect(decodeEnvelope(suite, encodeEnvelope(envelope))).toEqual(envelope);
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        try {
          decodeEnvelope(suite, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PeerError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('an envelope cut short at any byte blames the peer', () => {
    const whole = wrapped(signedMap(), [3, 90], new Uint8Array(64));
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeEnvelope(suite, whole.subarray(0, length))).toThrow(PeerError);
    }
  });

  test('the bytes that are signed are these', () => {
    const bytes = encodeSigned({
      version: 1,
      kind: 1,
      from: FROM,
      to: TO,
      created: timestamp(1_700_000_040_000),
      ttlSeconds: 259_200,
      hopsMax: 16,
      payload: new Uint8Array([1, 2, 3]),
    });
    const head = 'a800010101';
    const keys = `025820${'aa'.repeat(32)}035820${'bb'.repeat(32)}`;
    const times = '041b0000018bcfe60440051a0003f480';
    expect(hex(bytes)).toBe(`${head}${keys}${times}06100743010203`);
  });

  test('the id is the SHA-256 of the signed bytes as they came, keys that we do not know included', () => {
    const signed = signedMap([20, 'later']);
    const envelope = decodeEnvelope(suite, wrapped(signed));
    expect(envelope.id).toBe(hex(suite.hash(signed)));
    expect(envelope.signedBytes).toEqual(signed);
    expect(encodeEnvelope(envelope)).toEqual(wrapped(signed));
  });

  test('an unknown odd key says that a newer qpc is needed, an even one does not', () => {
    expect(needsNewer(signedMap())).toBe(false);
    expect(needsNewer(signedMap([20, 1]))).toBe(false);
    expect(needsNewer(signedMap([9, 1]))).toBe(true);
  });

  test('the hop and the proof are outside the id', () => {
    const [first, second] = [wrapped(signedMap(), [0, 0]), wrapped(signedMap(), [5, 600], new Uint8Array(64))];
    expect(decodeEnvelope(suite, first).id).toBe(decodeEnvelope(suite, second).id);
  });

  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['a payload over 64 KiB', wrapped(signedMap([7, new Uint8Array(PAYLOAD_BYTES_MAX + 1)]))],
    ['a ttl over 30 days', wrapped(signedMap([5, TTL_SECONDS_MAX + 1]))],
    ['a maxHops over 64', wrapped(signedMap([6, HOPS_MAX + 1]))],
    ['a negative ttl', wrapped(signedMap([5, -1]))],
    ['a key of 31 bytes', wrapped(signedMap([2, new Uint8Array(31)]))],
    ['a recipient of 33 bytes', wrapped(signedMap([3, new Uint8Array(33)]))],
    ['no kind', wrapped(signedMap([1, undefined]))],
    ['no payload', wrapped(signedMap([7, undefined]))],
    ['signed bytes that are no map', wrapped(encodeCbor([1, 2, 3]))],
    ['signed bytes that are not bytes', wrapped('text')],
    ['a hopCount over 64', wrapped(signedMap(), [HOPS_MAX + 1, 0])],
    ['a negative age', wrapped(signedMap(), [0, -1])],
    ['a hop without age', wrapped(signedMap(), [0])],
    ['a signature of 63 bytes', encodeCbor([signedMap(), new Uint8Array(63), [0, 0]])],
    ['a proof of 65 bytes', wrapped(signedMap(), [0, 0], new Uint8Array(65))],
    ['two parts', encodeCbor([signedMap(), new Uint8Array(64)])],
    ['five parts', wrapped(signedMap(), [0, 0], new Uint8Array(64), 1)],
    ['bytes after the end', new Uint8Array([...wrapped(signedMap()), 0])],
  ];
  for (const [what, bytes] of refused) {
    test(`${what}: refused`, () => {
      expect(() => decodeEnvelope(suite, bytes)).toThrow(PeerError);
    });
  }

  test('a payload of 64 KiB, a ttl of 30 days and 64 hops are taken', () => {
    const signed = signedMap([7, new Uint8Array(PAYLOAD_BYTES_MAX)], [5, TTL_SECONDS_MAX], [6, HOPS_MAX]);
    expect(decodeEnvelope(suite, wrapped(signed, [HOPS_MAX, 0])).signed.payload.length).toBe(PAYLOAD_BYTES_MAX);
  });
});

describe('§3.1 what a payload is sealed to', () => {
  test('is the encoding of what is signed with an empty payload', () => {
    fc.assert(
      fc.property(anySigned, (signed) => {
        expect(sealingAad(encodeSigned(signed))).toEqual(encodeSigned({ ...signed, payload: new Uint8Array(0) }));
      }),
    );
  });

  test('holds keys that we do not know', () => {
    expect(sealingAad(signedMap([20, 'later']))).toEqual(signedMap([20, 'later'], [7, new Uint8Array(0)]));
  });

  test('decodeSigned reads what encodeSigned wrote', () => {
    fc.assert(
      fc.property(anySigned, (signed) => {
        expect(decodeSigned(encodeSigned(signed))).toEqual(signed);
      }),
    );
  });
});
