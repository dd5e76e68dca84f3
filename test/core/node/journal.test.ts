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

  test('promises that were refused are taken back from the last to the first', () => {
    const journal = new Journal();
    const said: string[] = [];
    for (const value of ['a', 'b', 'c']) {
      journal.write(record(value));
      journal.afterCommit(
        NOW,
        () => {},
        () => said.push(value),
      );
    }
    pollAll(journal);
    journal.refused(number(1), 'io', NOW);
    expect(said).toEqual(['c', 'b', 'a']);
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

describe('the journal: what happened is written until it is on disk', () => {
  const name = (value: string): StoreRecord => ({ put: 'setting', key: 'name', value });
  const epoch = (value: string): StoreRecord => ({ put: 'setting', key: 'epoch', value });

  /** Takes everything that was written. */
  function poll(journal: Journal): string[] {
    const values: string[] = [];
    for (let record = journal.poll(); record; record = journal.poll()) {
      values.push('put' in record && record.put === 'setting' ? record.value : '?');
    }
    return values;
  }

  test('a fact that was refused is written again, later and later, and then what waits for it is called', () => {
    const journal = new Journal();
    const said: string[] = [];
    journal.keep(name('a'), NOW, () => said.push('a'));
    const waits: number[] = [];
    let now = NOW;
    for (let written = 1; written <= 9; written++) {
      expect(poll(journal)).toEqual(['a']);
      journal.refused(number(written), 'full', now);
      expect(journal.isBehind).toBe(true);
      expect(poll(journal)).toEqual([]);
      waits.push(journal.deadline()! - now);
      now = journal.deadline()!;
      journal.elapse(now);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
    expect(said).toEqual([]);
    expect(poll(journal)).toEqual(['a']);
    journal.committed(number(10), now);
    expect(said).toEqual(['a']);
    expect(journal.isBehind).toBe(false);
  });

  test('of two facts about the same thing the later one counts, whichever was refused', () => {
    const journal = new Journal();
    const said: string[] = [];
    journal.keep(name('a'), NOW, () => said.push('a'));
    journal.keep(name('b'), NOW, () => said.push('b'));
    journal.keep(epoch('1'), NOW);
    poll(journal);
    journal.refused(number(1), 'full', NOW);
    journal.keep(epoch('2'), NOW);
    expect(poll(journal)).toEqual(['2']);
    journal.committed(number(4), NOW);
    journal.elapse(NOW);
    expect(poll(journal)).toEqual(['b']);
    journal.committed(number(5), NOW);
    expect(said).toEqual(['b']);
  });

  test('what a promise writes while it is taken back is later than every fact that was refused with it', () => {
    const journal = new Journal();
    journal.keep(name('given'), NOW);
    journal.afterCommit(
      NOW,
      () => {},
      () => journal.keep(name('kept'), NOW),
    );
    poll(journal);
    journal.refused(number(1), 'full', NOW);
    expect(poll(journal)).toEqual(['kept']);
    journal.committed(number(2), NOW);
    expect(journal.isBehind).toBe(false);
    journal.elapse(NOW);
    expect(poll(journal)).toEqual([]);
  });

  test('once the disk takes something again, what it refused is not waited for', () => {
    const journal = new Journal();
    journal.keep(name('a'), NOW);
    poll(journal);
    journal.refused(number(1), 'io', NOW);
    journal.write(epoch('1'));
    poll(journal);
    const later = instant(10);
    journal.committed(number(2), later);
    expect(journal.deadline()).toBe(later);
    journal.elapse(later);
    expect(poll(journal)).toEqual(['a']);
  });
});
