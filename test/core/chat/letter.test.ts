import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AFTER_IDS_MAX,
  CONTENT_BYTES_MAX,
  NAME_UNITS_MAX,
  PAYLOAD_BYTES_MAX,
  TEXT_BYTES_MAX,
} from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { type Cbor, decodeCbor, encodeCbor } from '../../../src/core/bytes/cbor.ts';
import {
  type Author,
  readDirect,
  readFromChannel,
  verifyEnvelope,
  writeDirect,
  writeToChannel,
} from '../../../src/core/chat/letter.ts';
import type { ChannelRecord } from '../../../src/core/chat/record.ts';
import { channelIdentity, openChannelKey, sealForChannel, signProof } from '../../../src/core/crypto/channel-key.ts';
import { nobleSuite as suite } from '../../../src/core/crypto/noble-suite.ts';
import { signedBytes as bytesToSign, networkTag } from '../../../src/core/crypto/purpose.ts';
import { sealFor } from '../../../src/core/crypto/seal.ts';
import { encodeContent, type TextContent } from '../../../src/core/wire/content.ts';
import {
  decodeEnvelope,
  type Envelope,
  type EnvelopeId,
  encodeEnvelope,
  encodeSigned,
  envelopeId,
  type Signed,
} from '../../../src/core/wire/envelope.ts';
import { author, testNetwork } from '../../support/authors.ts';
import { mixedOrderKey, mixedOrderSignature } from '../../support/mixed-order.ts';

const [ann, bob, eve] = [author('ann'), author('bob'), author('eve')];
const calendar = timestamp(1_700_000_040_123);
const hi: TextContent = {
  type: 'text',
  created: calendar,
  epoch: new Uint8Array(8).fill(7),
  seq: 1,
  after: [],
  name: '',
  text: 'hi bob',
};
/** As large as a text of ours can get. */
const largest: TextContent = {
  ...hi,
  created: timestamp(Number.MAX_SAFE_INTEGER),
  seq: Number.MAX_SAFE_INTEGER,
  after: Array.from({ length: AFTER_IDS_MAX }, () => 'ab'.repeat(32) as EnvelopeId),
  name: '界'.repeat(NAME_UNITS_MAX),
  text: 'x'.repeat(TEXT_BYTES_MAX),
  re: 'ab'.repeat(32) as EnvelopeId,
};

const channel = (topic: string): ChannelRecord => {
  const key = openChannelKey(suite, testNetwork, topic);
  return { id: channelIdentity(suite, testNetwork, key).id, topic, key, open: true, joined: calendar };
};
const hill = channel('hill');

const verify = (envelope: Envelope) => verifyEnvelope(suite, testNetwork, envelope);

/** The envelope as `by` would have signed it, with some fields changed. */
function resigned({ signed }: Envelope, by: Author, changes: Partial<Signed>): Envelope {
  return wrap(encodeSigned({ ...signed, ...changes }), by);
}

/** An envelope of ann for bob with some fields changed and the content sealed for them, as only ann herself can. */
function sealed({ signed }: Envelope, changes: Partial<Signed>, content: Uint8Array): Envelope {
  const unsealed = { ...signed, ...changes, payload: new Uint8Array(0) };
  const way = { from: ann.publicKey, to: bob.publicKey, aad: encodeSigned(unsealed) };
  return wrap(encodeSigned({ ...unsealed, payload: sealFor(suite, ann.random, { ...way, content }) }), ann);
}

/** Any signed bytes, as an envelope of `by`. */
function wrap(signedBytes: Uint8Array, by: Author): Envelope {
  const signature = suite.sign(by.seed, bytesToSign('envelope', testNetwork, signedBytes));
  const parts = { signedBytes, signature, hop: { count: 0, ageSeconds: 0 }, proof: undefined };
  return decodeEnvelope(suite, encodeEnvelope(parts));
}

/** The envelope with one more key in what is signed. */
function withKey({ signedBytes }: Envelope, by: Author, key: number, value: Cbor): Envelope {
  const map = decodeCbor(signedBytes) as ReadonlyMap<number | string, Cbor>;
  return wrap(encodeCbor(new Map(map).set(key, value)), by);
}

describe('§3.1 direct envelopes', () => {
  const envelope = writeDirect(ann, { to: bob.id, content: hi, calendar });

  test('the recipient reads what was written, after a way over the wire', () => {
    const arrived = decodeEnvelope(suite, encodeEnvelope({ ...envelope, hop: { count: 3, ageSeconds: 60 } }));
    expect(verify(arrived)).toBe('valid');
    expect(readDirect(bob, arrived)).toEqual(hi);
  });

  test('nobody else reads it, the sender included', () => {
    expect(readDirect(eve, envelope)).toBeUndefined();
    expect(readDirect(ann, envelope)).toBeUndefined();
  });

  test('the time outside the seal is rounded down to the minute', () => {
    expect(envelope.signed.created).toBe(1_700_000_040_000);
    expect(envelope.signed.created % 60_000).toBe(0);
  });

  test('a receipt and a short text are the same size', () => {
    const receipt = writeDirect(ann, {
      to: bob.id,
      content: { type: 'receipt', ids: [envelope.id], hops: [1], read: false },
      calendar,
    });
    expect(encodeEnvelope(receipt).length).toBe(encodeEnvelope(envelope).length);
  });

  test('a text of 60 KiB fits an envelope', () => {
    const full = writeDirect(ann, { to: bob.id, content: largest, calendar });
    expect(full.signed.payload.length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(readDirect(bob, decodeEnvelope(suite, encodeEnvelope(full)))).toEqual(largest);
    expect(TEXT_BYTES_MAX + 400 + 3 * NAME_UNITS_MAX).toBeLessThan(CONTENT_BYTES_MAX);
  });

  test('a single byte changed anywhere in what is signed makes it invalid or another that does not verify', () => {
    fc.assert(
      fc.property(fc.nat(envelope.signedBytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const signedBytes = envelope.signedBytes.slice();
        signedBytes[at]! ^= by;
        expect(verify({ ...envelope, signedBytes })).toBe('invalid');
      }),
      { numRuns: 20 },
    );
  });

  test('a signature by another key is invalid', () => {
    expect(verify({ ...envelope, signature: resigned(envelope, eve, {}).signature })).toBe('invalid');
  });

  test('an envelope of another network is invalid', () => {
    expect(verifyEnvelope(suite, networkTag(suite, 'elsewhere'), envelope)).toBe('invalid');
  });

  test('a sender that is no NodeId is invalid, even one whose signature holds', () => {
    const { signedBytes } = resigned(envelope, ann, { from: mixedOrderKey });
    const message = bytesToSign('envelope', testNetwork, signedBytes);
    const signature = mixedOrderSignature(message);
    expect(suite.verify(mixedOrderKey, message, signature)).toBe(true);
    expect(verify(decodeEnvelope(suite, encodeEnvelope({ ...envelope, signedBytes, signature })))).toBe('invalid');
  });

  test('a direct envelope with a proof is invalid', () => {
    expect(verify({ ...envelope, proof: new Uint8Array(64) })).toBe('invalid');
  });

  test('a ciphertext taken out and signed by another opens for nobody', () => {
    const stolen = resigned(envelope, eve, { from: eve.publicKey });
    expect(verify(stolen)).toBe('valid');
    expect(readDirect(bob, stolen)).toBeUndefined();
  });

  for (const change of [{ ttlSeconds: 60 }, { hopsMax: 3 }, { created: timestamp(0) }] as const) {
    test(`a ciphertext does not open under another ${Object.keys(change)[0]}, even one that its sender signs`, () => {
      expect(readDirect(bob, resigned(envelope, ann, change))).toBeUndefined();
    });
  }

  test('a payload that is not sealed, or sealed nonsense, is read as nothing', () => {
    expect(readDirect(bob, resigned(envelope, ann, { payload: new Uint8Array([1, 2, 3]) }))).toBeUndefined();
    expect(readDirect(bob, sealed(envelope, {}, new Uint8Array([1, 2, 3])))).toBeUndefined();
    expect(readDirect(bob, sealed(envelope, {}, encodeContent(hi)))).toEqual(hi);
  });

  test('asks for 72 hours and 16 hops, or for what it is told', () => {
    expect(envelope.signed).toMatchObject({ version: 1, kind: 1, ttlSeconds: 259_200, hopsMax: 16 });
    const other = writeDirect(ann, { to: bob.id, content: hi, calendar, ttlSeconds: 60, hopsMax: 2 });
    expect(other.signed).toMatchObject({ ttlSeconds: 60, hopsMax: 2 });
    expect(readDirect(bob, other)).toEqual(hi);
  });
});

describe('§3 versions, kinds and keys that we do not know', () => {
  const envelope = writeDirect(ann, { to: bob.id, content: hi, calendar });

  test('are carried unread when the signature holds', () => {
    for (const change of [{ version: 2 }, { kind: 77 }, { kind: 3 }]) {
      const later = sealed(envelope, change, encodeContent(hi));
      expect(verify(later)).toBe('unsupported');
      expect(readDirect(bob, later)).toBeUndefined();
    }
  });

  test('are invalid when it does not', () => {
    const later = resigned(envelope, ann, { version: 2 });
    expect(verify({ ...later, signature: envelope.signature })).toBe('invalid');
  });

  test('an unknown even key is ignored by the recipient, an unknown odd one makes it "unsupported"', () => {
    // What is sealed is sealed to the unknown key as well, so a newer sender is written by hand here.
    const write = (key: number): Envelope => {
      const unsealed = encodeSigned({ ...envelope.signed, payload: new Uint8Array(0) });
      const aad = encodeCbor(new Map(decodeCbor(unsealed) as ReadonlyMap<number, Cbor>).set(key, 'later'));
      const payload = sealFor(suite, ann.random, {
        from: ann.publicKey,
        to: bob.publicKey,
        aad,
        content: encodeContent(hi),
      });
      return withKey(resigned(envelope, ann, { payload }), ann, key, 'later');
    };
    expect(verify(write(20))).toBe('valid');
    expect(readDirect(bob, write(20))).toEqual(hi);
    expect(verify(write(9))).toBe('valid');
    expect(readDirect(bob, write(9))).toMatchObject({ type: 'unsupported', seq: 1 });
  });

  test('a key added by a carrier breaks the signature', () => {
    expect(verify({ ...withKey(envelope, eve, 20, 1) })).toBe('invalid');
  });
});

describe('§3.3 channel envelopes', () => {
  const envelope = writeToChannel(ann, { channel: hill, content: hi, calendar });

  test('everyone who has the key reads it', () => {
    const arrived = decodeEnvelope(suite, encodeEnvelope(envelope));
    expect(verify(arrived)).toBe('valid');
    expect(readFromChannel(suite, hill, arrived)).toEqual(hi);
  });

  test('a text of 60 KiB fits an envelope', () => {
    const full = writeToChannel(ann, { channel: hill, content: largest, calendar });
    expect(full.signed.payload.length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(readFromChannel(suite, hill, full)).toEqual(largest);
  });

  test('who knows only the id refuses what no holder of the key wrote', () => {
    expect(verify({ ...envelope, proof: undefined })).toBe('invalid');
    expect(verify({ ...envelope, proof: new Uint8Array(64) })).toBe('invalid');
    // Eve signs what ann wrote to the channel as her own, and keeps ann's proof.
    expect(verify({ ...resigned(envelope, eve, { from: eve.publicKey }), proof: envelope.proof })).toBe('invalid');
  });

  test('a proof is of one channel', () => {
    const moved = resigned(envelope, ann, {
      to: new Uint8Array(channelIdentity(suite, testNetwork, channel('sea').key).publicKey),
    });
    expect(verify({ ...moved, proof: envelope.proof })).toBe('invalid');
  });

  test('another channel, or a wrong key under the same id, reads nothing', () => {
    expect(readFromChannel(suite, channel('sea'), envelope)).toBeUndefined();
    expect(readFromChannel(suite, { id: hill.id, key: channel('sea').key }, envelope)).toBeUndefined();
  });

  test('the key of one channel opens nothing that goes to another, even what a member of both made so', () => {
    const sea = channelIdentity(suite, testNetwork, channel('sea').key);
    const unsealed = { ...envelope.signed, to: sea.publicKey, payload: new Uint8Array(0) };
    const aad = encodeSigned(unsealed);
    const payload = sealForChannel(suite, ann.random, { key: hill.key, aad, content: encodeContent(hi) });
    const crossed = wrap(encodeSigned({ ...unsealed, payload }), ann);
    const proof = signProof(suite, sea, testNetwork, crossed.signedBytes);
    expect(verify({ ...crossed, proof })).toBe('valid');
    expect(readFromChannel(suite, hill, crossed)).toBeUndefined();
    expect(readFromChannel(suite, channel('sea'), crossed)).toBeUndefined();
  });

  test('of a later version is carried and not read, and sealed nonsense is read as nothing', () => {
    const write = (changes: Partial<Signed>, content: Uint8Array): Envelope => {
      const unsealed = { ...envelope.signed, ...changes, payload: new Uint8Array(0) };
      const payload = sealForChannel(suite, ann.random, { key: hill.key, aad: encodeSigned(unsealed), content });
      return wrap(encodeSigned({ ...unsealed, payload }), ann);
    };
    expect(readFromChannel(suite, hill, write({}, encodeContent(hi)))).toEqual(hi);
    expect(readFromChannel(suite, hill, write({}, new Uint8Array([0xff])))).toBeUndefined();
    expect(readFromChannel(suite, hill, write({ version: 2 }, encodeContent(hi)))).toBeUndefined();
    expect(readFromChannel(suite, hill, write({ kind: 1 }, encodeContent(hi)))).toBeUndefined();
  });

  test('a member cannot sign another member’s text as its own', () => {
    const stolen = resigned(envelope, eve, { from: eve.publicKey });
    expect(readFromChannel(suite, hill, stolen)).toBeUndefined();
  });

  test('is not read as direct mail, nor direct mail as a post', () => {
    expect(readDirect(bob, envelope)).toBeUndefined();
    expect(readFromChannel(suite, hill, writeDirect(ann, { to: bob.id, content: hi, calendar }))).toBeUndefined();
  });

  test('the same text twice is two messages', () => {
    expect(writeToChannel(ann, { channel: hill, content: hi, calendar }).id).not.toBe(envelope.id);
    expect(envelope.id).toBe(envelopeId(suite, envelope.signedBytes));
  });
});
