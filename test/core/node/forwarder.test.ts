import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { fromBase32 } from '../../../src/core/bytes/base32.ts';
import { fromHex } from '../../../src/core/bytes/hex.ts';
import { type Author, writeDirect } from '../../../src/core/chat/letter.ts';
import { decodeEnvelope, type Envelope, type EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { PushAnswer } from '../../../src/core/wire/mesh-message.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';

const carol = author('carol');
const calendar = timestamp(1_767_225_600_000);
const accepted: PushAnswer = { type: 'accepted', copies: 1 };
const full: PushAnswer = { type: 'refused', reason: 'full' };
let count = 0;

/** A node with a message for carol, to whom two neighbours lead: the first is the nearer. */
function twoWays(answers: HandMade['answers']): { world: Surrounded; near: HandMade; far: HandMade } {
  const world = new Surrounded();
  const [near, far] = [world.neighbour('near'), world.neighbour('far')];
  near.leadTo(carol, 100);
  far.leadTo(carol, 110);
  near.answers = answers;
  world.node.send(carol.id, 'hi', world.now);
  world.run(500);
  return { world, near, far };
}

/** The states that were told, in order. */
const states = ({ events }: Surrounded): string[] =>
  events.flatMap((event) => (event.type === 'delivery' ? [event.state] : []));

/** A text, as its author's node would push it. */
function letter(from: Author, to: Author): Envelope {
  const line = { created: calendar, epoch: new Uint8Array(8), seq: ++count, after: [], name: '' };
  return writeDirect(from, { to: to.id, content: { type: 'text', ...line, text: 'hi' }, calendar });
}

const idsAt = (neighbour: HandMade): EnvelopeId[] =>
  neighbour.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id);

describe('§2.2 neighbours that fail an envelope are avoided', () => {
  test('when the next hop has no room, another way is tried at once', () => {
    const { world, near, far } = twoWays(() => full);
    expect([near.pushed.length, far.pushed.length]).toEqual([1, 1]);
    expect(states(world)).toEqual(['queued', 'carried']);
  });

  test('when nobody has room, all are asked again: after 2 s, and then after twice as long each time', () => {
    const { world, near, far } = twoWays(() => full);
    far.answers = () => full;
    for (const event of world.events) if (event.type === 'delivery') world.node.discard(event.id, world.now);
    near.pushed.length = 0;
    far.pushed.length = 0;
    world.node.send(carol.id, 'more', world.now);
    const at: number[] = [];
    for (let second = 0; second < 40; second++) {
      world.run(1_000);
      at.push(near.pushed.length);
      expect(far.pushed.length).toBe(near.pushed.length);
    }
    expect([1, 2, 5, 6, 13, 14, 29, 30].map((second) => at[second - 1])).toEqual([1, 2, 2, 3, 3, 4, 4, 5]);
  });

  test('whoever resets the streams of pushes is not asked again at once', () => {
    const { world, near, far } = twoWays(() => 'reset');
    far.answers = () => 'reset';
    world.run(1_000);
    const asked = near.pushed.length + far.pushed.length;
    world.run(10_000);
    expect(asked).toBeLessThanOrEqual(2);
    expect(near.pushed.length + far.pushed.length).toBeLessThanOrEqual(8);
  });

  test('whoever does not answer for a minute is passed by; a late answer still counts', () => {
    const { world, near, far } = twoWays(() => undefined);
    world.run(59_000);
    expect([near.pushed.length, far.pushed.length]).toEqual([1, 0]);
    world.run(1_000);
    expect([near.pushed.length, far.pushed.length]).toEqual([1, 1]);
    expect(far.pushed[0]!.again).toBe(true);
    near.answerNow(accepted);
    const carried = world.events.filter((event) => event.type === 'delivery' && event.state === 'carried');
    expect(carried.map((event) => 'detail' in event && event.detail)).toEqual([
      '1 node carries it',
      '2 nodes carry it',
    ]);
    world.run(30_000);
    expect([near.pushed.length, far.pushed.length]).toEqual([1, 1]);
  });

  test('a late refusal of one does not end the rest of what another took', () => {
    const { world, near, far } = twoWays(() => undefined);
    world.run(61_000);
    near.answerNow(full);
    world.run(10_000);
    expect([near.pushed.length, far.pushed.length]).toEqual([1, 1]);
  });

  test('when the other way goes too, the one that had no room is asked again', () => {
    const { world, near, far } = twoWays(() => full);
    far.answers = () => undefined;
    world.node.send(carol.id, 'more', world.now);
    world.run(500);
    expect([near.pushed.length, far.pushed.length]).toEqual([2, 2]);
    near.answers = () => accepted;
    far.say({ type: 'goodbye' });
    world.run(5_000);
    expect(near.pushed.length).toBe(3);
  });

  test('when there is no other way, one that is slow to answer is waited for', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('carol');
    neighbour.answers = () => undefined;
    world.node.send(neighbour.author.id, 'hi', world.now);
    world.run(600_000);
    expect(neighbour.pushed).toHaveLength(1);
    neighbour.answerNow(accepted);
    expect(states(world)).toEqual(['queued', 'sent']);
  });

  for (const [boot, what, pushes] of [
    [2, 'a peer that has restarted is given at once what its last life did not answer', 1],
    [1, 'the same life of a peer may still answer over its last connection', 0],
  ] as const) {
    test(what, () => {
      const world = new Surrounded();
      const before = world.neighbour('carol');
      before.answers = () => undefined;
      world.node.send(carol.id, 'hi', world.now);
      world.run(100);
      expect(before.pushed).toHaveLength(1);
      const after = world.caller('carol');
      after.say({ ...after.hello, boot: new Uint8Array(8).fill(boot) } as typeof after.hello);
      expect(after.pushed).toHaveLength(pushes);
    });
  }

  test('a copy that was under way when its reader came back over another connection is given over that one', () => {
    const world = new Surrounded();
    const joined = world.node.subscribe({ topic: 'hill' }, world.now);
    const channel = 'id' in joined ? fromBase32(joined.id)! : new Uint8Array();
    const interest = { type: 'interest', channel, tag: new Uint8Array(8).fill(9), hops: 0 } as const;
    const before = world.neighbour('bob');
    before.say(interest);
    before.answers = () => undefined;
    const sent = world.node.publish('id' in joined ? joined.id : '', 'hi', world.now);
    world.run(100);
    expect(before.pushed).toHaveLength(1);
    const after = world.neighbour('bob');
    after.say(interest);
    after.say({ type: 'want', ids: [fromHex('id' in sent ? sent.id : '')!] });
    world.run(10_000);
    expect(idsAt(after)).toEqual(['id' in sent && sent.id]);
  });

  test('mail that waits behind 32 pushes without an answer finds another way too', () => {
    const { world, near, far } = twoWays(() => undefined);
    for (let n = 1; n < 50; n++) world.node.send(carol.id, `text ${n}`, world.now);
    world.run(500);
    expect(near.pushed).toHaveLength(32);
    world.run(61_000);
    expect(far.pushed).toHaveLength(50);
    near.answerNow(accepted);
    expect(near.pushed).toHaveLength(32);
  });
});

describe('§2.0 rule 14: asking again', () => {
  /** The seconds at which something is pushed, of the next so many. */
  function pushedAt(world: Surrounded, seconds: number, ...to: HandMade[]): number[] {
    const count = () => to.reduce((sum, { pushed }) => sum + pushed.length, 0);
    const at: number[] = [];
    for (let second = 1; second <= seconds; second++) {
      const before = count();
      world.run(1_000);
      if (count() > before) at.push(second);
    }
    return at;
  }

  test('without a receipt in 12 s the next push goes another way, and asks to take it anew', () => {
    const { world, near, far } = twoWays(() => accepted);
    expect(pushedAt(world, 60, near, far)).toEqual([12]);
    expect([near, far].map(({ pushed }) => pushed.map(({ again }) => again))).toEqual([[false], [true]]);
  });

  test('who has it is asked again after one minute, three, seven', () => {
    const { world, near, far } = twoWays(() => accepted);
    far.say({ type: 'goodbye' });
    expect(pushedAt(world, 500, near)).toEqual([60, 180, 420]);
    expect(near.pushed.map(({ again }) => again)).toEqual([false, true, true, true]);
  });

  test('when whoever took it leads there no longer, another way is tried at once', () => {
    const { world, near, far } = twoWays(() => accepted);
    near.say({ type: 'goodbye' });
    world.run(1_000);
    expect(far.pushed.map(({ again }) => again)).toEqual([true]);
  });

  test('what was refused when it asked again still asks again', () => {
    const { world, near, far } = twoWays(() => accepted);
    near.answers = () => full;
    far.answers = () => full;
    world.run(70_000);
    expect(near.pushed.length + far.pushed.length).toBeGreaterThan(3);
    for (const { again } of [...near.pushed.slice(1), ...far.pushed]) expect(again).toBe(true);
  });

  test('a recipient that comes is given at once what rests', () => {
    const { world } = twoWays(() => accepted);
    const recipient = world.neighbour('carol');
    expect(recipient.pushed).toHaveLength(1);
    expect(states(world)).toEqual(['queued', 'carried', 'sent']);
  });
});

describe('bytes that cannot be had', () => {
  test('while the disk cannot be read mail waits, and is neither lost nor refused', () => {
    const world = new Surrounded();
    world.diskUnreadable = true;
    const neighbour = world.neighbour('carol');
    world.node.send(carol.id, 'hi', world.now);
    world.run(5_000);
    expect(neighbour.pushed).toEqual([]);
    expect(states(world)).toEqual(['queued']);
    world.diskUnreadable = false;
    world.run(10_000);
    expect(neighbour.pushed).toHaveLength(1);
    expect(states(world)).toEqual(['queued', 'sent']);
  });

  test('a message of ours whose bytes are gone is refused, and said to be damaged', () => {
    const world = new Surrounded();
    const sent = world.node.send(carol.id, 'hi', world.now);
    world.run(100);
    world.disk.spoil('id' in sent ? sent.id : ('' as EnvelopeId));
    world.neighbour('carol');
    expect(states(world)).toEqual(['queued', 'refused']);
    expect(world.events.some((event) => event.type === 'notice' && event.code === 'DAMAGED')).toBe(true);
  });

  test('what a carrier lost it takes again from whoever has it', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    const neighbour = world.neighbour('carol');
    neighbour.answers = () => full;
    const mail = letter(ann.author, carol);
    expect(ann.push(mail).answer).toEqual(accepted);
    world.disk.spoil(mail.id);
    world.run(5_000);
    neighbour.answers = () => accepted;
    expect(ann.push(mail).answer).toEqual(accepted);
    expect(idsAt(neighbour).at(-1)).toBe(mail.id);
  });
});

test('in the order in which they were sent, 32 at a time', () => {
  const world = new Surrounded();
  const ids: EnvelopeId[] = [];
  for (let n = 0; n < 200; n++) {
    const sent = world.node.send(carol.id, `text ${n}`, world.now);
    if ('id' in sent) ids.push(sent.id);
  }
  world.run(100);
  const neighbour = world.neighbour('carol');
  world.run(2_000);
  const got = idsAt(neighbour);
  expect(new Set(got)).toEqual(new Set(ids));
  // Streams share packets, so that neighbours in one window may change places.
  expect(got.every((id, at) => Math.abs(ids.indexOf(id) - at) < 32)).toBe(true);
});
