import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cleanEnv } from '../support/line-mode.ts';
import { buildDiskFault, DiskFault, type FaultKind } from './disk-fault.ts';

const root = mkdtempSync(join(tmpdir(), 'qpc-disk-fault-'));
afterAll(() => rmSync(root, { recursive: true }));
const built = buildDiskFault(root);
if ('why' in built) process.stderr.write(`skipped: faults of disks cannot be made: ${built.why}\n`);

/** Runs a few lines of a program in a folder of its own, with a fault at one of its operations. */
function run(kind: FaultKind, at: number, code: string, isArmed = true) {
  const folder = mkdtempSync(join(root, 'run-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  if ('why' in built) throw new Error(built.why);
  const fault = new DiskFault({ library: built.library, folder, home });
  if (isArmed) fault.arm();
  const program = `const fs = require('node:fs'); process.chdir(${JSON.stringify(home)}); const say = (what) => console.log(what);
    const attempt = (act) => { try { act(); say('done'); } catch (error) { say(error.code); } }; ${code}`;
  const env = { ...cleanEnv(), ...fault.env(kind, at) };
  const { signal, stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env });
  const files = Object.fromEntries(readdirSync(home).map((name) => [name, readFileSync(join(home, name), 'utf8')]));
  return {
    signal,
    said: stdout.split('\n').filter(Boolean),
    files,
    operations: fault.operations().map(({ name }) => name),
  };
}

/** Operations: 1 open, 2 write, 3 fsync, 4 fsync of the folder, 5 write, 6 write. */
const KEEPS_AND_WRITES = `
  const file = fs.openSync('a', 'w+'); fs.writeSync(file, 'kept'); fs.fsyncSync(file);
  fs.fsyncSync(fs.openSync('.', 'r'));
  fs.writeSync(file, 'LOST', 2); fs.writeSync(file, 'more', 6);`;

describe.skipIf('why' in built)('a disk with a fault', () => {
  test('kill: what was done before stays, and nothing comes after', () => {
    const { signal, files, operations } = run('kill', 6, KEEPS_AND_WRITES);
    expect({ signal, files }).toEqual({ signal: 'SIGKILL', files: { a: 'keLOST' } });
    expect(operations).toEqual(['open', 'write', 'fsync', 'fsync', 'pwrite', 'pwrite']);
  });

  test('torn: half of the write is there', () => {
    expect(run('torn', 6, KEEPS_AND_WRITES).files).toEqual({ a: 'keLOSTmo' });
  });

  test('power: what was written since the last fsync is undone, bytes and length', () => {
    const { signal, files } = run('power', 6, KEEPS_AND_WRITES);
    expect({ signal, files }).toEqual({ signal: 'SIGKILL', files: { a: 'kept' } });
  });

  test('power: so are names in a folder that was not synced', () => {
    const newFile = `fs.writeFileSync('a', 'x'); fs.writeFileSync('b', 'y'); fs.renameSync('b', 'a'); fs.unlinkSync('a'); fs.mkdirSync('c');`;
    expect(run('power', 4, newFile).files).toEqual({});
    const replaced = `${KEEPS_AND_WRITES} fs.writeFileSync('b', 'other'); fs.renameSync('b', 'a'); fs.writeFileSync('c', '');`;
    expect(run('power', 10, replaced).files).toEqual({ a: 'kept' });
  });

  test('full: no write works any more, and the process goes on', () => {
    const { signal, said, files } = run(
      'full',
      2,
      `attempt(() => fs.writeFileSync('a', 'x')); attempt(() => fs.writeFileSync('a', 'y'));`,
    );
    expect({ signal, said, files }).toEqual({ signal: null, said: ['ENOSPC', 'ENOSPC'], files: { a: '' } });
  });

  test('io: one operation fails', () => {
    const { said } = run(
      'io',
      3,
      `const file = fs.openSync('a', 'w'); attempt(() => fs.writeSync(file, 'x')); attempt(() => fs.fsyncSync(file)); attempt(() => fs.fsyncSync(file));`,
    );
    expect(said).toEqual(['done', 'EIO', 'done']);
  });

  test('what is not armed is not counted, and does not fail', () => {
    const { signal, operations } = run('kill', 1, `fs.writeFileSync('a', 'x');`, false);
    expect({ signal, operations }).toEqual({ signal: null, operations: [] });
  });
});
