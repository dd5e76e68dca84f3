import { describe, expect, test } from 'vitest';
import { CHANNELS_MAX } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { Channels, type Joining } from '../../../src/core/chat/channels.ts';
import type { ChannelRecord } from '../../../src/core/chat/record.ts';
import { nobleSuite as suite } from '../../../src/core/crypto/noble-suite.ts';
import { networkTag } from '../../../src/core/crypto/purpose.ts';
import { formatInvite } from '../../../src/core/wire/channel-invite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { testNetwork } from '../../support/authors.ts';

const now = timestamp(1_700_000_000_000);
const node = (name: string, records: readonly ChannelRecord[] = [], network = testNetwork): Channels =>
  new Channels({ suite, random: new SeededRandom(name), network, records });

/** Joins where nothing is wrong. */
function joined(channels: Channels, how: Joining): ChannelRecord {
  const record = channels.join(how, now);
  if ('why' in record) throw new Error(`not joined: ${record.why}`);
  return record;
}

describe('§3.3 open channels', () => {
  test('everyone who writes the topic in any spelling is in the same channel', () => {
    const one = joined(node('ann'), { topic: '#Hill-Café' });
    const two = joined(node('bob'), { topic: 'hill-cafe\u0301' });
    expect(two).toEqual(one);
    expect(one).toMatchObject({ topic: 'hill-café', open: true, joined: now });
  });

  test('the same topic in another network is another channel', () => {
    const there = node('ann', [], networkTag(suite, 'elsewhere'));
    expect(joined(there, { topic: 'hill' }).id).not.toBe(joined(node('ann'), { topic: 'hill' }).id);
  });

  test('needs no invite', () => {
    const channels = node('ann');
    expect(channels.invite(joined(channels, { topic: 'hill' }))).toBeUndefined();
  });

  test('joining twice gives the same channel', () => {
    const channels = node('ann');
    const first = joined(channels, { topic: 'hill' });
    expect(channels.join({ topic: '#hill' }, timestamp(5))).toBe(first);
    expect(channels.all()).toEqual([first]);
  });

  for (const topic of ['', '#', '../etc', 'a b', 'x'.repeat(65), '\u202ehill']) {
    test(`${JSON.stringify(topic)} is no topic`, () => {
      expect(node('ann').join({ topic }, now)).toMatchObject({ why: 'bad-topic' });
    });
  }
});

describe('§3.3 private channels', () => {
  test('have a key of their own, and who has the invite is in', () => {
    const [ann, bob] = [node('ann'), node('bob')];
    const made = joined(ann, { topic: 'crew', private: true });
    expect(made.open).toBe(false);
    expect(made.id).not.toBe(joined(node('eve'), { topic: 'crew' }).id);
    expect(joined(bob, { topic: '', invite: ann.invite(made)! })).toEqual(made);
    expect(joined(bob, { topic: '#crew', invite: ann.invite(made)! })).toEqual(made);
  });

  test('two of the same topic are different', () => {
    expect(joined(node('ann'), { topic: 'crew', private: true }).id).not.toBe(
      joined(node('bob'), { topic: 'crew', private: true }).id,
    );
  });

  test('an invite for another topic than the one that was typed is refused', () => {
    const ann = node('ann');
    const invite = ann.invite(joined(ann, { topic: 'crew', private: true }))!;
    expect(node('bob').join({ topic: 'hill', invite }, now)).toMatchObject({ why: 'bad-invite' });
  });

  for (const invite of ['', 'crew', 'qpc-channel:crew?v=1&key=abc', 'qpc-channel:crew?v=2']) {
    test(`${JSON.stringify(invite)} is no invite`, () => {
      expect(node('bob').join({ topic: 'crew', invite }, now)).toMatchObject({ why: 'bad-invite' });
    });
  }

  test('an invite that carries the key of an open channel makes an open channel, and says so', () => {
    const { topic, key } = joined(node('ann'), { topic: 'hill' });
    expect(joined(node('bob'), { topic, invite: formatInvite(suite, { topic, key }) }).open).toBe(true);
  });

  test('a private channel is never taken for an open one of the same topic, nor the other way round', () => {
    const open = node('ann');
    joined(open, { topic: 'crew' });
    expect(open.join({ topic: 'crew', private: true }, now)).toMatchObject({ why: 'bad-topic' });
    const closed = node('bob');
    const made = joined(closed, { topic: 'crew', private: true });
    expect(closed.join({ topic: 'crew' }, now)).toBe(made);
    expect(closed.join({ topic: 'crew', private: true }, now)).toBe(made);
    const other = node('carol');
    const invite = other.invite(joined(other, { topic: 'crew', private: true }))!;
    expect(closed.join({ topic: 'crew', invite }, now)).toMatchObject({ why: 'bad-topic' });
  });
});

describe('the channels of a node', () => {
  test('are found by id and by topic, until they are left', () => {
    const channels = node('ann');
    const hill = joined(channels, { topic: 'hill' });
    expect(channels.byId(hill.id)).toBe(hill);
    expect(channels.byTopic('#HILL')).toBe(hill);
    expect(channels.leave(hill.id)).toBe(hill);
    expect([channels.byId(hill.id), channels.byTopic('hill'), channels.leave(hill.id)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('come back after a restart, the private key with them', () => {
    const before = node('ann');
    const records = [joined(before, { topic: 'hill' }), joined(before, { topic: 'crew', private: true })];
    const after = node('later', records);
    expect(after.all()).toEqual(records);
    expect(after.invite(records[1]!)).toBe(before.invite(records[1]!));
  });

  test('are at most 256', () => {
    const records = Array.from({ length: CHANNELS_MAX }, (_, i) => ({
      id: `id${i}`,
      topic: `t${i}`,
      key: new Uint8Array(32),
      open: true,
      joined: now,
    }));
    const channels = node('ann', records);
    expect(channels.join({ topic: 'more' }, now)).toMatchObject({ why: 'too-many' });
    expect(channels.join({ topic: 't7' }, now)).toBe(records[7]);
  });
});
