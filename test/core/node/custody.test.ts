import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { RECEIPTS_KEPT_MAX, RECEIPTS_TO_ONE_MAX, STRANGER_ENVELOPES_MAX } from '../../../src/core/base/limits.ts';
import { instant, timestamp } from '../../../src/core/base/time.ts';
import { fromBase32 } from '../../../src/core/bytes/base32.ts';
import { type Author, writeDirect } from '../../../src/core/chat/letter.ts';
import { channelIdentity, openChannelKey } from '../../../src/core/crypto/channel-key.ts';
import type { Sent } from '../../../src/core/node/commands.ts';
import type { NodeEvent } from '../../../src/core/node/event.ts';
import { PEER_LIMITS } from '../../../src/core/node/peer-limits.ts';
import { Shelf } from '../../../src/core/store/shelf.ts';
import { decodeEnvelope, type Envelope, type EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author, testNetwork } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';
import { aHead } from '../../support/heads.ts';

const bob = author('bob');
const calendar = timestamp(1_767_225_600_000);
const TTL_MS = 72 * 3600 * 1000;

/** The id of a message that was taken. */
function idOf(sent: Sent): EnvelopeId {
  if (!('id' in sent)) throw new Error(sent.why);
  return sent.id;
}

/** The states that were told of a message, in order. */
const states = (world: Surrounded, id: EnvelopeId): string[] =>
  world.events
    .filter((event): event is NodeEvent & { type: 'delivery' } => event.type === 'delivery' && event.id === id)
    .map(({ state }) => state);

/** The ids that were pushed to a neighbour, in order. */
const pushedTo = (neighbour: HandMade): EnvelopeId[] =>
  neighbour.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id);

const receiptFor = (world: Surrounded, id: EnvelopeId, by: Author): Envelope =>
  writeDirect(by, { to: world.self.id, content: { type: 'receipt', ids: [id], hops: [1], read: false }, calendar });

describe('custody begins with the commit', () => {
  test('a recipient that comes before the message is on disk gets it when it is, and nothing is taken for damaged', () => {
    const world = new Surrounded();
    world.diskHangs = true;
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    const neighbour = world.neighbour('bob');
    expect(neighbour.pushed).toEqual([]);
    expect(states(world, id)).toEqual([]);
    world.diskHangs = false;
    world.run(100);
    expect(pushedTo(neighbour)).toEqual([id]);
    expect(states(world, id)).toEqual(['queued', 'sent']);
  });

  test('a message that the disk refuses is `refused`, never `queued`, and goes nowhere', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    world.diskRefuses = 'full';
    const ids = ['one', 'two'].map((text) => idOf(world.node.send(bob.id, text, world.now)));
    world.run(1_000);
    expect(ids.map((id) => states(world, id))).toEqual([['refused'], ['refused']]);
    world.diskRefuses = undefined;
    world.run(3_600_000);
    expect(neighbour.pushed).toEqual([]);
    expect(ids.map((id) => world.disk.message(id))).toEqual([undefined, undefined]);
    expect(world.node.store(world.now).outbox.envelopes).toBe(0);
  });

  test('messages that were never written leave no gap in the numbers of a conversation', () => {
    const world = new Surrounded();
    const numberOf = (id: EnvelopeId) => world.disk.message(id)!.seq;
    world.diskRefuses = 'io';
    for (const text of ['one', 'two', 'three']) world.node.send(bob.id, text, world.now);
    world.run(100);
    world.diskRefuses = undefined;
    const id = idOf(world.node.send(bob.id, 'four', world.now));
    world.run(100);
    expect([numberOf(id), world.disk.message(id)!.after]).toEqual([1, []]);
  });
});

describe('evidence of delivery', () => {
  test('a receipt that the disk refuses is not taken; offered again it is, and counts once it is on disk', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    world.run(100);
    world.diskRefuses = 'full';
    const receipt = receiptFor(world, id, bob);
    const offer = () => neighbour.push(receipt).answer;
    expect([offer(), offer()]).toEqual([
      { type: 'refused', reason: 'full' },
      { type: 'refused', reason: 'full' },
    ]);
    expect(states(world, id)).toEqual(['queued', 'sent']);
    world.diskRefuses = undefined;
    world.run(60_000);
    expect(offer()).toEqual({ type: 'accepted', copies: 1 });
    expect(states(world, id)).toEqual(['queued', 'sent', 'delivered']);
    expect(world.disk.delivery(id)?.state).toBe('delivered');
    expect(world.disk.envelope(id)).toBeUndefined();
    expect(offer()).toEqual({ type: 'done' });
  });

  test('a receipt that comes after the message expired, or was discarded, still counts', () => {
    const world = new Surrounded();
    const [expired, discarded] = ['one', 'two'].map((text) => idOf(world.node.send(bob.id, text, world.now)));
    world.run(100);
    world.node.discard(discarded!, world.now);
    world.run(TTL_MS);
    expect(states(world, expired!)).toEqual(['queued', 'expired']);
    const neighbour = world.neighbour('bob');
    for (const id of [expired!, discarded!]) {
      expect(neighbour.push(receiptFor(world, id, bob)).answer?.type).toBe('accepted');
      expect(states(world, id).at(-1)).toBe('delivered');
    }
  });

  test('nobody else can confirm a message', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('eve');
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    world.run(100);
    neighbour.push(receiptFor(world, id, neighbour.author));
    expect(states(world, id)).toEqual(['queued']);
    expect(world.disk.envelope(id)).toBeDefined();
  });

  test('a post that others took over is not called expired when its time is over; one that nobody took is', () => {
    const world = new Surrounded();
    const { publicKey: channel } = channelIdentity(suite, testNetwork, openChannelKey(suite, testNetwork, 'hill'));
    const joined = world.node.subscribe({ topic: 'hill' }, world.now);
    const publish = () => idOf(world.node.publish('id' in joined ? joined.id : '', 'hi', world.now));
    const unheard = publish();
    world.run(TTL_MS - 1_000);
    const reader = world.neighbour('bob');
    reader.say({ type: 'interest', channel, tag: new Uint8Array(8).fill(9), hops: 0 });
    const heard = publish();
    world.run(TTL_MS);
    expect(states(world, unheard)).toEqual(['queued', 'expired']);
    expect(states(world, heard)).toEqual(['queued', 'carried']);
    expect(world.node.store(world.now).outbox.envelopes).toBe(0);
  });
});

describe('giving up a message', () => {
  test('is possible until its recipient has it: then it would be called refused, and has come', () => {
    const world = new Surrounded();
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    world.neighbour('bob');
    world.run(100);
    expect(world.node.discard(id, world.now)).toBe(false);
    world.run(100);
    expect(states(world, id)).toEqual(['queued', 'sent']);
  });

  test('of a channel is possible until somebody has taken it, for others show it from then on', () => {
    const world = new Surrounded();
    const joined = world.node.subscribe({ topic: 'hill' }, world.now);
    const channel = 'id' in joined ? joined.id : '';
    const post = idOf(world.node.publish(channel, 'hi', world.now));
    world.run(100);
    const reader = world.neighbour('bob');
    reader.say({ type: 'interest', channel: fromBase32(channel)!, tag: new Uint8Array(8), hops: 0 });
    world.run(100);
    const again = idOf(world.node.publish(channel, 'all', world.now));
    world.run(1_000);
    expect(world.node.discard(again, world.now)).toBe(false);
    expect(states(world, again)).toEqual(['queued', 'carried']);
    expect(world.node.discard(post, world.now)).toBe(true);
  });
});

test('trying a post again offers it to those who lead to its readers', () => {
  const world = new Surrounded();
  const joined = world.node.subscribe({ topic: 'hill' }, world.now);
  const channel = 'id' in joined ? joined.id : '';
  const reader = world.neighbour('bob');
  reader.say({ type: 'interest', channel: fromBase32(channel)!, tag: new Uint8Array(8), hops: 0 });
  const post = idOf(world.node.publish(channel, 'hi', world.now));
  world.run(1_000);
  expect(reader.pushed).toHaveLength(1);
  expect(world.node.retry(post, world.now)).toBe(true);
  world.run(1_000);
  expect(reader.pushed).toHaveLength(2);
});

describe('what happened is on disk in the end', () => {
  test('mail that was delivered while the disk refused does not come back with a restart', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    const mail = writeDirect(author('ann'), {
      to: bob.id,
      content: { type: 'receipt', ids: ['ab'.repeat(32) as EnvelopeId], hops: [1], read: false },
      calendar,
    });
    neighbour.answers = () => {
      world.diskRefuses = 'full';
      return { type: 'accepted', copies: 1 };
    };
    world.neighbour('ann').push(mail);
    expect(pushedTo(neighbour)).toEqual([mail.id]);
    expect(world.disk.envelope(mail.id)).toBeDefined();
    world.diskRefuses = undefined;
    world.run(60_000);
    expect(world.disk.envelope(mail.id)).toBeUndefined();
    world.restart();
    expect(world.node.store(world.now)).toMatchObject({ carried: { envelopes: 0 }, seen: 1 });
  });
});

describe('a restart', () => {
  const far = (n: number) => address(`198.51.100.${n}`, 7000)!;

  test('looks at once for whom mail waits, and for the others that are remembered one after the other', () => {
    const world = new Surrounded();
    for (let n = 1; n <= 40; n++) world.node.connect(author(`peer ${n}`).id, [far(n)], 'manual', world.now);
    world.node.send(author('peer 40').id, 'hi', world.now);
    world.run(100);
    world.sentTo.clear();
    world.restart();
    expect([...world.sentTo]).toEqual([far(40)]);
    world.run(1_000);
    expect(world.sentTo.size).toBeGreaterThan(5);
    world.run(10_000);
    expect(world.sentTo.size).toBeLessThanOrEqual(1 + PEER_LIMITS.dialsAtOnce);
  });

  test('takes no time for the age of mail that was on its way to the disk when the calendar was set right', () => {
    const world = new Surrounded();
    world.diskHangs = true;
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    world.run(1);
    world.moveCalendar(30 * 24 * 3600 * 1000);
    world.diskHangs = false;
    world.run(1_000);
    world.restart();
    expect(pushedTo(world.neighbour('bob'))).toEqual([id]);
    expect(states(world, id)).toEqual(['queued', 'sent']);
  });

  test('takes a calendar that was put right for no time that passed', () => {
    const world = new Surrounded();
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    world.run(60_000);
    // A computer without a battery for its clock begins in the past, and learns the time from the network.
    world.moveCalendar(30 * 24 * 3600 * 1000);
    world.run(60_000);
    world.restart();
    world.run(1_000);
    expect(states(world, id)).toEqual(['queued']);
    expect(world.node.store(world.now).outbox.oldestMs).toBe(121_000);
  });
});

test('receipts take no room from what this user writes, and have a bound of their own', () => {
  const shelf = new Shelf([], instant(0), calendar);
  for (let n = 0; n < RECEIPTS_KEPT_MAX; n++) shelf.add(aHead({ lane: 'own', silent: true, to: `${n}` }), instant(0));
  expect(shelf.roomFor(aHead({ lane: 'own', silent: true }), 1)).toBeUndefined();
  expect(shelf.roomFor(aHead({ lane: 'own', silent: false }), 1)).toEqual([]);
});

test('receipts for one who is never there leave room for those of others', () => {
  const shelf = new Shelf([], instant(0), calendar);
  const receipt = (to: string) => aHead({ lane: 'own', silent: true, to });
  for (let n = 0; n < RECEIPTS_TO_ONE_MAX; n++) shelf.add(receipt('nobody'), instant(0));
  expect(shelf.roomFor(receipt('nobody'), 1)).toBeUndefined();
  expect(shelf.roomFor(receipt('bob'), 1)).toEqual([]);
});

test('§3 mail of strangers for a contact takes the room of strangers: there is room for the mail of contacts', () => {
  const [ann, carol, stranger] = [author('ann'), author('carol'), author('stranger')];
  const world = new Surrounded();
  const about = { petname: 'a contact', verified: false, blocked: false, added: calendar };
  for (const { id } of [ann, carol]) world.node.putContact({ id, ...about }, world.now);
  const eve = world.neighbour('eve');
  const letter = (from: Author): Envelope =>
    writeDirect(from, {
      to: carol.id,
      content: { type: 'receipt', ids: ['0'.repeat(64) as EnvelopeId], hops: [0], read: false },
      calendar,
    });
  const answers = (from: Author, count: number): unknown[] =>
    Array.from({ length: count }, () => eve.push(letter(from)).answer?.type);
  expect(new Set(answers(stranger, STRANGER_ENVELOPES_MAX))).toEqual(new Set(['accepted']));
  expect(answers(stranger, 1)).toEqual(['refused']);
  expect(answers(ann, 1)).toEqual(['accepted']);
});
