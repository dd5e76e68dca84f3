import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeDirectory } from '../../../src/host/profile/make-directory.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('a directory of ours', () => {
  test('is made with all above it, for its owner only, and may be there already', () => {
    const path = join(tempDir(), 'a', 'b');
    makeDirectory(path);
    makeDirectory(path);
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o700);
      expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    }
  });

  test('is none where a file or a dead link stands, and that says so', () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect(() => makeDirectory(file)).toThrow(/EEXIST/);
    expect(() => makeDirectory(join(file, 'below'))).toThrow(/ENOTDIR/);
    symlinkSync(join(file, '..', 'nowhere'), `${file}-link`);
    expect(() => makeDirectory(`${file}-link`)).toThrow(/EEXIST/);
  });

  // With Node's `recursive: true` the two never end.
  test.runIf(existsSync('/proc/self'))('where the system makes none, it is refused at once', () => {
    expect(() => makeDirectory('/proc/nope')).toThrow(/ENOENT/);
    expect(() => makeDirectory('/proc/nope/below')).toThrow(/ENOENT/);
  });
});
