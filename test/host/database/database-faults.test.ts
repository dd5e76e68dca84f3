import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { Database } from '../../../src/host/database/database.ts';
import {
  DatabaseError,
  type DatabaseTrouble,
  StoreFailed,
  StoreFull,
} from '../../../src/host/database/database-error.ts';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { has } from '../../support/needs.ts';
import { envelopeRecord, messageRecord } from '../../support/records.ts';
import { tempDir } from '../../support/temp-dir.ts';

const open = (path: string) => Database.open(path, { suite: nodeSuite, timeoutMs: 100 });

/** A database with `count` messages and envelopes, closed. */
function made(path: string, count = 50): string {
  const database = open(path);
  for (let n = 0; n < count; n++) database.apply([messageRecord(n), envelopeRecord(new Uint8Array(2000).fill(n))]);
  database.close();
  return path;
}

function refusal(path: string): DatabaseError {
  try {
    open(path).close();
  } catch (thrown) {
    if (thrown instanceof DatabaseError) return thrown;
    throw thrown;
  }
  throw new Error('it opened');
}

const CHILD = join(import.meta.dirname, '../../support/writing-child.ts');

describe('a file that is no database of ours', () => {
  const cases: readonly [name: string, trouble: DatabaseTrouble, make: (path: string) => void][] = [
    ['random bytes', 'damaged', (path) => writeFileSync(path, Buffer.alloc(9000, 0xa5))],
    ['an empty file', 'empty', (path) => writeFileSync(path, '')],
    ['a folder', 'gone', (path) => mkdirSync(path)],
    ['a file cut short', 'damaged', (path) => writeFileSync(path, readFileSync(made(path)).subarray(0, 20_000))],
    ['only its first page', 'damaged', (path) => writeFileSync(path, readFileSync(made(path)).subarray(0, 4096))],
    [
      'a page of garbage within',
      'damaged',
      (path) => writeFileSync(path, readFileSync(made(path)).fill(0xa5, 8192, 12_288)),
    ],
    [
      'the database of another program',
      'foreign',
      (path) => {
        const other = new DatabaseSync(path);
        other.exec('CREATE TABLE note (text TEXT); PRAGMA application_id = 7');
        other.close();
      },
    ],
    [
      'a newer schema',
      'newer',
      (path) => {
        const ours = new DatabaseSync(made(path));
        ours.exec('PRAGMA user_version = 99');
        ours.close();
      },
    ],
    [
      'a log without its file',
      'incomplete',
      (path) => {
        writeFileSync(`${path}-wal`, Buffer.alloc(5000, 1));
      },
    ],
  ];
  for (const [name, trouble, make] of cases) {
    test(`${name}: refused as "${trouble}", and left as it is`, () => {
      const path = join(tempDir(), 'qpc.db');
      make(path);
      const before = name === 'a folder' || !existsSync(path) ? undefined : readFileSync(path);
      const { trouble: found, message, hint } = refusal(path);
      expect(found).toBe(trouble);
      expect(message).toContain(path);
      expect(hint).not.toBe('');
      if (before) expect(readFileSync(path).equals(before)).toBe(true);
      else expect(existsSync(path)).toBe(name === 'a folder');
    });
  }

  test('a folder that is not there', () => {
    expect(refusal(join(tempDir(), 'nowhere', 'qpc.db')).trouble).toBe('gone');
  });

  test('a crash while the file was made leaves nothing in the way', () => {
    const path = join(tempDir(), 'qpc.db');
    writeFileSync(`${path}.new`, 'half a database');
    open(path).close();
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test('a truncation at any page boundary never opens with less than was there, except as an error', () => {
    const path = made(join(tempDir(), 'qpc.db'), 10);
    const whole = readFileSync(path);
    for (let size = 4096; size < whole.length; size += 4096 * 3) {
      writeFileSync(path, whole.subarray(0, size));
      expect(refusal(path).trouble).toBe('damaged');
    }
  });
});

describe('a file on a disk that fails', () => {
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  const small = (name: string, body: (folder: string) => void) =>
    test(name, (context) => {
      if (!has(root, 'root on Linux, to mount a small disk')) return context.skip();
      const folder = tempDir();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
      try {
        body(folder);
      } finally {
        execFileSync('umount', ['-l', folder]);
      }
    });

  small('full: refused, nothing of that turn is there, all before is; goes on when there is room again', (folder) => {
    const path = join(folder, 'qpc.db');
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(400_000));
    const database = open(path);
    let written = 0;
    const fill = () => {
      for (; written < 1000; written++) {
        const payload = new Uint8Array(20_000).fill(written);
        database.apply([messageRecord(written), envelopeRecord(payload)]);
      }
    };
    expect(fill).toThrow(StoreFull);
    expect(database.load().shown).toHaveLength(written);
    expect(database.history({ limit: 100 }).messages).toHaveLength(written);
    rmSync(ballast);
    database.apply([messageRecord(written)]);
    database.close();
    const again = open(path);
    expect(again.load().shown).toHaveLength(written + 1);
    again.close();
  });

  small('full from the start: says so, and leaves no half-made file', (folder) => {
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(1_040_000));
    const path = join(folder, 'qpc.db');
    expect(refusal(path).trouble).toBe('full');
    expect(existsSync(path)).toBe(false);
  });

  small('read-only: says so', (folder) => {
    const path = made(join(folder, 'qpc.db'), 2);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    expect(refusal(path).trouble).toBe('read-only');
  });

  test('a folder that vanishes while running: what follows is refused, and goes on when it is back', async () => {
    const folder = join(tempDir(), 'home');
    mkdirSync(folder);
    const database = open(join(folder, 'qpc.db'));
    const mail = envelopeRecord(new Uint8Array([1]));
    database.apply([messageRecord(1), mail]);
    renameSync(folder, `${folder}.away`);
    await expect.poll(() => tryApply(database, 2), { timeout: 3000, interval: 100 }).toBeInstanceOf(StoreFailed);
    expect(tryApply(database, 2)).toMatchObject({ trouble: 'gone' });
    expect([database.envelope(mail.head.id), database.shown(messageRecord(1).message.id)]).toEqual([
      'unreadable',
      'unreadable',
    ]);
    expect(existsSync(join(folder, 'qpc.db'))).toBe(false);
    renameSync(`${folder}.away`, folder);
    expect(tryApply(database, 3)).toBeUndefined();
    expect(database.shown(messageRecord(1).message.id)).toBe(true);
    expect(database.envelope(mail.head.id)).toEqual(mail.bytes);
    database.close();
  });

  const tryApply = (database: Database, n: number): unknown => {
    try {
      database.apply([messageRecord(n)]);
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  };
});

describe('processes', () => {
  test('a second one is held off, and not by what a killed one left behind', async () => {
    const path = join(tempDir(), 'qpc.db');
    const child = spawn(process.execPath, [CHILD, path, 'hold'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(refusal(path).trouble).toBe('in use');
    child.kill('SIGKILL');
    await once(child, 'exit');
    open(path).close();
  });

  test('killed ten times while writing: nothing that was acknowledged is missing, no turn is there in part', async () => {
    const path = join(tempDir(), 'qpc.db');
    let acknowledged = 0;
    for (let kill = 0; kill < 10; kill++) {
      const child = spawn(process.execPath, [CHILD, path, String(acknowledged)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (data) => {
        said += data;
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, kill * 7));
      child.kill('SIGKILL');
      await once(child, 'close');
      const last = Number(said.trim().split('\n').at(-1));
      const database = open(path);
      const { heads, shown } = database.load();
      // A turn that was on disk but not yet acknowledged may be there; it is whole then.
      expect([last, last + 1 + (last % 7)]).toContain(shown.length);
      expect(heads).toHaveLength(shown.length);
      for (const id of [heads[0]!.id, heads.at(-1)!.id]) expect(database.envelope(id)).toBeDefined();
      expect(database.counters.damagedEnvelopes).toBe(0);
      acknowledged = shown.length;
      database.close();
    }
    expect(acknowledged).toBeGreaterThan(10);
  });

  test('a copy of the file and its log, taken from a killed one, is a database', async () => {
    const path = join(tempDir(), 'qpc.db');
    const child = spawn(process.execPath, [CHILD, path, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const copy = join(tempDir(), 'copy.db');
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    const database = open(copy);
    expect(database.load().shown.length).toBeGreaterThan(0);
    database.close();
  });
});
