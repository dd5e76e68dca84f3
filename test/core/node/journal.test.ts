import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/core/base/time.ts';
import { Journal } from '../../../src/core/node/journal.ts';
import type { RecordNumber, StoreRecord } from '../../../src/core/node/record.ts';

const NOW = instant(0);
const number = (n: number): RecordNumber => n as RecordNumber;
const record = (value: string): StoreRecord => ({ put: 'setting', key: 'name', value });

/** Hands out everything that was written, as an owner does. */
function pollAll(journal: Journal): number {
  let polled = 0;
  while (journal.poll()) polled++;
  return polled;
}

describe('the journal: nothing is said before it is on disk', () => {
  test('what waits is called when its records are on disk, in order', () => {
    const journal = new Journal();
    const said: string[] = [];
    journal.write(record('a'));
    journal.afterCommit(NOW, () => said.push('a'));
    journal.write(record('b'), record('c'));
    journal.afterCommit(NOW, () => said.push('c'));
    expect(pollAll(journal)).toBe(3);
    journal.committed(number(2), NOW);
    expect(said).toEqual(['a']);
    journal.committed(number(3), NOW);
    expect(said).toEqual(['a', 'c']);
  });

  test('with nothing outstanding it is called at once', () => {
    const journal = new Journal();
    const said: string[] = [];
    journal.write(record('a'));
    pollAll(journal);
    journal.committed(number(1), NOW);
    journal.afterCommit(NOW, () => said.push('now'));
    expect(said).toEqual(['now']);
  });

  test('a refused batch tells those who waited for it, and nobody else', () => {
    const journal = new Journal();
    const said: string[] = [];
    journal.write(record('a'));
    journal.afterCommit(
      NOW,
      () => said.push('a'),
      (why) => said.push(`not a: ${why}`),
    );
    pollAll(journal);
    journal.write(record('b'));
    journal.afterCommit(
      NOW,
      () => said.push('b'),
      (why) => said.push(`not b: ${why}`),
    );
    journal.refused(number(1), 'full', NOW);
    expect(said).toEqual(['not a: full']);
    pollAll(journal);
    journal.committed(number(2), NOW);
    expect(said).toEqual(['not a: full', 'b']);
  });

  test('what is written from inside a continuation waits for its own commit', () => {
    const journal = new Journal();
    const said: string[] = [];
    journal.write(record('a'));
    journal.afterCommit(NOW, () => {
      journal.write(record('b'));
      journal.afterCommit(NOW, () => said.push('b'));
    });
    pollAll(journal);
    journal.committed(number(1), NOW);
    expect(said).toEqual([]);
    pollAll(journal);
    journal.committed(number(2), NOW);
    expect(said).toEqual(['b']);
  });
});
