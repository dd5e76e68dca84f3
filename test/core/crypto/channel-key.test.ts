import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTENT_BYTES_MAX, PAYLOAD_BYTES_MAX } from '../../../src/core/base/limits.ts';
import type { Random } from '../../../src/core/base/random.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../../../src/core/bytes/cbor.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import {
  channelIdentity,
  checkProof,
  openChannelKey,
  openFromChannel,
  sealForChannel,
  signProof,
} from '../../../src/core/crypto/channel-key.ts';
import { nobleSuite } from '../../../src/core/crypto/noble-suite.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';

const network = networkTag(nodeSuite, 'test');
const elsewhere = networkTag(nodeSuite, 'elsewhere');
const key = openChannelKey(nodeSuite, network, 'mesh');
const channel = channelIdentity(nodeSuite, network, key);
const aad = utf8('the header');
const content = utf8('hello, all');
const random = () => new SeededRandom('channel');

describe('§3.3 the key and id of a channel', () => {
  test('an open channel is its topic in its network, for every suite', () => {
    expect(hex(key)).toBe('5574e1d54fdd1272b4460065700810ce8b3c8332d7bac33fcf4217f89831ff66');
    expect(channel.id).toBe('jrksoeolcg6ffoloibjasjxr6dbcgaxu3p6n57vwgiqfh57qhb6q');
    expect(openChannelKey(nobleSuite, network, 'mesh')).toEqual(key);
    expect(channelIdentity(nobleSuite, network, key)).toEqual(channel);
  });

  test('another topic or network is another channel, and one key has another id in another network', () => {
    expect(openChannelKey(nodeSuite, network, 'mess')).not.toEqual(key);
    expect(openChannelKey(nodeSuite, elsewhere, 'mesh')).not.toEqual(key);
    expect(channelIdentity(nodeSuite, elsewhere, key).id).not.toBe(channel.id);
  });

  test('the id is a valid key, so that carriers can check proofs', () => {
    expect(channel.id).toMatch(/^[a-z2-7]{52}$/);
    expect(nodeSuite.isNodeKey(channel.publicKey)).toBe(true);
  });
});

describe('§3.3 proofs', () => {
  const signed = utf8('signed bytes');
  const proof = signProof(nodeSuite, channel, network, signed);
  const whole = { to: channel.publicKey, network, signed, proof };

  test('a holder of the key proves it to who knows only the id', () => {
    expect(checkProof(nobleSuite, whole)).toBe(true);
  });

  test('a proof is for its bytes, channel, network and purpose', () => {
    const other = channelIdentity(nodeSuite, network, openChannelKey(nodeSuite, network, 'other'));
    expect(checkProof(nodeSuite, { ...whole, signed: utf8('other bytes') })).toBe(false);
    expect(checkProof(nodeSuite, { ...whole, to: other.publicKey })).toBe(false);
    expect(checkProof(nodeSuite, { ...whole, network: elsewhere })).toBe(false);
    expect(checkProof(nodeSuite, { ...whole, proof: nodeSuite.sign(channel.seed, signed) })).toBe(false);
    expect(checkProof(nodeSuite, { ...whole, proof: new Uint8Array(0) })).toBe(false);
  });

  test('an id that is no key proves nothing', () => {
    const identity = Uint8Array.of(1, ...new Uint8Array(31));
    expect(checkProof(nodeSuite, { ...whole, to: identity, proof: new Uint8Array(64) })).toBe(false);
  });
});

describe('§3.3 sealing to a channel', () => {
  const payload = sealForChannel(nodeSuite, random(), { key, aad, content });

  test('who has the key reads it, with any suite', () => {
    for (const suite of [nodeSuite, nobleSuite]) {
      expect(openFromChannel(suite, { key, aad, payload })).toEqual(content);
      expect(sealForChannel(suite, random(), { key, aad, content })).toEqual(payload);
    }
    expect(hex(nodeSuite.hash(payload))).toBe('59d6c5c23c2a54c3a455fe44bab8c1adf5c990e7de9c4b5642f80c75305d9c33');
  });

  test('another key or header does not open it, and no altered payload opens', () => {
    expect(openFromChannel(nodeSuite, { key: new Uint8Array(32), aad, payload })).toBeUndefined();
    expect(openFromChannel(nodeSuite, { key, aad: utf8('x'), payload })).toBeUndefined();
    for (let bit = 0; bit < payload.length * 8; bit += 13) {
      const altered = payload.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(openFromChannel(nodeSuite, { key, aad, payload: altered })).toBeUndefined();
    }
  });

  test('when entropy repeats, as after a restored snapshot, another text or header still has another key', () => {
    const stuck: Random = { bytes: (count) => new Uint8Array(count) };
    const salt = (changes: object) => {
      const parts = decodeCbor(sealForChannel(nodeSuite, stuck, { key, aad, content, ...changes })) as Cbor[];
      return hex(parts[1] as Uint8Array);
    };
    expect(salt({})).toBe(salt({}));
    expect(new Set([salt({}), salt({ content: utf8('hello, ale') }), salt({ aad: utf8('h') })]).size).toBe(3);
  });

  test('other suites and shapes, and any bytes, are refused without an exception', () => {
    const parts = decodeCbor(payload) as Cbor[];
    for (const other of [
      [2, parts[1]!, parts[2]!],
      [1, new Uint8Array(31), parts[2]!],
      parts.slice(0, 2),
      [...parts, 1],
      7,
    ]) {
      expect(openFromChannel(nodeSuite, { key, aad, payload: encodeCbor(other) })).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(openFromChannel(nodeSuite, { key, aad, payload: bytes })).toBeUndefined();
      }),
    );
  });

  test('the longest content fits an envelope', () => {
    const longest = new Uint8Array(CONTENT_BYTES_MAX).fill(1);
    const sealed = sealForChannel(nodeSuite, random(), { key, aad, content: longest });
    expect(sealed.length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(openFromChannel(nodeSuite, { key, aad, payload: sealed })).toEqual(longest);
  });
});
