import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/core/base/fault.ts';
import { causes } from '../../../src/core/base/fault.ts';
import { Database } from '../../../src/host/database/database.ts';
import { loadOrCreate } from '../../../src/host/identity/identity-file.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { checkup } from '../../../src/host/process/checkup.ts';
import { takeLock } from '../../../src/host/profile/lock.ts';
import { tempDir } from '../../support/temp-dir.ts';

const HOUR_MS = 3_600_000;

let home: string;
beforeEach(() => {
  home = tempDir();
  loadOrCreate(home, { suite });
});

const faults = ({ runs = true, now = Date.now() } = {}): readonly Finding[] =>
  causes(checkup(home, { now, runs }).filter((check) => 'code' in check));
const codes = (how = {}): string[] => faults(how).map(({ code }) => code);

describe('the files of a profile', () => {
  test('as a node leaves them, nothing is wrong with them, and each is named as good', () => {
    Database.open(join(home, 'qpc.db'), { suite }).close();
    expect(codes()).toEqual([]);
    const good = checkup(home, { now: Date.now(), runs: true }).map((check) => ('what' in check ? check.what : check));
    expect(good).toEqual(['home', 'identity', 'disk', 'clock']);
  });

  test('what others can read is named with its mode', () => {
    chmodSync(join(home, 'identity.json'), 0o644);
    expect(faults()).toEqual([
      { code: 'FILE_PERMISSIONS', subject: join(home, 'identity.json'), found: expect.stringContaining('0644') },
    ]);
    chmodSync(home, 0o755);
    expect(codes()).toEqual(['FILE_PERMISSIONS', 'FILE_PERMISSIONS']);
  });

  test('an identity that is damaged, or no file, is no identity', () => {
    writeFileSync(join(home, 'identity.json'), '{"version":1', { mode: 0o600 });
    expect(codes()).toEqual(['IDENTITY_DAMAGED']);
    home = tempDir();
    mkdirSync(join(home, 'identity.json'), { mode: 0o700 });
    expect(codes()).toEqual(['IDENTITY_DAMAGED']);
    home = tempDir();
    symlinkSync('/nowhere', join(home, 'identity.json'));
    expect(codes()).toContain('IDENTITY_DAMAGED');
  });

  test('a clock before the files of this profile is wrong', () => {
    expect(codes({ now: Date.now() - HOUR_MS / 2 })).toEqual([]);
    expect(codes({ now: Date.now() - 24 * HOUR_MS })).toEqual(['CLOCK_WRONG']);
    utimesSync(join(home, 'identity.json'), new Date(), new Date(Date.now() + 72 * HOUR_MS));
    expect(codes()).toEqual(['CLOCK_WRONG']);
  });
});

describe('without a node', () => {
  test('that none runs is what is wrong, with or without a profile', () => {
    expect(codes({ runs: false })).toEqual(['NODE_STOPPED']);
    Database.open(join(home, 'qpc.db'), { suite }).close();
    expect(codes({ runs: false })).toEqual(['NODE_STOPPED']);
    home = join(home, 'nowhere');
    expect(codes({ runs: false })).toEqual(['NODE_STOPPED']);
  });

  test('what keeps one from starting is named instead', () => {
    const path = join(home, 'qpc.db');
    Database.open(path, { suite }).close();
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');
    expect(codes({ runs: false })).toEqual(['DATABASE_LOCKED']);
    other.close();
    writeFileSync(path, 'x'.repeat(8192));
    expect(codes({ runs: false })).toEqual(['DATABASE_DAMAGED']);
    writeFileSync(join(home, 'identity.json'), '', { mode: 0o600 });
    expect(codes({ runs: false })).toEqual(['IDENTITY_DAMAGED', 'DATABASE_DAMAGED']);
  });

  test('a process that holds the profile and does not answer is named, with its number', () => {
    writeFileSync(join(home, 'node.json'), JSON.stringify({ pid: 4121, socket: '/nowhere', version: '0' }), {
      mode: 0o600,
    });
    const lock = takeLock(join(home, 'node.lock'));
    expect(faults({ runs: false })).toMatchObject([{ code: 'NODE_SILENT', subject: '4121' }]);
    lock?.release();
    expect(codes({ runs: false })).toEqual(['NODE_STOPPED']);
  });
});
