import { timestamp } from '../../src/core/base/time.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import { type Author, writeToChannel } from '../../src/core/chat/letter.ts';
import type { ChannelRecord } from '../../src/core/chat/record.ts';
import { channelIdentity, openChannelKey } from '../../src/core/crypto/channel-key.ts';
import { nodeIdOf } from '../../src/core/crypto/node-id.ts';
import { networkTag } from '../../src/core/crypto/purpose.ts';
import { headOf } from '../../src/core/node/new-head.ts';
import type { StoreRecord } from '../../src/core/node/record.ts';
import { type Envelope, encodeEnvelope } from '../../src/core/wire/envelope.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import type { SmallWorld } from './small-world.ts';

const network = networkTag(paperSuite, 'test');
const key = openChannelKey(paperSuite, network, 'hill');
const { id } = channelIdentity(paperSuite, network, key);
/** When the simulated calendar begins. */
const EPOCH_MS = 1_767_225_600_000;

/** The channel that the members of a small world read. */
export const hill: ChannelRecord = { id, topic: 'hill', key, open: true, joined: timestamp(EPOCH_MS) };

const seed = new Uint8Array(32).fill(99);
const publicKey = paperSuite.publicKey(seed);
/** Somebody who wrote long ago and is no computer of the world. */
const writer: Author = {
  suite: paperSuite,
  random: new SeededRandom('writer'),
  seed,
  id: nodeIdOf(publicKey),
  publicKey,
  network,
};

/** Posts of about 60 letters, numbered from `first`, one each half minute. */
export const posts = (count: number, first = 0): Envelope[] =>
  Array.from({ length: count }, (_, i) => {
    const created = timestamp(EPOCH_MS - 12 * 3_600_000 + (first + i) * 30_000);
    const text = `post ${first + i}: the bridge is open again, and the river falls`;
    const line = {
      created,
      epoch: new Uint8Array(8),
      seq: first + i + 1,
      rank: first + i + 1,
      after: [],
      name: 'writer',
    };
    return writeToChannel(writer, { channel: hill, content: { type: 'text', ...line, text }, calendar: created });
  });

/** A computer that has not started yet reads the channel, and has had these posts. */
export function stock(world: SmallWorld, index: number, envelopes: readonly Envelope[]): void {
  const { disk } = world.computer(index);
  const records: StoreRecord[] = [{ put: 'channel', channel: hill }];
  for (const envelope of envelopes) {
    const bytes = encodeEnvelope(envelope);
    const how = { lane: 'contact', silent: false, copies: 1, size: bytes.length } as const;
    const head = headOf(envelope, { from: writer.id, to: hill.id }, how, timestamp(EPOCH_MS));
    const { created } = envelope.signed;
    const line = {
      conversation: hill.id,
      from: writer.id,
      to: hill.id,
      text: '',
      content: 'text',
      created,
      received: created,
    } as const;
    const run = { hops: 1, epoch: hex(new Uint8Array(8)), seq: 1, rank: 1, after: [] } as const;
    records.push(
      { put: 'envelope', head, bytes },
      { put: 'message', message: { id: envelope.id, kind: 'channel', ...line, ...run } },
    );
  }
  disk.commit(disk.write(records));
  // Its node counts records from 1.
  disk.crash();
}

/** The ids of the posts that a computer keeps, in the order of ids. */
export const postsAt = (world: SmallWorld, index: number): string[] =>
  world
    .computer(index)
    .disk.state()
    .heads.filter(({ kind }) => kind === 2)
    .map((head) => head.id)
    .toSorted();

/** Bytes of envelopes as they are kept. */
export const sizeOf = (envelopes: readonly Envelope[]): number =>
  envelopes.reduce((sum, envelope) => sum + encodeEnvelope(envelope).length, 0);
