import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { StartError } from '../../../src/host/process/start-error.ts';
import {
  holdProfile,
  isHeld,
  type Profile,
  profileFile,
  readNodeFile,
  readToken,
} from '../../../src/host/profile/profile.ts';
import { socketPath } from '../../../src/host/profile/socket-path.ts';
import { tempDir } from '../../support/temp-dir.ts';

const held: Profile[] = [];
afterEach(() => {
  for (const profile of held.splice(0)) profile.release();
});

function hold(home: string): Profile {
  const profile = holdProfile(home, { env: {}, version: '1.2.3' });
  held.push(profile);
  return profile;
}

/** What holding it is refused with. */
function refusal(home: string): StartError {
  try {
    hold(home);
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error('it was held');
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the home directory', () => {
  test('is made with mode 0700, parents too', () => {
    const home = join(tempDir(), 'a', 'b');
    expect(hold(home).warnings).toEqual([]);
    expect(mode(home)).toBe('700');
  });

  test('one of ours that others may read is closed to them, with a warning', () => {
    const home = join(tempDir(), 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'config.toml'), '');
    chmodSync(home, 0o755);
    expect(hold(home).warnings).toEqual([`others could look into ${home}; now only you can (chmod 700)`]);
    expect(mode(home)).toBe('700');
  });

  test('one with other things in it that others may read is refused, untouched, with the chmod line', () => {
    const home = join(tempDir(), 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'thesis.tex'), '');
    chmodSync(home, 0o755);
    expect(refusal(home)).toMatchObject({ exitCode: 1, hint: expect.stringContaining(`chmod 700 '${home}'`) });
    expect(mode(home)).toBe('755');
  });

  test('a file in its place is refused', () => {
    const home = join(tempDir(), 'home');
    writeFileSync(home, '');
    expect(refusal(home).message).toBe(`the home directory ${home} cannot be used: it is not a directory`);
  });

  test('a link of ours is followed', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'real'), { mode: 0o700 });
    symlinkSync(join(dir, 'real'), join(dir, 'link'));
    expect(hold(join(dir, 'link')).home).toBe(join(dir, 'real'));
  });

  test('one that anybody can replace is told', () => {
    const around = tempDir();
    chmodSync(around, 0o777);
    expect(hold(join(around, 'home')).warnings).toEqual([expect.stringContaining('anybody can replace')]);
  });
});

describe('the lock', () => {
  test('another process is refused with exit code 75 and the pid of the holder', async () => {
    const home = tempDir();
    hold(home);
    expect(readNodeFile(home)).toEqual({ pid: process.pid, socket: join(home, 'node.sock'), version: '1.2.3' });
    expect(isHeld(home)).toBe(true);
    const script = `import { holdProfile } from '${join(import.meta.dirname, '../../../src/host/profile/profile.ts')}';
      try { holdProfile(${JSON.stringify(home)}, { env: {}, version: '9' }); }
      catch (error) { console.log(error.message); process.exitCode = error.exitCode; }`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(said.trim()).toBe(`another node holds this profile: process ${process.pid}`);
    expect(code).toBe(75);
  });

  test('it is never stale: after kill -9 the profile is free, and the old node.json and socket are replaced', async () => {
    const home = tempDir();
    const script = `import { holdProfile } from '${join(import.meta.dirname, '../../../src/host/profile/profile.ts')}';
      import { createServer } from 'node:net';
      const profile = holdProfile(${JSON.stringify(home)}, { env: {}, version: '9' });
      createServer().listen(profile.socket, () => console.log('held'));`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(isHeld(home)).toBe(true);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(readNodeFile(home)?.pid).toBe(child.pid);
    expect(lstatSync(join(home, 'node.sock')).isSocket()).toBe(true);
    expect(isHeld(home)).toBe(false);
    hold(home);
    expect(readNodeFile(home)?.pid).toBe(process.pid);
    expect(existsSync(join(home, 'node.sock'))).toBe(false);
  });

  test('released, it leaves nothing that names this process', () => {
    const home = tempDir();
    const profile = holdProfile(home, { env: {}, version: '1' });
    profile.release();
    expect(isHeld(home)).toBe(false);
    expect(readNodeFile(home)).toBeUndefined();
    expect(readToken(home)).toBeUndefined();
  });

  test('a lock file that is something else is told, and left alone', () => {
    const home = tempDir();
    writeFileSync(profileFile.lock(home), 'x'.repeat(4096));
    expect(refusal(home).message).toContain('node.lock cannot be used: file is not a database');
    expect(readFileSync(profileFile.lock(home), 'utf8')).toHaveLength(4096);
  });
});

describe('the token', () => {
  test('is 32 bytes in a file of mode 0600, new at every start', () => {
    const home = tempDir();
    const first = hold(home);
    const token = readToken(home)!;
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(mode(profileFile.token(home))).toBe('600');
    expect(first.isToken(token)).toBe(true);
    for (const wrong of ['', token.slice(1), `${token}0`, token.toUpperCase(), '0'.repeat(64)]) {
      expect(first.isToken(wrong)).toBe(false);
    }
    held.splice(0)[0]?.release();
    hold(home);
    expect(readToken(home)).not.toBe(token);
  });
});

describe('the path of the socket', () => {
  test('is in the home directory while it fits into 107 bytes, else a short one in the runtime directory', () => {
    const runtime = tempDir();
    const env = { XDG_RUNTIME_DIR: runtime };
    const fits = `/${'h'.repeat(107 - '//node.sock'.length)}`;
    expect(socketPath(fits, env, 'linux')).toBe(`${fits}/node.sock`);
    expect(Buffer.byteLength(socketPath(fits, env, 'linux'))).toBe(107);
    const short = socketPath(`${fits}x`, env, 'linux');
    expect(short.startsWith(`${runtime}/qpc-`)).toBe(true);
    expect(socketPath(`${fits}x`, env, 'linux')).toBe(short);
    expect(socketPath(`${fits}y`, env, 'linux')).not.toBe(short);
    expect(Buffer.byteLength(socketPath(`/${'ü'.repeat(50)}`, env, 'linux'))).toBeLessThan(108);
  });

  test('a runtime directory that is not there is not used', () => {
    expect(socketPath(`/${'h'.repeat(120)}`, { XDG_RUNTIME_DIR: '/nowhere' }, 'linux')).not.toContain('nowhere');
  });

  test('on Windows it is a pipe with a name of 128 random bits', () => {
    expect(socketPath('C:\\qpc', {}, 'win32')).toMatch(/^\\\\\.\\pipe\\qpc-[0-9a-f]{32}$/);
    expect(socketPath('C:\\qpc', {}, 'win32')).not.toBe(socketPath('C:\\qpc', {}, 'win32'));
  });

  test('the directory of the short one is refused when others can use it', () => {
    const runtime = tempDir();
    const home = join(tempDir(), 'h'.repeat(100));
    const dir = join(socketPath(home, { XDG_RUNTIME_DIR: runtime }), '..');
    mkdirSync(dir);
    chmodSync(dir, 0o755);
    expect(() => holdProfile(home, { env: { XDG_RUNTIME_DIR: runtime }, version: '1' })).toThrow(StartError);
    expect(isHeld(home)).toBe(false);
  });
});
