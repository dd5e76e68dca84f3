import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { COPIES_DEFAULT } from '../../../src/core/base/limits.ts';
import { ENVELOPE_KINDS } from '../../../src/core/wire/envelope.ts';
import { Database } from '../../../src/host/database/database.ts';
import { APPLICATION_ID, MIGRATIONS } from '../../../src/host/database/schema.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { messageRecord, somebody } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A database of the first version, with these lines in the order in which they came. */
function ofFirstVersion(lines: readonly (readonly [conversation: string, text: string])[]): string {
  const path = join(tempDir(), 'qpc.db');
  const db = new DatabaseSync(path);
  db.exec(
    `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA journal_mode = WAL; ${MIGRATIONS[0]}; PRAGMA user_version = 1`,
  );
  const insert =
    db.prepare(`INSERT INTO message (id, kind, conversation, sender, recipient, text, content, created, received,
    hops, epoch, seq, follows, displayed) VALUES (?, 'direct', ?, ?, ?, ?, 'text', 0, ?, 1, '00000000000000aa', ?, '[]', 1)`);
  for (const [n, [conversation, text]] of lines.entries()) {
    // Ids fall, so that an order by id would be another.
    const id = (0xffff - n).toString(16).padStart(64, '0');
    insert.run(id, conversation, conversation, somebody('a'), text, n, n + 1);
    db.prepare(`INSERT OR REPLACE INTO tail VALUES (?, ?, '00000000000000aa', ?, ?)`).run(
      conversation,
      conversation,
      n + 1,
      id,
    );
  }
  db.close();
  return path;
}

describe('a database of the first version', () => {
  test('keeps its lines in the order in which they came, before all that have a rank', () => {
    const [bob, carol] = [somebody('b'), somebody('c')];
    const path = ofFirstVersion([
      [bob, 'one'],
      [carol, 'else'],
      [bob, 'two'],
      [bob, 'three'],
    ]);
    const database = Database.open(path, { suite: nodeSuite });
    database.apply([messageRecord(9, { conversation: bob, text: 'four', rank: 1, id: '0'.repeat(64) as never })]);
    const lines = database.history({ conversation: bob, limit: 10 }).messages;
    expect(lines.map(({ text, rank }) => [text, rank])).toEqual([
      ['one', -2],
      ['two', -1],
      ['three', 0],
      ['four', 1],
    ]);
    expect(database.history({ conversation: carol, limit: 10 }).messages).toMatchObject([{ text: 'else', rank: 0 }]);
    const ranks = new Map(database.load().tails.map(({ author, rank }) => [author, rank]));
    expect(ranks).toEqual(
      new Map([
        [bob, 1],
        [carol, 0],
      ]),
    );
    database.close();
  });

  test('gives its letters that wait for somebody as many copies as new ones have, and no more than that', () => {
    const path = ofFirstVersion([]);
    const db = new DatabaseSync(path);
    const put = db.prepare(`INSERT INTO envelope_head VALUES
      (?, ?, 'me', 'you', 500, ?, NULL, 0, 16, 3600, 0, 0, 1, ?, 0)`);
    put.run('waits', ENVELOPE_KINDS.direct, 'own', '[]');
    put.run('taken', ENVELOPE_KINDS.direct, 'own', '["somebody"]');
    put.run('carried', ENVELOPE_KINDS.direct, 'contact', '[]');
    put.run('post', ENVELOPE_KINDS.channel, 'own', '[]');
    db.exec(`INSERT INTO envelope_bytes SELECT id, x'' FROM envelope_head`);
    db.close();
    const database = Database.open(path, { suite: nodeSuite });
    const copies = new Map<string, number>(database.load().heads.map((head) => [head.id, head.copies]));
    expect(copies).toEqual(
      new Map([
        ['waits', COPIES_DEFAULT],
        ['taken', 1],
        ['carried', 1],
        ['post', 1],
      ]),
    );
    database.close();
  });
});
