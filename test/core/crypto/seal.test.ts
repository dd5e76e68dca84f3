import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTENT_BYTES_MAX, PAYLOAD_BYTES_MAX } from '../../../src/core/base/limits.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../../../src/core/bytes/cbor.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import { nobleSuite } from '../../../src/core/crypto/noble-suite.ts';
import { openSealed, sealFor } from '../../../src/core/crypto/seal.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';

const ann = identityOf(nodeSuite, new Uint8Array(32).fill(1));
const bob = identityOf(nodeSuite, new Uint8Array(32).fill(2));
const eve = identityOf(nodeSuite, new Uint8Array(32).fill(3));
const aad = utf8('the header');
const content = utf8('the hill node is back');
const random = () => new SeededRandom('seal');
const way = { from: ann.publicKey, to: bob.publicKey, aad };
const payload = sealFor(nodeSuite, random(), { ...way, content });

describe('§3.1 sealing to a node', () => {
  test('the recipient reads it, with any suite', () => {
    for (const suite of [nodeSuite, nobleSuite]) {
      expect(openSealed(suite, { ...way, seed: bob.seed, payload })).toEqual(content);
      expect(sealFor(suite, random(), { ...way, content })).toEqual(payload);
    }
  });

  test('this is the payload: a second implementation can hold itself to it', () => {
    expect(hex(nodeSuite.hash(payload))).toBe('35194806f7a44c6cee470e276100563e02d99aec378928952ca7c6702634233a');
    const [suite, keyId, enc, ciphertext] = decodeCbor(payload) as [number, Uint8Array, Uint8Array, Uint8Array];
    expect([suite, keyId.length, enc.length, ciphertext.length]).toEqual([1, 0, 32, 256 + 16]);
  });

  test('nobody else reads it, and it opens only under the sender, recipient and header it was made for', () => {
    const open = (changes: object) => openSealed(nodeSuite, { ...way, seed: bob.seed, payload, ...changes });
    expect(open({ seed: eve.seed })).toBeUndefined();
    expect(open({ seed: eve.seed, to: eve.publicKey })).toBeUndefined();
    expect(open({ from: eve.publicKey })).toBeUndefined();
    expect(open({ to: eve.publicKey })).toBeUndefined();
    expect(open({ aad: utf8('another header') })).toBeUndefined();
  });

  test('no altered payload opens', () => {
    for (let bit = 0; bit < payload.length * 8; bit += 13) {
      const altered = payload.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(openSealed(nodeSuite, { ...way, seed: bob.seed, payload: altered })).toBeUndefined();
    }
  });

  test('other suites, key ids and shapes are left alone', () => {
    const parts = decodeCbor(payload) as Cbor[];
    const nothing = new Uint8Array(0);
    for (const other of [
      [2, ...parts.slice(1)],
      [1, Uint8Array.of(1), ...parts.slice(2)],
      [1, nothing, parts[2]!.valueOf(), nothing],
      [1, nothing, new Uint8Array(32), parts[3]!],
      [1, nothing, new Uint8Array(31), parts[3]!],
      parts.slice(0, 3),
      [...parts, 1],
      1,
    ]) {
      const opened = openSealed(nodeSuite, { ...way, seed: bob.seed, payload: encodeCbor(other as Cbor) });
      expect(opened).toBeUndefined();
    }
  });

  test('any bytes are refused without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(openSealed(nodeSuite, { ...way, seed: bob.seed, payload: bytes })).toBeUndefined();
      }),
    );
  });

  test('the longest content fits an envelope; one byte more is our own mistake', () => {
    const longest = new Uint8Array(CONTENT_BYTES_MAX).fill(0x80);
    const sealed = sealFor(nodeSuite, random(), { ...way, content: longest });
    expect(sealed.length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(openSealed(nodeSuite, { ...way, seed: bob.seed, payload: sealed })).toEqual(longest);
    const longer = new Uint8Array(CONTENT_BYTES_MAX + 1);
    expect(() => sealFor(nodeSuite, random(), { ...way, content: longer })).toThrow('content fits');
  });
});
