import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '../../../src/core/bytes/hex.ts';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import {
  fingerprint,
  nodeIdBytes,
  nodeIdOf,
  parseNodeId,
  parseNodeKey,
  peerId,
} from '../../../src/core/crypto/node-id.ts';
import { networkTag, signedBytes } from '../../../src/core/crypto/purpose.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';

const suite = nodeSuite;
const { id, publicKey } = identityOf(suite, new Uint8Array(32).fill(42));

describe('§0 ids of nodes', () => {
  test('an id is 52 letters of lower-case base32, and the bytes come back', () => {
    expect(id).toMatch(/^[a-z2-7]{52}$/);
    expect(nodeIdBytes(id)).toEqual(publicKey);
    expect(nodeIdOf(publicKey)).toBe(id);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const one = identityOf(suite, seed);
        expect(parseNodeId(suite, one.id.toUpperCase())).toBe(one.id);
        expect(parseNodeKey(suite, one.publicKey)).toBe(one.id);
      }),
      { numRuns: 5 },
    );
  });

  test('another last letter that decodes to the same bytes is refused', () => {
    // 52 letters are 260 bits: the last four are zero in the canonical form.
    const letters = 'abcdefghijklmnopqrstuvwxyz234567';
    const next = letters[letters.indexOf(id[51]!) + 1]!;
    expect(parseNodeId(suite, id.slice(0, 51) + next)).toBeUndefined();
  });

  test('what is no key, too short, too long or no base32 is no id', () => {
    for (const wrong of ['', id.slice(1), `${id}a`, `0${id.slice(1)}`, `${id.slice(0, 48)}====`, 'a'.repeat(52)]) {
      expect(parseNodeId(suite, wrong)).toBeUndefined();
    }
    expect(parseNodeKey(suite, new Uint8Array(32))).toBeUndefined();
    expect(parseNodeKey(suite, publicKey.subarray(1))).toBeUndefined();
  });

  test('the libp2p form begins with 12D3KooW', () => {
    expect(peerId(id)).toMatch(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/);
  });

  test('a fingerprint is 16 bytes of a hash, hexadecimal in fours', () => {
    expect(fingerprint(suite, id)).toBe('42f1 04d7 4e58 2ae1 de2b ac68 c146 1738');
  });
});

describe('§0 what is signed', () => {
  test('the purpose and the network go before the message', () => {
    const network = networkTag(suite, 'lab');
    expect(hex(network)).toBe('cd6fb3f12b5b0b124c0f26b77734b5e7');
    expect(new TextDecoder().decode(signedBytes('route', new Uint8Array(0), new Uint8Array(0)))).toBe('qpc route v1\0');
    expect(signedBytes('route', network, Uint8Array.of(9))).toHaveLength(13 + 16 + 1);
  });
});
