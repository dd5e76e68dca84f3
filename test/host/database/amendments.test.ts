import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REACTING_AUTHORS_MAX } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import type { MessageRecord } from '../../../src/core/chat/record.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { Database } from '../../../src/host/database/database.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { messageRecord, somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

let path: string;
let database: Database;
const open: Database[] = [];

const fresh = (): Database => {
  path = join(tempDir(), 'qpc.db');
  open.push(Database.open(path, { suite: nodeSuite, boot: 'one boot' }));
  return open.at(-1)!;
};
beforeEach(() => {
  database = fresh();
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

const ann = somebody('a');
const bob = somebody('b');
const carol = somebody('c');
const hills = somebody('h');

/** Line 1 of bob's, and what is said about it; `n` is the number, the rank and the id. */
const idOf = (n: number): EnvelopeId => messageRecord(n).message.id;
const post = (n: number, changes: Partial<MessageRecord> = {}) =>
  messageRecord(n, { kind: 'channel', conversation: hills, to: hills, ...changes });
const about = (n: number, content: 'edit' | 'delete' | 'reaction', changes: Partial<MessageRecord> = {}) =>
  post(n, { content, re: idOf(1), text: content === 'delete' ? '' : `${content} ${n}`, ...changes });
const store = (...records: readonly ReturnType<typeof post>[]) => database.apply(records);
const line = (id = idOf(1)) => {
  const found = database.message(id);
  if (!found || found === 'ambiguous') throw new Error('the line is not there');
  return found;
};
const texts = () => database.history({ conversation: hills, limit: 100 }).messages.map(({ text }) => text);

describe('§4.5 an edit', () => {
  test('gives its line other words, and is no line itself', () => {
    store(post(1), post(2), about(3, 'edit'));
    expect(texts()).toEqual(['edit 3', 'line 2']);
    expect(line().edited).toEqual({ id: idOf(3), at: timestamp(1_700_000_000_003) });
  });

  test('counts by its place in the order, whatever came first', () => {
    store(post(1), about(4, 'edit'), about(3, 'edit'));
    expect(line()).toMatchObject({ text: 'edit 4', edited: { id: idOf(4) } });
    store(about(5, 'edit'));
    expect(line()).toMatchObject({ text: 'edit 5', edited: { id: idOf(5) } });
  });

  test('that came before its line waits for it', () => {
    store(about(3, 'edit'));
    expect(texts()).toEqual([]);
    store(post(1));
    expect(texts()).toEqual(['edit 3']);
  });

  test('of somebody else, or in another conversation, changes nothing', () => {
    store(post(1), about(3, 'edit', { from: carol }), about(4, 'edit', { conversation: somebody('x') }));
    expect(line()).toMatchObject({ text: 'line 1' });
    expect(line().edited).toBeUndefined();
  });

  test('that does not count any more leaves nothing of what it said', () => {
    store(post(1), about(3, 'edit', { text: 'a slip of the tongue' }), about(4, 'edit'));
    expect(holds('a slip of the tongue')).toBe(false);
  });
});

describe('§4.5 a delete', () => {
  test('takes the words of its line, and those of its edits, out of the file', () => {
    store(post(1, { text: 'the secret word' }), about(2, 'edit', { text: 'the other secret' }), about(3, 'delete'));
    expect(line()).toMatchObject({ text: '', deleted: { id: idOf(3) } });
    expect(texts()).toEqual(['']);
    for (const secret of ['the secret word', 'the other secret']) expect(holds(secret)).toBe(false);
    expect(database.search({ words: ['secret'], limit: 10 }).messages).toEqual([]);
  });

  test('takes long words out of the file too, which have pages of their own', () => {
    const secret = Array.from({ length: 3_000 }, (_, at) => `secret${at}`).join(' ');
    store(post(1, { text: secret }), about(2, 'edit', { text: `${secret} anew` }));
    store(about(3, 'delete'));
    expect(holds('secret')).toBe(false);
  });

  test('is final, whatever comes afterwards and whatever came first', () => {
    store(about(3, 'delete'), post(1), about(4, 'edit'));
    expect(line()).toMatchObject({ text: '', deleted: { id: idOf(3) } });
    store(about(2, 'delete'));
    expect(line().deleted?.id).toBe(idOf(2));
  });

  test('of somebody else changes nothing', () => {
    store(post(1), about(3, 'delete', { from: carol }));
    expect(line()).toMatchObject({ text: 'line 1' });
  });

  test('of a line that is not here leaves nothing of its edits either', () => {
    store(
      about(2, 'edit', { text: 'the secret word' }),
      about(4, 'delete'),
      about(3, 'edit', { text: 'the other secret' }),
    );
    for (const secret of ['the secret word', 'the other secret']) expect(holds(secret)).toBe(false);
    store(post(1));
    expect(texts()).toEqual(['']);
  });

  test('of a line that nobody was told of leaves no news', () => {
    store(post(1), post(2), about(3, 'delete'));
    expect(database.unshown(9)).toEqual([]);
    database.close();
    open[0] = database = Database.open(path, { suite: nodeSuite, boot: 'one boot' });
    expect(database.unshown(9).map(({ id }) => id)).toEqual([idOf(2)]);
  });

  test('of a line that nobody has read leaves nothing unread', () => {
    const lines = [post(1), post(2)];
    store(...lines, about(3, 'delete'));
    expect(database.conversations()).toMatchObject([{ unread: 1 }]);
    for (const { message } of lines) database.told(message);
    database.markRead(hills, timestamp(1_700_000_000_002));
    expect(database.conversations()).toMatchObject([{ unread: 0 }]);
    store(about(4, 'delete', { re: idOf(2) }));
    expect(database.conversations()).toMatchObject([{ unread: 0 }]);
  });
});

describe('§4.5 a sign', () => {
  const signs = () => line().reactions?.map(({ sign, by }) => [sign, by]);

  test('of one author counts once, the newest; an empty one takes it back', () => {
    store(post(1), about(2, 'reaction', { text: '👍' }), about(3, 'reaction', { text: '🎉' }));
    expect(signs()).toEqual([['🎉', bob]]);
    store(about(4, 'reaction', { from: carol, text: '🎉' }));
    expect(signs()).toEqual([
      ['🎉', bob],
      ['🎉', carol],
    ]);
    store(about(5, 'reaction', { text: '' }));
    expect(signs()).toEqual([['🎉', carol]]);
  });

  test('goes with its line', () => {
    store(post(1), about(2, 'reaction', { text: '👍', from: carol }), about(3, 'delete'));
    expect(signs()).toBeUndefined();
  });

  test('is no line: it is not unread, not the last of its conversation, and told to nobody who comes later', () => {
    store(post(1), about(2, 'reaction', { text: '👍' }));
    expect(database.conversations()).toMatchObject([{ unread: 1, lastAt: 1_700_000_000_001 }]);
    expect(database.unshown(10).map(({ id }) => id)).toEqual([]);
  });
});

describe('any number of amendments', () => {
  const kept = () => {
    database.close();
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db
      .prepare("SELECT content, count(*) AS many FROM message WHERE content <> 'text' AND text <> '' GROUP BY content")
      .all();
    db.close();
    open[0] = database = Database.open(path, { suite: nodeSuite, boot: 'one boot' });
    return Object.fromEntries(rows.map(({ content, many }) => [content, many]));
  };

  test('of one author is one edit and one sign of a line; of the others there is a place in the order', () => {
    const all = Array.from({ length: 200 }, (_, at) => about(at + 2, at % 2 === 0 ? 'edit' : 'reaction'));
    store(post(1), ...all);
    expect(line()).toMatchObject({ text: 'edit 200', reactions: [{ sign: 'reaction 201' }] });
    expect(kept()).toEqual({ edit: 1, reaction: 1 });
    store(post(300));
    expect(database.message(idOf(300))).toMatchObject({ missing: 98 });
  });

  test('of as many authors is counted up to a bound', () => {
    const authors = Array.from({ length: REACTING_AUTHORS_MAX + 50 }, (_, at) => `${hills}${at}` as NodeId);
    store(post(1), ...authors.map((from, at) => about(at + 2, 'reaction', { from, text: '👍' })));
    expect(line().reactions).toHaveLength(REACTING_AUTHORS_MAX);
  });
});

describe('§4.5 an answer', () => {
  test('brings the line that it answers, as it is now', () => {
    const answer = () => (database.message(idOf(2)) as MessageRecord & { answers?: unknown }).answers;
    store(post(2, { re: idOf(1) }));
    expect(answer()).toEqual({ id: idOf(1) });
    store(post(1, { from: carol }));
    expect(answer()).toEqual({ id: idOf(1), from: carol, text: 'line 1' });
    store(about(3, 'edit', { from: carol }));
    expect(answer()).toEqual({ id: idOf(1), from: carol, text: 'edit 3' });
    store(about(4, 'delete', { from: carol }));
    expect(answer()).toEqual({ id: idOf(1), from: carol, text: '' });
  });

  test('to a line of another conversation does not bring it', () => {
    store(post(1, { conversation: somebody('x') }), post(2, { re: idOf(1) }));
    expect(database.message(idOf(2))).toMatchObject({ answers: { id: idOf(1) } });
    expect((database.message(idOf(2)) as { answers?: object }).answers).toEqual({ id: idOf(1) });
  });

  test('to an amendment does not bring it: what it says is shown nowhere but in its line', () => {
    store(post(1), about(3, 'edit', { from: carol }), post(4, { from: carol, re: idOf(3) }));
    expect((database.message(idOf(4)) as { answers?: object }).answers).toEqual({ id: idOf(3) });
  });
});

describe('§4.2 what is missing', () => {
  test('is counted past amendments, which have numbers too', () => {
    store(post(1), about(2, 'edit'), about(4, 'reaction'), post(5), post(6));
    const missing = () => database.history({ conversation: hills, limit: 9 }).messages.map((one) => one.missing);
    expect(missing()).toEqual([0, 1, 0]);
    store(about(3, 'reaction'));
    expect(missing()).toEqual([0, 0, 0]);
  });

  test('between two people counts from the first number, in a channel from what is here', () => {
    const direct = (n: number, changes: Partial<MessageRecord> = {}) => messageRecord(n, changes);
    database.apply([direct(2, { content: 'reaction', re: idOf(9) }), direct(4)]);
    expect(database.history({ conversation: bob, limit: 9 }).messages).toMatchObject([{ missing: 2 }]);
    store(about(12, 'reaction', { from: carol }), post(14, { from: carol }));
    expect(database.history({ conversation: hills, limit: 9 }).messages).toMatchObject([{ missing: 1 }]);
  });
});

describe('what is told', () => {
  const told = (record: ReturnType<typeof post>) => database.told(record.message)?.line;

  test('of an amendment is the line that it changed, once that was told itself', () => {
    const [said, edit] = [post(1), about(2, 'edit')];
    store(said, edit);
    expect(told(edit)).toBeUndefined();
    expect(told(said)).toMatchObject({ text: 'edit 2' });
    const later = about(3, 'edit');
    store(later);
    expect(told(later)).toMatchObject({ id: idOf(1), text: 'edit 3' });
  });

  test('is nothing when it counts for nothing', () => {
    const [said, foreign, old, newer] = [
      post(1),
      about(4, 'edit', { from: carol }),
      about(2, 'edit'),
      about(3, 'edit'),
    ];
    store(said, foreign, newer, old);
    told(said);
    for (const one of [foreign, old]) expect(told(one)).toBeUndefined();
    expect(told(newer)).toMatchObject({ text: 'edit 3' });
  });
});

describe('a line that is withdrawn', () => {
  test('gives its number back, and is not what the next one follows, when it was the last', () => {
    const mine = (n: number) => messageRecord(n, { from: ann, hops: 0 });
    const tail = () => database.load().tails.map(({ seq, last }) => [seq, last]);
    database.apply([mine(1), mine(2), { delete: 'message', id: idOf(2) }]);
    expect(tail()).toEqual([[1, idOf(1)]]);
    database.apply([{ delete: 'message', id: idOf(1) }]);
    expect(tail()).toEqual([]);
    database.apply([mine(3), messageRecord(4, { from: ann, hops: 0, seq: 4 }), { delete: 'message', id: idOf(3) }]);
    expect(tail()).toEqual([[4, idOf(4)]]);
  });

  test('is a place without words, also after a restart', () => {
    database.apply([messageRecord(1, { from: ann, hops: 0, text: 'never said' }), { delete: 'message', id: idOf(1) }]);
    expect(holds('never said')).toBe(false);
    expect(line()).toMatchObject({ text: '', deleted: { id: idOf(1) } });
  });
});

describe('any order of arrival', () => {
  type Deed = { readonly content: 'edit' | 'delete' | 'reaction'; readonly from: NodeId; readonly rank: number };
  /** What carol and bob do to a line of bob's. */
  const deeds = fc.array(
    fc.record({
      content: fc.constantFrom('edit' as const, 'edit' as const, 'reaction' as const, 'delete' as const),
      from: fc.constantFrom(bob, carol),
      rank: fc.integer({ min: 2, max: 5 }),
    }),
    { maxLength: 8 },
  );

  test('leads to the same lines', () => {
    let stories = 0;
    /** What a story leads to, told in this order, in a conversation of its own. */
    const outcome = (story: readonly Deed[], order: readonly number[]) => {
      const base = ++stories * 100;
      const where = { conversation: `${hills}${stories}`, re: idOf(base) };
      const said = post(base, { conversation: where.conversation, text: 'said' });
      const records = story.map(({ content, from, rank }, at) =>
        about(base + 1 + at, content, { ...where, from, rank, text: content === 'delete' ? '' : `${at % 3}` }),
      );
      for (const at of order) store([said, ...records][at]!);
      const { text, edited, deleted, reactions } = line(idOf(base));
      const numberOf = (id: EnvelopeId | undefined) => id && Number(`0x${id}`) - base;
      return [text, deleted ? undefined : numberOf(edited?.id), numberOf(deleted?.id), reactions];
    };
    const told = deeds.chain((story) => {
      const order = [0, ...story.map((_, at) => at + 1)];
      return fc.tuple(fc.constant(story), fc.shuffledSubarray(order, { minLength: order.length }));
    });
    fc.assert(
      fc.property(told, ([story, order]) => {
        expect(outcome(story, order)).toEqual(
          outcome(
            story,
            order.toSorted((a, b) => a - b),
          ),
        );
      }),
      { numRuns: 50 },
    );
  });
});

/** Whether a text is anywhere in the file of the database, which is closed for that. */
function holds(text: string): boolean {
  database.close();
  const bytes = readFileSync(path);
  open[0] = database = Database.open(path, { suite: nodeSuite, boot: 'one boot' });
  return bytes.includes(text);
}
