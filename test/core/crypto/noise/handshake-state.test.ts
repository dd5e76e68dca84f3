import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, hex } from '../../../../src/core/bytes/hex.ts';
import { nobleSuite as suite } from '../../../../src/core/crypto/noble-suite.ts';
import { CipherState } from '../../../../src/core/crypto/noise/cipher-state.ts';
import { Initiator, keyPair, Responder } from '../../../../src/core/crypto/noise/handshake-state.ts';

type Vector = {
  readonly init_prologue: string;
  readonly init_static: string;
  readonly init_ephemeral: string;
  readonly init_remote_static: string;
  readonly resp_static: string;
  readonly resp_ephemeral: string;
  readonly handshake_hash: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
};

const vectors = (
  JSON.parse(readFileSync(new URL('../../../vectors/noise/cacophony-ik.json', import.meta.url), 'utf8')) as {
    vectors: Vector[];
  }
).vectors;
const bytes = (text: string): Uint8Array => fromHex(text)!;

function sides(vector: Vector) {
  const prologue = bytes(vector.init_prologue);
  const initiator = new Initiator({
    suite,
    prologue,
    own: keyPair(suite, bytes(vector.init_static)),
    ephemeral: keyPair(suite, bytes(vector.init_ephemeral)),
    server: bytes(vector.init_remote_static),
  });
  const responder = new Responder({ suite, prologue, own: keyPair(suite, bytes(vector.resp_static)) });
  return { initiator, responder, ephemeral: keyPair(suite, bytes(vector.resp_ephemeral)) };
}

describe('Noise_IK_25519_ChaChaPoly_SHA256', () => {
  test('there are vectors', () => expect(vectors.length).toBeGreaterThan(0));

  for (const [index, vector] of vectors.entries()) {
    test(`published vector ${index}: both messages, the hash and the transport keys`, () => {
      const { initiator, responder, ephemeral } = sides(vector);
      const [first, second, ...rest] = vector.messages;
      const message1 = initiator.writeMessage1(bytes(first!.payload));
      expect(hex(message1)).toBe(first!.ciphertext);
      const read1 = responder.readMessage1(message1)!;
      expect(hex(read1.payload)).toBe(first!.payload);
      expect(hex(read1.client)).toBe(hex(keyPair(suite, bytes(vector.init_static)).publicKey));

      const written = responder.writeMessage2(ephemeral, bytes(second!.payload));
      expect(hex(written.message)).toBe(second!.ciphertext);
      const read2 = initiator.readMessage2(written.message)!;
      expect(hex(read2.payload)).toBe(second!.payload);
      expect(hex(read2.secrets.hash)).toBe(vector.handshake_hash);
      expect(read2.secrets).toEqual(written.secrets);

      const ciphers = [read2.secrets.clientToServer, read2.secrets.serverToClient].map(
        (secret) => new CipherState(suite.aead(secret)),
      );
      for (const [i, { payload, ciphertext }] of rest.entries()) {
        expect(hex(ciphers[i % 2]!.encrypt(new Uint8Array(0), bytes(payload)))).toBe(ciphertext);
      }
    });
  }

  test('a message with any bit flipped, cut or extended changes nothing, and the right one is still read', () => {
    const { initiator, responder, ephemeral } = sides(vectors[0]!);
    const message1 = initiator.writeMessage1(bytes('c0ffee'));
    expect(readsOnlyTheRight(message1, (message) => responder.readMessage1(message))).toBe(true);
    const { message } = responder.writeMessage2(ephemeral, bytes('7ea0'));
    expect(readsOnlyTheRight(message, (wrong) => initiator.readMessage2(wrong))).toBe(true);
  });

  test('a key that agrees to zero ends the handshake without a word', () => {
    const { responder } = sides(vectors[0]!);
    expect(responder.readMessage1(new Uint8Array(200))).toBeUndefined();
  });

  test('another prologue is another handshake', () => {
    const { initiator } = sides(vectors[0]!);
    const own = keyPair(suite, bytes(vectors[0]!.resp_static));
    const other = new Responder({ suite, prologue: new Uint8Array([1]), own });
    expect(other.readMessage1(initiator.writeMessage1(new Uint8Array(0)))).toBeUndefined();
  });

  function readsOnlyTheRight(right: Uint8Array, read: (message: Uint8Array) => unknown): boolean {
    fc.assert(
      fc.property(fc.nat(right.length * 8 - 1), (bit) => {
        const flipped = right.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(read(flipped)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
    for (let length = 0; length < right.length; length += 7) expect(read(right.subarray(0, length))).toBeUndefined();
    expect(read(new Uint8Array([...right, 0]))).toBeUndefined();
    return read(right) !== undefined;
  }
});
