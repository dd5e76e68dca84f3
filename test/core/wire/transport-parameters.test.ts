import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import {
  DEFAULT_PARAMETERS,
  decodeTransportParameters,
  encodeTransportParameters,
  type TransportParameters,
} from '../../../src/core/wire/transport-parameters.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const parameters: fc.Arbitrary<TransportParameters> = fc
  .record(
    {
      maxIdleTimeoutMs: fc.nat(),
      maxUdpPayloadBytes: fc.integer({ min: 1_200, max: 70_000 }),
      initialMaxData: fc.maxSafeNat(),
      initialMaxStreamsBidi: fc.nat(),
      ackDelayExponent: fc.nat(20),
      maxAckDelayMs: fc.nat(2 ** 14 - 1),
      activeConnectionIdLimit: fc.integer({ min: 2, max: 100 }),
      originalDestinationConnectionId: bytes(8),
      statelessResetToken: bytes(16),
      nodeId: bytes(32),
      network: bytes(16),
      alpn: fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }).filter((text) => text.isWellFormed()),
      versions: fc.record({ chosen: fc.nat(), available: fc.array(fc.nat(), { maxLength: 16 }) }),
    },
    { requiredKeys: [] },
  )
  .map((some) => ({ ...DEFAULT_PARAMETERS, ...some }) as TransportParameters);

const refusal = (wild: Uint8Array): string => {
  try {
    decodeTransportParameters(wild);
    return 'nothing';
  } catch (error) {
    return error instanceof PeerError ? error.reason : String(error);
  }
};

describe('§1.1 transport parameters', () => {
  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(parameters, (some) => {
        expect(decodeTransportParameters(encodeTransportParameters(some))).toEqual(some);
      }),
    );
  });

  test('any bytes either parse or blame the peer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (wild) => {
        expect(['nothing', 'malformed', 'parameters']).toContain(refusal(wild));
      }),
      { numRuns: 2_000 },
    );
  });

  test('unknown parameters are read over', () => {
    expect(decodeTransportParameters(fromHex('4af502abcd')!)).toEqual(DEFAULT_PARAMETERS);
  });

  test('one parameter twice, and a value out of its range, are refused', () => {
    const idle = encodeTransportParameters({ ...DEFAULT_PARAMETERS, maxIdleTimeoutMs: 9 });
    expect(refusal(concat(idle, idle))).toBe('parameters');
    for (const wrong of ['0a0115', '0b0480004000', '030244af', '0e0101', '0f0100', '10050102030405']) {
      expect(refusal(fromHex(wrong)!)).not.toBe('nothing');
    }
  });

  test('an alpn that is no text, empty or over 64 bytes is refused', () => {
    const alpn = (value: string): Uint8Array => fromHex(`80717001${value}`)!;
    expect(refusal(alpn('02c328'))).toBe('parameters');
    expect(refusal(alpn('00'))).toBe('parameters');
    expect(refusal(alpn(`4041${'61'.repeat(65)}`))).toBe('parameters');
    expect(refusal(alpn(`4040${'61'.repeat(64)}`))).toBe('nothing');
  });
});
