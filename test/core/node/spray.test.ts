import { describe, expect, test } from 'vitest';
import { ANSWER_MS_MAX, COPIES_TAKEN_MAX, GIFTS_UNDER_WAY_MAX, SPRAY_AFTER_MS } from '../../../src/core/base/limits.ts';
import type { EnvelopeHead } from '../../../src/core/store/head.ts';
import { decodeEnvelope, type EnvelopeId } from '../../../src/core/wire/envelope.ts';
import type { Push, PushAnswer } from '../../../src/core/wire/mesh-message.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';
import { letter, receipt } from '../../support/letters.ts';

const carol = author('carol');
const takes = ({ copies }: Push): PushAnswer => ({ type: 'accepted', copies });
const full: PushAnswer = { type: 'refused', reason: 'full' };

/** A neighbour that offers to carry mail. */
function carrier(world: Surrounded, name: string, answers: HandMade['answers'] = takes): HandMade {
  const carrier = world.caller(name);
  carrier.answers = answers;
  carrier.say({ ...carrier.hello, features: 1 } as typeof carrier.hello);
  return carrier;
}

/** A neighbour that led to carol, and does no longer. */
function ledToCarol(world: Surrounded, neighbour: HandMade): void {
  neighbour.leadTo(carol);
  world.run(1_000);
  const retraction = { seqno: 0, features: 0, lifetimeSeconds: 0, signature: new Uint8Array(), hops: 0 };
  neighbour.say({ type: 'routes', routes: [{ ...retraction, origin: carol.publicKey, metric: 0xffffffff }] });
}

/** Writes to carol, whom nobody can reach, and waits until copies may go. */
function sendToCarol(world: Surrounded): EnvelopeId {
  const sent = world.node.send(carol.id, 'hi', world.now);
  world.run(SPRAY_AFTER_MS + 1_000);
  return 'id' in sent ? sent.id : ('' as EnvelopeId);
}

const copiesTo = (...neighbours: HandMade[]): number[][] =>
  neighbours.map(({ pushed }) => pushed.map(({ copies }) => copies));

const headOnDisk = (world: Surrounded, id: EnvelopeId): EnvelopeHead | undefined =>
  world.disk.state().heads.find((head) => head.id === id);

const idsAt = (neighbour: HandMade): EnvelopeId[] =>
  neighbour.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id);

describe('§2.2 copies of a message whose recipient nobody can reach', () => {
  test('go to carriers, half of them each time, and the sender keeps one', () => {
    const world = new Surrounded();
    const carriers = ['ann', 'bob', 'dora'].map((name) => carrier(world, name));
    const id = sendToCarol(world);
    expect(
      copiesTo(...carriers)
        .flat()
        .toSorted(),
    ).toEqual([1, 2]);
    expect(headOnDisk(world, id)).toMatchObject({ copies: 1, lane: 'own' });
    expect(world.disk.delivery(id)).toMatchObject({ state: 'carried', detail: '2 nodes carry it' });
  });

  test('wait 3 s for a dial or a route, and then for the first carrier that comes', () => {
    const world = new Surrounded();
    const ann = carrier(world, 'ann');
    world.node.send(carol.id, 'hi', world.now);
    world.run(SPRAY_AFTER_MS - 500);
    expect(ann.pushed).toEqual([]);
    world.run(1_000);
    expect(copiesTo(ann)).toEqual([[2]]);
    world.run(3_600_000);
    const bob = carrier(world, 'bob');
    expect(copiesTo(ann, bob)).toEqual([[2], [1]]);
  });

  test('go to no neighbour that does not offer carriage', () => {
    const world = new Surrounded();
    const ann = world.neighbour('ann');
    sendToCarol(world);
    expect(ann.pushed).toEqual([]);
  });

  test('go first to who led to the recipient last', () => {
    const world = new Surrounded();
    const [ann, bob, dora] = ['ann', 'bob', 'dora'].map((name) => carrier(world, name)) as [
      HandMade,
      HandMade,
      HandMade,
    ];
    ledToCarol(world, dora);
    world.run(10_000);
    ledToCarol(world, bob);
    sendToCarol(world);
    expect(copiesTo(ann, bob, dora)).toEqual([[], [2], [1]]);
  });

  test('are not given while there is a way, and the way is taken as soon as there is one', () => {
    const world = new Surrounded();
    const [ann, bob] = [carrier(world, 'ann'), carrier(world, 'bob')];
    ann.leadTo(carol);
    const id = sendToCarol(world);
    expect(copiesTo(ann, bob)).toEqual([[0], []]);
    expect(headOnDisk(world, id)?.copies).toBe(4);
  });

  test('are written down as given before they leave', () => {
    const world = new Surrounded();
    const ann = carrier(world, 'ann');
    world.node.send(carol.id, 'hi', world.now);
    world.run(1_000);
    world.diskHangs = true;
    world.run(SPRAY_AFTER_MS);
    expect(ann.pushed).toEqual([]);
    world.diskHangs = false;
    world.run(100);
    expect(copiesTo(ann)).toEqual([[2]]);
  });

  test('are kept when a disk does not write that they are given, and given when it does', () => {
    const world = new Surrounded();
    const ann = carrier(world, 'ann');
    const sent = world.node.send(carol.id, 'hi', world.now);
    world.run(1_000);
    world.diskRefuses = 'full';
    world.run(20_000);
    expect(ann.pushed).toEqual([]);
    world.diskRefuses = undefined;
    world.run(120_000);
    expect(copiesTo(ann)).toEqual([[2]]);
    expect(headOnDisk(world, 'id' in sent ? sent.id : ('' as EnvelopeId))?.copies).toBe(2);
  });
});

describe('§2.2 copies that were given', () => {
  test('and refused are the giver’s again, and somebody else gets them; who had no room is asked again after a minute', () => {
    const world = new Surrounded();
    const ann = carrier(world, 'ann', () => full);
    const id = sendToCarol(world);
    expect(headOnDisk(world, id)?.copies).toBe(4);
    const bob = carrier(world, 'bob');
    expect(copiesTo(ann, bob)).toEqual([[2], [2]]);
    ann.answers = takes;
    world.run(61_000);
    expect(copiesTo(ann, bob)).toEqual([[2, 1], [2]]);
    expect(headOnDisk(world, id)?.copies).toBe(1);
  });

  test('are as many as the carrier says that it took', () => {
    const world = new Surrounded();
    carrier(world, 'ann', () => ({ type: 'accepted', copies: 1 }));
    const id = sendToCarol(world);
    expect(headOnDisk(world, id)?.copies).toBe(3);
  });

  test('are never more than were given, whatever it says', () => {
    const world = new Surrounded();
    carrier(world, 'ann', () => ({ type: 'accepted', copies: 200 }));
    const id = sendToCarol(world);
    expect(headOnDisk(world, id)?.copies).toBe(2);
  });

  for (const [what, answer] of [
    ['has it already', { type: 'held' }],
    ['had it and gave it on', { type: 'passed', atSeconds: 10 }],
  ] as const) {
    test(`to who ${what} are the giver’s again, and not offered there any more`, () => {
      const world = new Surrounded();
      const ann = carrier(world, 'ann', () => answer);
      const id = sendToCarol(world);
      world.run(3_600_000);
      expect(ann.pushed).toHaveLength(1);
      expect(headOnDisk(world, id)?.copies).toBe(4);
    });
  }

  test('and may have arrived when the connection broke are not counted as kept: the same are offered to the same carrier again', () => {
    const world = new Surrounded();
    const ann = carrier(world, 'ann', () => undefined);
    const id = sendToCarol(world);
    ann.say({ type: 'goodbye' });
    expect(headOnDisk(world, id)?.copies).toBe(2);
    const bob = carrier(world, 'bob');
    world.run(SPRAY_AFTER_MS);
    expect(copiesTo(bob)).toEqual([[1]]);
    const again = carrier(world, 'ann');
    expect(copiesTo(again)).toEqual([[2]]);
    expect(headOnDisk(world, id)?.copies).toBe(1);
  });

  for (const reason of ['full', 'no-route', 'blocked'] as const) {
    test(`and may have arrived are not the giver’s again because the next offer of them is refused as ${reason}`, () => {
      const world = new Surrounded();
      const ann = carrier(world, 'ann', () => undefined);
      const id = sendToCarol(world);
      ann.say({ type: 'goodbye' });
      const again = carrier(world, 'ann', () => ({ type: 'refused', reason }));
      world.run(SPRAY_AFTER_MS);
      expect(copiesTo(again)).toEqual([[2]]);
      expect(headOnDisk(world, id)?.copies).toBe(2);
    });
  }

  test('to who does not answer do not keep the others from theirs', () => {
    const world = new Surrounded();
    const ann = carrier(world, 'ann', () => undefined);
    const bob = carrier(world, 'bob');
    sendToCarol(world);
    world.run(61_000);
    expect(copiesTo(ann, bob)).toEqual([[2], [1]]);
  });

  test('of many messages do not all wait for one carrier that does not answer', () => {
    const world = new Surrounded();
    const [eve, ann] = [carrier(world, 'eve', () => undefined), carrier(world, 'ann')];
    ledToCarol(world, eve);
    const count = 2 * GIFTS_UNDER_WAY_MAX;
    for (let n = 0; n < count; n++) world.node.send(carol.id, `${n}`, world.now);
    world.run(SPRAY_AFTER_MS + 10_000);
    expect(eve.pushed.length).toBeGreaterThan(0);
    expect(new Set(idsAt(ann)).size).toBeGreaterThanOrEqual(GIFTS_UNDER_WAY_MAX);
    world.run(ANSWER_MS_MAX);
    expect(new Set(idsAt(ann)).size).toBe(count);
  });

  test('are not given anew after a restart', () => {
    const world = new Surrounded();
    carrier(world, 'ann');
    const id = sendToCarol(world);
    world.restart();
    world.run(100_000);
    const [ann, bob, dora] = ['ann', 'bob', 'dora'].map((name) => carrier(world, name)) as [
      HandMade,
      HandMade,
      HandMade,
    ];
    expect(copiesTo(ann, bob, dora)).toEqual([[], [1], []]);
    expect(headOnDisk(world, id)?.copies).toBe(1);
  });
});

describe('§2.2 a carrier', () => {
  /** A node that carries a message of ann's to carol, with so many copies. */
  function carrying(copies: number) {
    const world = new Surrounded();
    const ann = carrier(world, 'ann');
    const mail = letter(ann.author, carol);
    const { answer } = ann.push(mail, { copies });
    return { world, ann, mail, answer };
  }

  test('takes mail for whom it has no way to, at most 8 copies, and says how many', () => {
    const { world, mail, answer } = carrying(200);
    expect(answer).toEqual({ type: 'accepted', copies: COPIES_TAKEN_MAX });
    expect(headOnDisk(world, mail.id)).toMatchObject({ copies: COPIES_TAKEN_MAX, lane: 'neighbour' });
  });

  test('that was told to offer none, takes none', () => {
    const world = new Surrounded({ carriage: false });
    const ann = carrier(world, 'ann');
    expect(ann.heard[0]).toMatchObject({ type: 'hello', features: 0 });
    expect(ann.push(letter(ann.author, carol), { copies: 2 }).answer).toEqual({ type: 'refused', reason: 'no-route' });
  });

  test('offers carriage in its hello', () => {
    expect(carrier(new Surrounded(), 'ann').heard[0]).toMatchObject({ type: 'hello', features: 1 });
  });

  test('hands its copy to the recipient when he comes, and is done', () => {
    const { world, mail } = carrying(1);
    const recipient = world.neighbour('carol');
    expect(idsAt(recipient)).toEqual([mail.id]);
    expect(headOnDisk(world, mail.id)).toBeUndefined();
  });

  test('passes it on when there is a way, keeps it until it hears that it is delivered, and is done then', () => {
    const { world, ann, mail } = carrying(1);
    const bob = carrier(world, 'bob');
    bob.leadTo(carol);
    expect(copiesTo(bob)).toEqual([[0]]);
    expect(headOnDisk(world, mail.id)?.handedTo).toEqual([bob.author.id]);
    bob.answers = () => ({ type: 'done' });
    ann.push(mail, { again: true });
    expect(headOnDisk(world, mail.id)).toBeUndefined();
  });

  test('does not believe `done` of who was never given it', () => {
    const { world, mail } = carrying(1);
    const bob = carrier(world, 'bob', () => ({ type: 'done' }));
    bob.leadTo(carol);
    world.run(10_000);
    expect(headOnDisk(world, mail.id)).toBeDefined();
  });

  test('with several spreads half of them, but not back to its giver, nor to their author', () => {
    const { world, ann, mail } = carrying(4);
    const bob = carrier(world, 'bob');
    world.run(SPRAY_AFTER_MS + 1_000);
    expect(copiesTo(ann, bob)).toEqual([[], [2]]);
    expect(headOnDisk(world, mail.id)?.copies).toBe(2);
  });

  test('with one waits, though others would carry it too', () => {
    const { world, mail } = carrying(1);
    const bob = carrier(world, 'bob');
    world.run(60_000);
    expect(bob.pushed).toEqual([]);
    expect(headOnDisk(world, mail.id)?.copies).toBe(1);
  });

  test('with one moves it to who met the recipient later, and keeps nothing', () => {
    const { world, ann, mail } = carrying(1);
    const bob = carrier(world, 'bob', (push) => (push.copies > 0 ? takes(push) : full));
    ledToCarol(world, bob);
    world.run(60_000);
    expect(
      copiesTo(bob)
        .flat()
        .filter((copies) => copies > 0),
    ).toEqual([1]);
    expect(headOnDisk(world, mail.id)).toBeUndefined();
    expect(ann.push(mail, { copies: 1 }).answer?.type).toBe('passed');
  });
});

test('§2.2 what was sprayed ends with its receipt, at the sender', () => {
  const world = new Surrounded();
  const ann = carrier(world, 'ann');
  const id = sendToCarol(world);
  ann.push(receipt(carol, world.self, id));
  expect(world.disk.delivery(id)?.state).toBe('delivered');
  expect(headOnDisk(world, id)).toBeUndefined();
  const bob = carrier(world, 'bob');
  world.run(60_000);
  expect(bob.pushed).toEqual([]);
});
