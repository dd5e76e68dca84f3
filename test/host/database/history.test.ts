import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import type { DeliveryRecord, StoreRecord } from '../../../src/core/node/record.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { Database } from '../../../src/host/database/database.ts';
import type { PageQuery } from '../../../src/host/database/history.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { envelopeRecord, messageRecord, somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

const bob = somebody('b');
const carol = somebody('c');

let database: Database;
beforeEach(() => {
  database = Database.open(join(tempDir(), 'qpc.db'), { suite: nodeSuite });
});
afterEach(() => database.close());

const idOf = (n: number): EnvelopeId => messageRecord(n).message.id;

/** Twelve lines of bob's in an order of their own, with one of carol's between each two. */
const ORDER = [3, 1, 2, 9, 4, 8, 0, 5, 11, 10, 7, 6];
function write(): void {
  for (let n = 0; n < ORDER.length; n++) {
    database.apply([messageRecord(n, { rank: 1 + ORDER.indexOf(n) })]);
    database.apply([messageRecord(100 + n, { conversation: carol, rank: 1 + n })]);
  }
}

/** The numbers of a page's lines, and whether there are more on each side. */
function page(query: Partial<PageQuery>): { lines: number[]; more: boolean; moreAfter: boolean } {
  const { messages, more, moreAfter } = database.history({ limit: 5, ...query });
  return { lines: messages.map(({ text }) => Number(text.slice(5))), more, moreAfter };
}

describe('the way of a line', () => {
  test('is every state it came to, and those who had it when its envelope left', () => {
    const kept = envelopeRecord(new Uint8Array([1]), { handedTo: [] });
    const { id } = kept.head;
    const state = (name: DeliveryRecord['state'], at: number, more: Partial<DeliveryRecord> = {}): StoreRecord => ({
      put: 'delivery',
      delivery: { id, to: bob, state: name, at: timestamp(at), ...more },
    });
    database.apply([kept, state('queued', 1)]);
    const carried = { detail: '1 node carries it' };
    database.apply([{ put: 'head', head: { ...kept.head, handedTo: [carol] } }, state('carried', 2, carried)]);
    expect(database.way(id)).toEqual({
      steps: [
        { state: 'queued', at: 1 },
        { state: 'carried', at: 2, ...carried },
      ],
      holders: [],
    });
    database.apply([state('delivered', 3, { hops: 2 }), { delete: 'envelope', id }]);
    expect(database.way(id)).toMatchObject({
      steps: [{}, {}, { state: 'delivered', at: 3, hops: 2 }],
      holders: [carol],
    });
    expect(database.load().deliveries).toEqual([{ id, to: bob, state: 'delivered', at: 3, hops: 2 }]);
    expect(database.way(idOf(1))).toEqual({ steps: [], holders: [] });
  });
});

describe('a page at a line', () => {
  test('after it begins with the next one, and says whether there are more', () => {
    write();
    expect(page({ conversation: bob, after: idOf(1) })).toEqual({
      lines: [2, 9, 4, 8, 0],
      more: true,
      moreAfter: true,
    });
    expect(page({ conversation: bob, after: idOf(10) })).toEqual({ lines: [7, 6], more: true, moreAfter: false });
    expect(page({ conversation: bob, after: idOf(6) })).toEqual({ lines: [], more: true, moreAfter: false });
  });

  test('around it has it in the middle, and fills up from one side where the other has no more', () => {
    write();
    expect(page({ conversation: bob, around: idOf(8) })).toEqual({
      lines: [9, 4, 8, 0, 5],
      more: true,
      moreAfter: true,
    });
    expect(page({ conversation: bob, around: idOf(3) })).toEqual({
      lines: [3, 1, 2, 9, 4],
      more: false,
      moreAfter: true,
    });
    expect(page({ conversation: bob, around: idOf(7) })).toEqual({
      lines: [5, 11, 10, 7, 6].slice(0),
      more: true,
      moreAfter: false,
    });
    expect(page({ conversation: bob, around: idOf(8), limit: 1 })).toEqual({ lines: [8], more: true, moreAfter: true });
  });

  test('of all conversations goes by the order in which they came', () => {
    write();
    expect(page({ after: idOf(10) }).lines).toEqual([110, 11, 111]);
    expect(page({ around: idOf(2) }).lines).toEqual([1, 101, 2, 102, 3]);
  });

  test('that is none of that conversation is empty', () => {
    write();
    for (const way of ['before', 'after', 'around'] as const) {
      expect(page({ conversation: carol, [way]: idOf(1) })).toEqual({ lines: [], more: false, moreAfter: false });
      expect(page({ [way]: 'ff'.repeat(32) as EnvelopeId }).lines).toEqual([]);
    }
  });

  test('whatever its size and place, it is a part of the conversation without a hole, and says truly what is left', () => {
    write();
    fc.assert(
      fc.property(
        fc.nat(11),
        fc.integer({ min: 1, max: 14 }),
        fc.constantFrom('before', 'after', 'around'),
        (n, limit, way) => {
          const { lines, more, moreAfter } = page({ conversation: bob, [way]: idOf(n), limit });
          const at = ORDER.indexOf(n);
          const first = lines.length > 0 ? ORDER.indexOf(lines[0]!) : way === 'before' ? 0 : 12;
          expect(lines).toEqual(ORDER.slice(first, first + lines.length));
          expect(lines).toHaveLength(Math.min(limit, { before: at, after: 11 - at, around: 12 }[way]!));
          expect([more, moreAfter]).toEqual([first > 0, first + lines.length < 12]);
          if (way === 'around') expect(lines).toContain(n);
          else
            expect(ORDER.indexOf(lines.at(way === 'before' ? -1 : 0)!)).toBe(
              lines.length === 0 ? -1 : way === 'before' ? at - 1 : at + 1,
            );
        },
      ),
    );
  });
});
