import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import type { Cbor } from '../../../src/core/bytes/cbor.ts';
import { asArray, asBoolean, asBytes, asMap, asText, asUint } from '../../../src/core/bytes/shape.ts';

const ONE_OF_EACH: readonly (Cbor | undefined)[] = [undefined, 1, -1, '', true, new Uint8Array(2), [], new Map()];

describe('shapes', () => {
  for (const [name, read, fits] of [
    ['asUint', (value: Cbor | undefined) => asUint(value, 'it'), [1]],
    ['asBytes', (value: Cbor | undefined) => asBytes(value, 'it', 2), [5]],
    ['asText', (value: Cbor | undefined) => asText(value, 'it', 5), [3]],
    ['asBoolean', (value: Cbor | undefined) => asBoolean(value, 'it'), [4]],
    ['asArray', (value: Cbor | undefined) => asArray(value, 'it', 5), [6]],
    ['asMap', (value: Cbor | undefined) => asMap(value, 'it'), [7]],
  ] as const) {
    test(`${name} takes its own kind as it is and blames the peer for all others`, () => {
      for (const [i, value] of ONE_OF_EACH.entries()) {
        if ((fits as readonly number[]).includes(i)) expect(read(value)).toBe(value);
        else expect(() => read(value)).toThrow(PeerError);
      }
    });
  }

  test('bounds are inclusive', () => {
    expect(asUint(5, 'it', 5)).toBe(5);
    expect(() => asUint(6, 'it', 5)).toThrow('it is not an unsigned integer up to 5');
    expect(asBytes(new Uint8Array(3), 'it', { max: 3 })).toHaveLength(3);
    expect(() => asBytes(new Uint8Array(4), 'it', { max: 3 })).toThrow('at most 3 bytes');
    expect(() => asBytes(new Uint8Array(3), 'it', 4)).toThrow('it is not 4 bytes');
    expect(asText('abc', 'it', 3)).toBe('abc');
    expect(() => asText('abcd', 'it', 3)).toThrow('at most 3 units');
    expect(asArray([1, 2], 'it', 2)).toHaveLength(2);
    expect(() => asArray([1, 2, 3], 'it', 2)).toThrow('at most 2 items');
  });
});
