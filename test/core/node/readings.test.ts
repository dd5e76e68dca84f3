import { describe, expect, test } from 'vitest';
import { READ_GATHER_MS, RECEIPT_IDS_MAX } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { Tells } from '../../../src/core/node/tells.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { letter, receipt, receiptsIn } from '../../support/letters.ts';

/** A node whose user has named bob, a neighbour, who has written so many letters. */
function withLetters(count: number, tells: Partial<Tells> = {}) {
  const world = new Surrounded({ tells });
  const bob = world.neighbour('bob');
  const { id: from } = bob.author;
  world.node.putContact({ id: from, petname: 'bob', verified: false, blocked: false, added: timestamp(0) }, world.now);
  const letters = Array.from({ length: count }, () => {
    const mail = letter(bob.author, world.self);
    bob.push(mail);
    return { id: mail.id, from, hops: 1 };
  });
  const reads = () => receiptsIn(bob.pushed, bob.author).filter(({ read }) => read);
  return { world, bob, letters, reads };
}

describe('§3.2 that the user has read letters', () => {
  test('is told to their author after a moment, in one receipt, beside that they came', () => {
    const { world, bob, letters, reads } = withLetters(3);
    world.node.read(letters.slice(0, 2), world.now);
    world.run(1_000);
    world.node.read(letters.slice(1), world.now);
    world.run(READ_GATHER_MS - 1_100);
    expect(reads()).toEqual([]);
    world.run(200);
    expect(reads()).toMatchObject([{ ids: letters.map(({ id }) => id), hops: [1, 1, 1] }]);
    expect(receiptsIn(bob.pushed, bob.author).filter(({ read }) => !read)).not.toEqual([]);
    world.run(60_000);
    expect(reads()).toHaveLength(1);
  });

  test('is told in several receipts when one cannot name them all', () => {
    const { world, letters, reads } = withLetters(1);
    const many = Array.from({ length: RECEIPT_IDS_MAX + 1 }, (_, n) => ({
      ...letters[0]!,
      id: n.toString(16).padStart(64, '0') as EnvelopeId,
    }));
    world.node.read(many, world.now);
    world.run(READ_GATHER_MS + 1_000);
    expect(reads().map(({ ids }) => ids.length)).toEqual([RECEIPT_IDS_MAX, 1]);
  });

  test('is not told by who does not want it, though that they came is', () => {
    const { world, bob, letters, reads } = withLetters(1, { readReceipts: false });
    world.node.read(letters, world.now);
    world.run(60_000);
    expect(reads()).toEqual([]);
    expect(receiptsIn(bob.pushed, bob.author)).toMatchObject([{ ids: [letters[0]!.id], read: false }]);
    world.node.tell({ readReceipts: true });
    world.node.read(letters, world.now);
    world.node.tell({ readReceipts: false });
    world.run(60_000);
    expect(reads()).toEqual([]);
  });

  test('is not told to a stranger, nor to who is blocked', () => {
    const { world, bob, letters, reads } = withLetters(1);
    const stranger = world.neighbour('stranger');
    const mail = letter(stranger.author, world.self);
    stranger.push(mail);
    world.node.read([{ id: mail.id, from: stranger.author.id, hops: 1 }], world.now);
    world.node.read(letters, world.now);
    world.node.putContact({ ...world.node.contact(bob.author.id)!, blocked: true }, world.now);
    world.run(60_000);
    expect([...reads(), ...receiptsIn(stranger.pushed, stranger.author).filter(({ read }) => read)]).toEqual([]);
  });

  test('is shown to their author as `read`, after `delivered` and never before it again', () => {
    const world = new Surrounded();
    const bob = world.neighbour('bob');
    const sent = world.node.send(bob.author.id, 'hi', world.now);
    const id = 'id' in sent ? sent.id : ('' as EnvelopeId);
    world.run(100);
    for (const read of [false, true, false]) bob.push(receipt(bob.author, world.self, id, { read }));
    const states = world.events.flatMap((event) => (event.type === 'delivery' ? [event.state] : []));
    expect(states).toEqual(['queued', 'sent', 'delivered', 'read']);
  });
});
