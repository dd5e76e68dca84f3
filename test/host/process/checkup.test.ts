import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { checkup } from '../../../src/host/process/checkup.ts';
import { FakeNode } from '../../support/fake-node.ts';
import { serveFake } from '../../support/fake-profile.ts';
import { tempDir } from '../../support/temp-dir.ts';

let home: string;
beforeEach(() => {
  home = tempDir();
  writeFileSync(join(home, 'identity.json'), '{}', { mode: 0o600 });
});

const state = (what: string, now = Date.now()) => checkup(home, now).find((c) => c.what === what);

test('a profile with a running node has nothing wrong', async () => {
  const end = await serveFake(home, new FakeNode());
  expect(checkup(home, Date.now()).filter((c) => c.state === 'bad')).toEqual([]);
  await end();
});

test('files that others can read are found, with what to do about it', () => {
  chmodSync(join(home, 'identity.json'), 0o644);
  expect(state('identity')).toMatchObject({ state: 'bad', found: expect.stringContaining('chmod 600') });
  chmodSync(home, 0o755);
  expect(state('home')).toMatchObject({ state: 'bad', found: expect.stringContaining('chmod 700') });
});

test('a node that is gone has left no socket', () => {
  expect(state('socket')).toMatchObject({ state: 'bad' });
  writeFileSync(join(home, 'node.json'), JSON.stringify({ pid: 1, socket: join(home, 'node.sock'), version: '0' }));
  expect(state('socket')).toMatchObject({ state: 'bad', found: expect.stringContaining('is not there') });
});

test('a clock before the files of this profile is wrong', () => {
  expect(state('clock')).toMatchObject({ state: 'good' });
  utimesSync(join(home, 'identity.json'), new Date(), new Date(Date.now() + 3 * 86_400_000));
  expect(state('clock')).toMatchObject({ state: 'bad' });
});

test('a directory that is not there is no exception', () => {
  home = join(home, 'nowhere');
  expect(checkup(home, Date.now()).map((c) => c.state)).toContain('bad');
});
