import { expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { writeToChannel } from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import { encodeEnvelope } from '../../../src/core/wire/envelope.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author, testNetwork } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';

const key = openChannelKey(suite, testNetwork, 'hill');
const hill = channelIdentity(suite, testNetwork, key);
const calendar = timestamp(1_767_225_600_000);
const ann = author('ann');

/** A node that carries a post of ann's, which it got in a file, and does not read its channel. */
function carrying(): Surrounded {
  const world = new Surrounded();
  const channel = { id: hill.id, topic: 'hill', key, open: true, joined: calendar };
  const line = { created: calendar, epoch: new Uint8Array(8), seq: 1, after: [], name: '' };
  const post = writeToChannel(ann, { channel, content: { type: 'text', ...line, text: 'hi' }, calendar });
  world.node.bring({ envelope: encodeEnvelope(post), copies: 1, again: false }, () => {}, world.now);
  world.run(1_000);
  return world;
}

const shown = ({ events }: Surrounded): string[] =>
  events.flatMap((event) => (event.type === 'message' ? [event.message.text] : []));

function join(world: Surrounded): void {
  world.node.subscribe({ topic: 'hill' }, world.now);
  world.run(1_000);
}

test('what was carried before its channel was read is shown, once, also over a restart', () => {
  const world = carrying();
  join(world);
  expect(shown(world)).toEqual(['hi']);
  world.restart();
  world.run(120_000);
  expect(shown(world)).toEqual(['hi']);
});

test('a disk that has no room for it, or cannot read it, is asked again', () => {
  for (const trouble of ['full', 'unreadable'] as const) {
    const world = carrying();
    if (trouble === 'full') world.diskRefuses = 'full';
    else world.diskUnreadable = true;
    join(world);
    expect(shown(world)).toEqual([]);
    world.diskRefuses = undefined;
    world.diskUnreadable = false;
    world.run(120_000);
    expect(shown(world)).toEqual(['hi']);
  }
});

test('a node that ended before it had read it reads it when it starts', () => {
  const world = carrying();
  world.diskUnreadable = true;
  join(world);
  world.diskUnreadable = false;
  world.restart();
  world.run(1_000);
  expect(shown(world)).toEqual(['hi']);
});

test('its author was there when it was written, not when it is read', () => {
  const world = carrying();
  world.run(3_600_000);
  const before = world.node.members(hill.id, world.now);
  expect(before).toEqual([]);
  join(world);
  expect(world.node.members(hill.id, world.now)).toMatchObject([{ id: ann.id, lastSeen: calendar }]);
});
