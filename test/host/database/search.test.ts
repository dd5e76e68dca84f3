import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { Database } from '../../../src/host/database/database.ts';
import { APPLICATION_ID, MIGRATIONS } from '../../../src/host/database/schema.ts';
import type { SearchQuery } from '../../../src/host/database/search.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { messageRecord, somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

const carol = somebody('c');

let path: string;
let database: Database;
beforeEach(() => {
  path = join(tempDir(), 'qpc.db');
  database = Database.open(path, { suite: nodeSuite });
});
afterEach(() => database.close());

const write = (...lines: readonly string[]): void => database.apply(lines.map((text, n) => messageRecord(n, { text })));

/** The texts of what is found for these words. */
const found = (words: string | readonly string[], more: Partial<SearchQuery> = {}): string[] =>
  database
    .search({ words: typeof words === 'string' ? [words] : words, limit: 10, ...more })
    .messages.map(({ text }) => text);

describe('words', () => {
  test('are found in any case and alphabet, with any accents, as any part of a line', () => {
    write('Привет, мир', 'Café au lait', 'cafe\u0301 noir', '你好，世界', 'HELLO', 'o_O 100% sure');
    expect(found('привет')).toEqual(['Привет, мир']);
    expect(found('cafe')).toEqual(['Café au lait', 'cafe\u0301 noir']);
    expect(found('CAFÉ N')).toEqual(['cafe\u0301 noir']);
    expect(found('ell')).toEqual(['HELLO']);
    expect(found('，世界')).toEqual(['你好，世界']);
  });

  test('of one or two characters are found too, whatever their alphabet', () => {
    write('Привет, мир', '你好，世界', '안녕하세요', 'HELLO', 'o_O 100% sure', 'été');
    expect(found('ир')).toEqual(['Привет, мир']);
    expect(found('世界')).toEqual(['你好，世界']);
    expect(found('녕하')).toEqual(['안녕하세요']);
    expect(found('LL')).toEqual(['HELLO']);
    expect(found('%')).toEqual(['o_O 100% sure']);
    expect(found('te')).toEqual(['été']);
  });

  test('are all to be there, long ones and short ones, in any order', () => {
    write('the relay on the hill', 'a relay, up the hill', 'hill relay', 'relay');
    expect(found(['hill', 'relay'])).toEqual(['the relay on the hill', 'a relay, up the hill', 'hill relay']);
    expect(found(['relay', 'up'])).toEqual(['a relay, up the hill']);
    expect(found(['up', ','])).toEqual(['a relay, up the hill']);
    expect(found('relay on')).toEqual(['the relay on the hill']);
  });

  test('that mean something to the index are taken as they stand', () => {
    write('say "NEAR(a b)" AND NOT -c*', 'nothing', 'a^b: {text} + "');
    for (const word of ['"NEAR(', 'b)" AND NOT', '-c*', 'a^b: {text}', '+ "', '{text} + "'])
      expect(found(word)).toHaveLength(1);
    for (const word of ['OR nothing', "' OR '1'='1", 'text : nothing', 'noth*', '%%%', '___'])
      expect(found(word)).toEqual([]);
  });

  test('whatever they are, all lines that contain them are found, and no others', () => {
    const letters = fc.constantFrom('a', 'b', 'ä', 'A', ' ', '"', '你', '🙂', 'n');
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: letters, maxLength: 8 }), { maxLength: 8 }),
        fc.string({ unit: letters, minLength: 1, maxLength: 4 }),
        (lines, word) => {
          const own = Database.open(join(tempDir(), 'qpc.db'), { suite: nodeSuite });
          own.apply(lines.map((text, n) => messageRecord(n, { text })));
          const plain = (text: string) => text.toLowerCase().replaceAll('ä', 'a');
          const expected = lines.filter((text) => plain(text).includes(plain(word)));
          expect(own.search({ words: [word], limit: 20 }).messages.map(({ text }) => text)).toEqual(expected);
          own.close();
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('where is looked', () => {
  test('may be one conversation, one author, a time', () => {
    write('hello 0', 'hello 1', 'hello 2');
    database.apply([messageRecord(9, { text: 'hello carol', conversation: carol, from: carol })]);
    expect(found('hello', { conversation: carol })).toEqual(['hello carol']);
    expect(found('he', { conversation: carol })).toEqual(['hello carol']);
    for (const word of ['hello', 'he'])
      expect(found(word, { except: [carol, 'nobody'] })).toEqual(['hello 0', 'hello 1', 'hello 2']);
    expect(found('hello', { from: somebody('b') })).toEqual(['hello 0', 'hello 1', 'hello 2']);
    expect(found([], { from: carol })).toEqual(['hello carol']);
    const { received } = messageRecord(1).message;
    expect(found('hello', { until: received })).toEqual(['hello 0']);
    expect(found('hello', { since: received, until: timestamp(received + 1) })).toEqual(['hello 1']);
  });

  test('pages go from the newest back, each oldest first, with neither holes nor lines twice', () => {
    write(...Array.from({ length: 11 }, (_, n) => `line ${n}`));
    for (const words of [['line'], ['li'], []]) {
      const first = database.search({ words, limit: 4 });
      const second = database.search({ words, limit: 4, before: first.messages[0]!.id });
      const third = database.search({ words, limit: 4, before: second.messages[0]!.id });
      const pages = [third, second, first].map(({ messages }) => messages.map(({ text }) => Number(text.slice(5))));
      expect(pages).toEqual([
        [0, 1, 2],
        [3, 4, 5, 6],
        [7, 8, 9, 10],
      ]);
      expect([first.more, second.more, third.more]).toEqual([true, true, false]);
    }
    expect(database.search({ words: ['line'], limit: 4, before: 'ff'.repeat(32) as never })).toEqual({
      messages: [],
      more: false,
    });
  });

  test('a hit carries what a line of the history does', () => {
    const own = messageRecord(1, { from: somebody('a'), hops: 0, text: 'mine' });
    const delivery = { id: own.message.id, to: somebody('b'), state: 'delivered', at: timestamp(3), hops: 2 } as const;
    database.apply([own, { put: 'delivery', delivery }]);
    expect(database.search({ words: ['mine'], limit: 1 }).messages).toEqual(database.history({ limit: 1 }).messages);
  });
});

/** A database of before there was an index, with these lines. */
function ofBefore(lines: readonly string[]): string {
  const old = join(tempDir(), 'qpc.db');
  const db = new DatabaseSync(old);
  const before = MIGRATIONS.findIndex((step) => step.includes('message_text'));
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA journal_mode = WAL; PRAGMA user_version = ${before}`);
  for (const step of MIGRATIONS.slice(0, before)) db.exec(step);
  const insert = db.prepare(`INSERT INTO message (id, kind, conversation, sender, recipient, text, content, created,
    received, hops, epoch, seq, follows, displayed) VALUES (?, 'direct', 'b', 'b', 'a', ?, 'text', 0, 0, 1, '00', ?, '[]', 1)`);
  for (const [n, text] of lines.entries()) insert.run(n.toString(16).padStart(64, '0'), text, n + 1);
  db.close();
  return old;
}

/** Breaks when the index and the lines are not in step. */
function checkIndex(of: string): void {
  const db = new DatabaseSync(of);
  db.exec("INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)");
  db.close();
}

describe('the index', () => {
  test('of lines of an earlier version is made from the newest on, a few at a time, and says how far it is', () => {
    const old = ofBefore(Array.from({ length: 10 }, (_, n) => `line ${n}`));
    database.close();
    database = Database.open(old, { suite: nodeSuite });
    expect(found('line')).toEqual([]);
    expect(database.indexing()).toEqual({ done: 0, of: 10 });
    database.indexMore(4);
    expect(found('line')).toEqual(['line 6', 'line 7', 'line 8', 'line 9']);
    expect(database.indexing()).toEqual({ done: 4, of: 10 });
    database.apply([messageRecord(99, { text: 'line new' })]);
    expect(found('line')).toHaveLength(5);
    database.close();
    database = Database.open(old, { suite: nodeSuite });
    database.indexMore(4);
    database.indexMore(4);
    expect(database.indexing()).toBeUndefined();
    expect(found('line', { limit: 20 })).toHaveLength(11);
    database.close();
    checkIndex(old);
    database = Database.open(path, { suite: nodeSuite });
  });

  test('follows lines that change or go, whether they are in it already or not', () => {
    const old = ofBefore(['old zero', 'old one', 'old two', 'old three']);
    database.close();
    database = Database.open(old, { suite: nodeSuite });
    database.indexMore(2);
    database.close();
    const db = new DatabaseSync(old);
    db.exec(`UPDATE message SET text = 'new ' || (n - 1) WHERE n IN (1, 4); DELETE FROM message WHERE n IN (2, 3)`);
    db.close();
    database = Database.open(old, { suite: nodeSuite });
    database.indexMore(10);
    expect(found('old')).toEqual([]);
    expect(found('new')).toEqual(['new 0', 'new 3']);
    database.close();
    checkIndex(old);
    database = Database.open(path, { suite: nodeSuite });
  });

  test('of a new database is never behind', () => {
    expect(database.indexing()).toBeUndefined();
    write('one');
    expect(database.indexing()).toBeUndefined();
  });
});
