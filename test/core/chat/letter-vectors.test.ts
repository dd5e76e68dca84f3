import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { hex } from '../../../src/core/bytes/hex.ts';
import {
  type Author,
  readDirect,
  readFromChannel,
  verifyEnvelope,
  writeDirect,
  writeToChannel,
} from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import { nodeIdOf } from '../../../src/core/crypto/node-id.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import { decodeContent, encodeContent } from '../../../src/core/wire/content.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope } from '../../../src/core/wire/envelope.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { unhex, vectors } from '../../support/vectors.ts';

type Hex = string;

/** test/vectors/qpc/envelopes.json: everything that goes into an envelope, and what comes out. */
type Case = {
  readonly what: string;
  readonly networkId: string;
  readonly network: Hex;
  readonly fromSeed: Hex;
  /** A direct envelope has a recipient, the other is for an open channel. */
  readonly toSeed?: Hex;
  readonly topic?: string;
  readonly channelKey?: Hex;
  readonly channelId?: string;
  /** The 32 random bytes that sealing draws: the ephemeral secret, or the entropy of the salt. */
  readonly entropy: Hex;
  readonly content: Hex;
  /** Milliseconds since 1970, before rounding. */
  readonly calendar: number;
  readonly envelope: Hex;
  readonly id: Hex;
};

const cases = vectors<readonly Case[]>('qpc/envelopes.json');

function authorOf(seed: Hex, network: Uint8Array, entropy: Hex): Author {
  const publicKey = suite.publicKey(unhex(seed));
  const random = { bytes: () => unhex(entropy) };
  return { suite, random, seed: unhex(seed), id: nodeIdOf(publicKey), publicKey, network };
}

function write(given: Case): Envelope {
  const author = authorOf(given.fromSeed, networkTag(suite, given.networkId), given.entropy);
  const letter = { content: decodeContent(unhex(given.content)), calendar: timestamp(given.calendar) };
  if (given.toSeed !== undefined) {
    return writeDirect(author, { ...letter, to: nodeIdOf(suite.publicKey(unhex(given.toSeed))) });
  }
  return writeToChannel(author, { ...letter, channel: channelOf(given) });
}

function channelOf({ topic = '', networkId }: Case) {
  const network = networkTag(suite, networkId);
  const key = openChannelKey(suite, network, topic);
  return { id: channelIdentity(suite, network, key).id, topic, key, open: true, joined: timestamp(0) };
}

describe('§3 whole envelopes, byte for byte', () => {
  test('there is a direct one and one of a channel', () => expect(cases.length).toBe(2));

  for (const given of cases) {
    test(`${given.what} is written like this`, () => {
      const envelope = write(given);
      expect(hex(encodeEnvelope(envelope))).toBe(given.envelope);
      expect(envelope.id).toBe(given.id);
    });

    test(`${given.what} is verified and read`, () => {
      const network = networkTag(suite, given.networkId);
      expect(hex(network)).toBe(given.network);
      const envelope = decodeEnvelope(suite, unhex(given.envelope));
      expect(verifyEnvelope(suite, network, envelope)).toBe('valid');
      const content = given.toSeed
        ? readDirect(authorOf(given.toSeed, network, ''), envelope)
        : readFromChannel(suite, channelOf(given), envelope);
      expect(content && hex(encodeContent(content))).toBe(given.content);
    });
  }

  test('the channel has this key and id', () => {
    const given = cases.find(({ topic }) => topic !== undefined)!;
    expect(hex(channelOf(given).key)).toBe(given.channelKey);
    expect(channelOf(given).id).toBe(given.channelId);
  });
});
