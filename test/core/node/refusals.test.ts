import { describe, expect, test } from 'vitest';
import { REFUSALS_TOLD } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { author } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { altered, letter, receipt, receiptsIn } from '../../support/letters.ts';

const ann = author('ann');
const TTL_SECONDS = 1_001;

/** Mail from ann that this node can never read: of a later version, or sealed for somebody else. */
const mailFor = (world: Surrounded, kind: 'unsupported' | 'invalid') => {
  const mail = letter(ann, world.self, { ttlSeconds: TTL_SECONDS });
  const payload = letter(ann, author('carol')).signed.payload;
  return altered(mail, ann, kind === 'unsupported' ? { version: 2 } : { payload });
};

/** A node with a neighbour who leads to ann. */
function withRelay() {
  const world = new Surrounded();
  const relay = world.neighbour('relay');
  relay.leadTo(ann);
  return { world, relay };
}

const block = (world: Surrounded): void =>
  world.node.putContact({ id: ann.id, petname: 'ann', verified: false, blocked: true, added: timestamp(0) }, world.now);

describe('§3.2 what a recipient refuses for good', () => {
  for (const reason of ['unsupported', 'invalid'] as const) {
    test(`as ${reason} its sender learns from a receipt, wherever it is, which is kept for half as long`, () => {
      const { world, relay } = withRelay();
      const mail = mailFor(world, reason);
      expect(relay.push(mail).answer).toEqual({ type: 'refused', reason });
      const told = { type: 'receipt', ids: [mail.id], hops: [1], read: false, refused: reason, ttlSeconds: 500 };
      expect(receiptsIn(relay.pushed, ann)).toEqual([told]);
    });
  }

  test('who brings his own mail hears it from the answer alone', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('ann');
    expect(neighbour.push(mailFor(world, 'invalid')).answer).toEqual({ type: 'refused', reason: 'invalid' });
    expect(neighbour.pushed).toEqual([]);
  });

  test('is told again when it comes again, but not within 10 s', () => {
    const { world, relay } = withRelay();
    const mail = mailFor(world, 'unsupported');
    relay.push(mail);
    relay.push(mail);
    expect(relay.pushed).toHaveLength(1);
    world.run(10_000);
    relay.push(mail);
    expect(relay.pushed).toHaveLength(2);
  });

  test('is told of 64 letters at once, and then at a pace: each receipt is a signature', () => {
    const { world, relay } = withRelay();
    const count = REFUSALS_TOLD.burst + 20;
    for (let n = 0; n < count; n++) relay.push(mailFor(world, 'unsupported'));
    const told = receiptsIn(relay.pushed, ann).flatMap(({ ids }) => ids).length;
    expect(told).toBeGreaterThanOrEqual(REFUSALS_TOLD.burst);
    expect(told).toBeLessThan(count);
    expect(world.node.store(world.now).refused.get('unsupported')).toBe(count);
  });

  test('mail of who is blocked; but a receipt of his is refused without a word, or two who block each other would never end', () => {
    const { world, relay } = withRelay();
    block(world);
    const mail = letter(ann, world.self);
    expect(relay.push(mail).answer).toEqual({ type: 'refused', reason: 'blocked' });
    expect(receiptsIn(relay.pushed, ann)).toMatchObject([{ ids: [mail.id], refused: 'blocked' }]);
    const theirs = receipt(ann, world.self, 'ab'.repeat(32) as EnvelopeId, { refused: 'blocked' });
    expect(relay.push(theirs).answer).toEqual({ type: 'refused', reason: 'blocked' });
    expect(relay.pushed).toHaveLength(1);
  });

  test('is not told of what is merely too old: its age is the word of those who brought it', () => {
    const { world, relay } = withRelay();
    const mail = letter(ann, world.self, { ttlSeconds: 100 });
    const old = { ...mail, hop: { count: 0, ageSeconds: 100 } };
    expect(relay.push(old).answer).toEqual({ type: 'refused', reason: 'expired' });
    expect(relay.pushed).toEqual([]);
  });
});

describe('§4.3 a sender who is told so', () => {
  /** A node whose message to ann was taken by a relay. */
  function sent() {
    const { world, relay } = withRelay();
    const answer = world.node.send(ann.id, 'hi', world.now);
    world.run(500);
    const id = 'id' in answer ? answer.id : ('' as EnvelopeId);
    const states = () =>
      world.events.flatMap((event) =>
        event.type === 'delivery' ? [event.detail ? `${event.state}: ${event.detail}` : event.state] : [],
      );
    return { world, relay, id, states };
  }

  test('gives it up with the reason, and keeps nothing of it', () => {
    const { world, relay, id, states } = sent();
    relay.push(receipt(ann, world.self, id, { refused: 'blocked' }));
    expect(states()).toEqual(['queued', 'carried: 1 node carries it', 'refused: blocked']);
    expect(world.disk.delivery(id)).toMatchObject({ state: 'refused', detail: 'blocked' });
    expect(world.disk.envelope(id)).toBeUndefined();
  });

  test('believes nobody but its recipient', () => {
    const { world, relay, id, states } = sent();
    relay.push(receipt(relay.author, world.self, id, { refused: 'blocked' }));
    expect(states()).toEqual(['queued', 'carried: 1 node carries it']);
  });

  test('shows it delivered when a receipt for it comes after all, and never the other way round', () => {
    const { world, relay, id, states } = sent();
    relay.push(receipt(ann, world.self, id, { refused: 'unsupported' }));
    relay.push(receipt(ann, world.self, id));
    relay.push(receipt(ann, world.self, id, { refused: 'invalid' }));
    expect(states().slice(2)).toEqual(['refused: unsupported', 'delivered']);
  });
});
