import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { ApiEvent } from '../../../src/api/schema.ts';
import { INDEXED_AT_ONCE } from '../../../src/core/base/limits.ts';
import { timestamp } from '../../../src/core/base/time.ts';
import { Database } from '../../../src/host/database/database.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { Indexing } from '../../../src/host/service/indexing.ts';
import { Undertakings } from '../../../src/host/service/undertakings.ts';
import { messageRecord } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** A database with so many lines, none of which is in its index. */
function unindexed(count: number): Database {
  const path = join(tempDir(), 'qpc.db');
  const database = Database.open(path, { suite: nodeSuite });
  database.apply(Array.from({ length: count }, (_, n) => messageRecord(n)));
  database.close();
  const db = new DatabaseSync(path);
  db.exec(`INSERT INTO message_text (message_text) VALUES ('delete-all'); UPDATE search SET unindexed = ${count}`);
  db.close();
  return Database.open(path, { suite: nodeSuite });
}

test('the index is made part by part, told as it goes on, and whole at the end', async () => {
  const count = 3 * INDEXED_AT_ONCE + 7;
  const database = unindexed(count);
  const told: ApiEvent[] = [];
  let clock = 0;
  // To this clock each part takes a second.
  const undertakings = new Undertakings(
    (event) => told.push(event),
    () => timestamp(clock),
    () => (clock += 1_000),
  );
  const indexing = new Indexing(database, undertakings);
  indexing.start();
  await expect.poll(() => database.indexing()).toBeUndefined();
  const news = told.map((event) => (event.type === 'progress' ? [event.done, event.of, event.over] : []));
  expect(news).toEqual([
    [INDEXED_AT_ONCE, count, false],
    [2 * INDEXED_AT_ONCE, count, false],
    [3 * INDEXED_AT_ONCE, count, false],
    [count, count, false],
    [count, count, true],
  ]);
  expect(database.search({ words: ['line'], limit: 5_000 }).messages).toHaveLength(count);
  indexing.start();
  expect(told).toHaveLength(5);
  indexing.stop();
  database.close();
});
