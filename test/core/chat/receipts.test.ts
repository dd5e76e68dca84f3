import { describe, expect, test } from 'vitest';
import { RECEIPT_AGAIN_MS, RECEIPT_IDS_MAX, RECEIPTS_OWED_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import { type Came, evidenceOf, type OwedReceipt, Receipts } from '../../../src/core/chat/receipts.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';

const [bob, carol] = ['bob', 'carol'] as unknown as readonly [NodeId, NodeId];
const start = instant(0);
const id = (name: string): EnvelopeId => name as EnvelopeId;
const came = (name: string, hops = 1, ttlSeconds = 100): Came => ({ id: id(name), hops, ttlSeconds });

function drain(receipts: Receipts): OwedReceipt[] {
  const all: OwedReceipt[] = [];
  for (let next = receipts.poll(); next; next = receipts.poll()) all.push(next);
  return all;
}

describe('§3.2 receipts that we owe', () => {
  test('one for each sender and turn, with the hops of each message', () => {
    const receipts = new Receipts();
    receipts.owe(bob, came('a', 1), start);
    receipts.owe(carol, came('b', 4), start);
    receipts.owe(bob, came('c', 2), start);
    expect(drain(receipts)).toEqual([
      { to: bob, ids: ['a', 'c'], hops: [1, 2], ttlSeconds: 100 },
      { to: carol, ids: ['b'], hops: [4], ttlSeconds: 100 },
    ]);
    expect(drain(receipts)).toEqual([]);
  });

  test('a receipt has the longest ttl of what it acknowledges', () => {
    const receipts = new Receipts();
    receipts.owe(bob, came('a', 1, 50), start);
    receipts.owe(bob, came('b', 1, 5000), start);
    expect(drain(receipts)[0]?.ttlSeconds).toBe(5000);
  });

  test('one receipt names at most 256 messages; the rest goes into the next', () => {
    const receipts = new Receipts();
    for (let i = 0; i < RECEIPT_IDS_MAX + 1; i++) receipts.owe(bob, came(`m${i}`), start);
    expect(drain(receipts).map(({ ids }) => ids.length)).toEqual([RECEIPT_IDS_MAX, 1]);
  });

  test('a duplicate is answered again, but not within 10 s', () => {
    const receipts = new Receipts();
    receipts.owe(bob, came('a'), start);
    drain(receipts);
    receipts.again(bob, came('a'), instant(RECEIPT_AGAIN_MS - 1));
    expect(drain(receipts)).toEqual([]);
    receipts.again(bob, came('a'), instant(RECEIPT_AGAIN_MS));
    receipts.again(bob, came('a'), instant(RECEIPT_AGAIN_MS + 1));
    expect(drain(receipts).map(({ ids }) => ids)).toEqual([['a']]);
  });

  test('a duplicate of what came before a restart is answered', () => {
    const receipts = new Receipts();
    receipts.again(bob, came('a', 3), start);
    expect(drain(receipts)).toEqual([{ to: bob, ids: ['a'], hops: [3], ttlSeconds: 100 }]);
  });

  test('what was answered is remembered for the newest messages only', () => {
    const receipts = new Receipts();
    for (let i = 0; i < RECEIPTS_OWED_MAX; i++) receipts.owe(bob, came(`m${i}`), start);
    drain(receipts);
    receipts.owe(bob, came('m0'), start);
    receipts.owe(bob, came('newest'), start);
    drain(receipts);
    for (const name of ['m0', 'm2', 'newest', 'm1']) receipts.again(bob, came(name), start);
    expect(drain(receipts).flatMap(({ ids }) => ids)).toEqual(['m1']);
  });

  test('what is owed in one turn is bounded; what was dropped is answered when it comes again', () => {
    const receipts = new Receipts();
    for (let i = 0; i <= RECEIPTS_OWED_MAX; i++) receipts.owe(bob, came(`m${i}`), start);
    const named = drain(receipts).flatMap(({ ids }) => ids);
    expect(named.length).toBe(RECEIPTS_OWED_MAX);
    receipts.again(bob, came(`m${RECEIPTS_OWED_MAX}`), start);
    expect(drain(receipts).flatMap(({ ids }) => ids)).toEqual([`m${RECEIPTS_OWED_MAX}`]);
  });
});

describe('§3.2 receipts that come', () => {
  const ours = new Map([
    [id('a'), bob],
    [id('b'), carol],
  ]);
  const receipt = { type: 'receipt', ids: [id('a'), id('b'), id('x')], hops: [2, 1, 1], read: false } as const;
  const of = (from: NodeId, read = false) => evidenceOf(from, { ...receipt, read }, (envelope) => ours.get(envelope));

  test('prove delivery of the envelopes of ours that were for their sender, and of nothing else', () => {
    expect(of(bob)).toEqual([{ id: 'a', state: 'delivered', hops: 2 }]);
    expect(of(carol)).toEqual([{ id: 'b', state: 'delivered', hops: 1 }]);
  });

  test('of a carrier prove nothing, though it knows the ids', () => {
    expect(of('mallory' as NodeId)).toEqual([]);
  });

  test('may say that a message was read', () => {
    expect(of(bob, true)).toEqual([{ id: 'a', state: 'read', hops: 2 }]);
  });
});
