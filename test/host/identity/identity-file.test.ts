import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import { utf8 } from '../../../src/core/bytes/utf8.ts';
import { identityOf } from '../../../src/core/crypto/identity.ts';
import type { FileCalls } from '../../../src/host/identity/atomic-file.ts';
import { IdentityError, type IdentityTrouble } from '../../../src/host/identity/identity-error.ts';
import {
  type IdentityOptions,
  identityPath,
  load,
  loadOrCreate,
  restore,
  setPassphrase,
} from '../../../src/host/identity/identity-file.ts';
import { formatIdentity, storeIdentity } from '../../../src/host/identity/identity-json.ts';
import { backupWords } from '../../../src/host/identity/identity-words.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ann = identityOf(suite, new Uint8Array(32).fill(42));
const created = timestamp(1_760_000_000_000);
const work = { n: 16, r: 1, p: 1 };
const options: IdentityOptions = { suite, work };
const locked: IdentityOptions = { ...options, passphrase: 'open sesame' };

const plainText = formatIdentity(storeIdentity(ann, created));
const lock = { passphrase: 'open sesame', random: new SeededRandom('lock'), work };
const sealedText = formatIdentity(storeIdentity(ann, created, lock));

/** A home directory with this identity file. */
function home(content: string | Uint8Array, mode = 0o600): string {
  const path = tempDir();
  fs.writeFileSync(identityPath(path), content, { mode });
  fs.chmodSync(identityPath(path), mode);
  return path;
}

/** What goes wrong when the file is loaded; the file is as it was. */
function trouble(path: string, with_ = options): IdentityError {
  const before = fs.existsSync(identityPath(path)) ? fs.readFileSync(identityPath(path)) : undefined;
  const error = caught(() => loadOrCreate(path, with_));
  if (before) expect(fs.readFileSync(identityPath(path))).toEqual(before);
  return error;
}

function caught(run: () => unknown): IdentityError {
  try {
    run();
  } catch (error) {
    if (error instanceof IdentityError) return error;
    throw error;
  }
  throw new Error('nothing went wrong');
}

describe('§0 identity.json', () => {
  test('is made once, for this user only, and is the same at the next start', () => {
    const path = join(tempDir(), 'new', 'home');
    const made = loadOrCreate(path, options);
    expect(made.fresh).toBe(true);
    expect(fs.statSync(identityPath(path)).mode & 0o777).toBe(0o600);
    expect(fs.readdirSync(path)).toEqual(['identity.json']);
    expect(loadOrCreate(path, options)).toEqual({ ...made, fresh: false });
    expect(identityOf(suite, made.identity.seed)).toEqual(made.identity);
  });

  test('two homes have two identities', () => {
    expect(loadOrCreate(tempDir(), options).identity.id).not.toBe(loadOrCreate(tempDir(), options).identity.id);
  });

  test('this is one: a second implementation can read it', () => {
    expect(plainText).toBe(
      `{"version":1,"publicKey":"${ann.id}","created":1760000000000,"seed":"KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio="}\n`,
    );
    expect(load(home(plainText), options)).toEqual({ identity: ann, created, sealed: false, fresh: false });
  });

  test('this is a sealed one', () => {
    expect(sealedText).toBe(
      `{"version":1,"publicKey":"${ann.id}","created":1760000000000,"sealed":{"kdf":"scrypt","n":16,"r":1,"p":1,"salt":"JcXgj2Ct1ma0GZOdIlLmlw==","nonce":"YJnAM5/xug0DB0ybDZ5LiuNgjfT9c3YT","box":"9Z4afkEwZiZrKidPGYj3hRQpFk5QT1Le8cvMVG/1OnM3uv1MQtwYwj3V0KjGvMoQ"}}\n`,
    );
    expect(load(home(sealedText), locked)).toEqual({ identity: ann, created, sealed: true, fresh: false });
  });

  test('a missing one is not made by asking for it', () => {
    const path = tempDir();
    expect(load(path, options)).toBeUndefined();
    expect(fs.readdirSync(path)).toEqual([]);
  });

  test('blanks between its parts are no damage', () => {
    const spread = `${JSON.stringify(JSON.parse(plainText), undefined, 2)}\r\n`;
    expect(load(home(spread), options)?.identity).toEqual(ann);
  });
});

describe('a file that is not as it should be is refused with a reason, and stays as it is', () => {
  test('cut off at any byte', () => {
    for (const [text, with_] of [
      [plainText, options],
      [sealedText, locked],
    ] as const) {
      const path = home(text);
      for (let length = 0; length < text.length - 1; length++) {
        fs.truncateSync(identityPath(path), 0);
        fs.writeFileSync(identityPath(path), text.slice(0, length));
        const error = trouble(path, with_);
        expect(error.why).toBe('damaged');
        expect(error.message).toBe(`identity.json is damaged (unexpected end at byte ${length}) · nothing was changed`);
        expect(error.hint).toBe('restore it with: qpc identity restore');
      }
    }
  });

  test('with a bit of any byte turned over it is refused, or is the same identity', () => {
    for (const [text, with_] of [
      [plainText, options],
      [sealedText, locked],
    ] as const) {
      const path = home(text);
      let refused = 0;
      for (let bit = 0; bit < text.length * 8; bit += 3) {
        const bytes = utf8(text);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        fs.writeFileSync(identityPath(path), bytes);
        try {
          expect(load(path, with_)?.identity).toEqual(ann);
        } catch (error) {
          if (!(error instanceof IdentityError)) throw error;
          refused++;
        }
      }
      // Only the digits of `created` of a plain file, and a blank for the last line end, can change without notice.
      expect(refused).toBeGreaterThan(((text.length * 8) / 3) * 0.9);
    }
  });

  const seed = 'KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio=';
  for (const [name, content, why, words] of [
    ['empty', '', 'damaged', 'unexpected end at byte 0'],
    ['zeros', '\0'.repeat(200), 'damaged', 'no { at byte 0'],
    ['a byte order mark', `\ufeff${plainText}`, 'damaged', 'no { at byte 0'],
    ['not an object', '[1]', 'damaged', 'no { at byte 0'],
    ['something after it', `${plainText}x`, 'damaged', `something after its end at byte ${plainText.length}`],
    ['twice', plainText + plainText, 'damaged', `something after its end at byte ${plainText.length}`],
    ['a name twice', plainText.replace('{', '{"version":1,'), 'damaged', '"version" a second time at byte 13'],
    ['an escape', plainText.replace('version', '\\u0076ersion'), 'damaged', 'no name at byte 1'],
    ['nested too deep', '{"a":{"b":{"c":1}}}', 'damaged', 'no value at byte 10'],
    ['a newer version', plainText.replace('"version":1', '"version":2'), 'newer', 'made by a newer qpc (version 2)'],
    ['no version', plainText.replace('"version":1,', ''), 'damaged', 'version is missing'],
    ['version 0', plainText.replace('"version":1', '"version":0'), 'damaged', 'no version 0'],
    ['no seed', plainText.replace(/,"seed":".*"/, ''), 'damaged', 'seed is missing'],
    ['a short seed', plainText.replace(seed, 'Kio='), 'damaged', 'seed is wrong'],
    ['a seed of loose base64', plainText.replace(seed, seed.replace('io=', 'ip=')), 'damaged', 'seed is wrong'],
    [
      'the seed of another',
      plainText.replace(seed, `A${seed.slice(1)}`),
      'damaged',
      'public key is not that of its seed',
    ],
    [
      'the key of another',
      plainText.replace(ann.id, identityOf(suite, new Uint8Array(32)).id),
      'damaged',
      'public key is not',
    ],
    ['both halves swapped', plainText.replace(ann.id, seed), 'damaged', 'publicKey is missing or wrong'],
    ['both forms', sealedText.replace('"sealed"', `"seed":"${seed}","sealed"`), 'damaged', 'no place for seed'],
    ['more than belongs there', plainText.replace('{', '{"x":1,'), 'damaged', 'no place for x'],
    ['another kdf', sealedText.replace('scrypt', 'md5'), 'damaged', 'kdf is missing or wrong'],
    ['n no power of two', sealedText.replace('"n":16', '"n":17'), 'damaged', 'n, r or p is wrong'],
    ['n of 1', sealedText.replace('"n":16', '"n":1'), 'damaged', 'n, r or p is wrong'],
    ['n too great', sealedText.replace('"n":16', '"n":2097152'), 'too-much-work', 'n 2097152'],
    ['r too great', sealedText.replace('"r":1', '"r":17'), 'too-much-work', 'r 17'],
    ['p too great', sealedText.replace('"p":1', '"p":5'), 'too-much-work', 'p 5'],
  ] as const satisfies readonly (readonly [string, string, IdentityTrouble, string])[]) {
    test(`${name}: ${why}`, () => {
      const started = performance.now();
      const error = trouble(home(content), locked);
      expect([error.why, error.message]).toEqual([why, expect.stringContaining(words)]);
      // Refused before scrypt is asked to do what the file says.
      expect(performance.now() - started).toBeLessThan(1000);
    });
  }

  test('readable or writable by others', () => {
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602, 0o666]) {
      const path = home(plainText, mode);
      const error = trouble(path);
      expect(error.why).toBe('exposed');
      expect(error.message).toContain(`mode 0${mode.toString(8)}`);
      expect(error.hint).toBe(`chmod 600 '${identityPath(path)}'`);
    }
  });

  test.runIf(process.geteuid?.() === 0)('belonging to another user', () => {
    const path = home(plainText);
    fs.chownSync(identityPath(path), 12_345, 12_345);
    expect(trouble(path).message).toBe('identity.json belongs to another user (12345)');
  });

  test('a link, even to a good one, or to nothing', () => {
    const other = home(plainText);
    for (const target of [identityPath(other), join(other, 'nothing')]) {
      const path = tempDir();
      fs.symlinkSync(target, identityPath(path));
      expect(caught(() => loadOrCreate(path, options)).why).toBe('no-file');
      expect(fs.readlinkSync(identityPath(path))).toBe(target);
    }
    expect(fs.readdirSync(other)).toEqual(['identity.json']);
  });

  test('a directory, or a pipe that nobody writes to', () => {
    const [directory, pipe] = [tempDir(), tempDir()];
    fs.mkdirSync(identityPath(directory));
    execFileSync('mkfifo', ['-m', '600', identityPath(pipe)]);
    expect(caught(() => loadOrCreate(directory, options)).why).toBe('no-file');
    expect(caught(() => loadOrCreate(pipe, options)).why).toBe('no-file');
  });

  test('far too large', () => {
    expect(trouble(home(' '.repeat(1_000_000))).message).toContain('damaged (1000000 bytes)');
  });
});

describe('passphrases', () => {
  test('a sealed file asks for its passphrase and takes no other', () => {
    const path = home(sealedText);
    expect(trouble(path).why).toBe('passphrase-needed');
    for (const wrong of ['', 'open sesam', 'open sesame ', 'open sesame\n', 'Open Sesame', 'x'.repeat(1_000_000)]) {
      const error = trouble(path, { ...options, passphrase: wrong });
      expect([error.why, error.message]).toEqual(['wrong-passphrase', 'wrong passphrase · nothing was changed']);
    }
    expect(loadOrCreate(path, locked).identity).toEqual(ann);
  });

  test('the same letters composed another way are the same passphrase', () => {
    const path = tempDir();
    const made = loadOrCreate(path, { ...options, passphrase: 'Ünder' });
    expect(load(path, { ...options, passphrase: 'U\u0308nder' })?.identity).toEqual(made.identity);
  });

  test('with a passphrase from the start the seed is never on the disk', () => {
    const path = tempDir();
    const { identity, sealed } = loadOrCreate(path, locked);
    expect(sealed).toBe(true);
    expect(fs.readFileSync(identityPath(path), 'utf8')).not.toContain(Buffer.from(identity.seed).toString('base64'));
  });

  test('a passphrase is set, changed and removed, and the identity stays', () => {
    const path = home(plainText);
    expect(setPassphrase(path, 'one', options)).toEqual({ identity: ann, created, sealed: true, fresh: false });
    expect(load(path, { ...options, passphrase: 'one' })?.identity).toEqual(ann);
    expect(caught(() => setPassphrase(path, 'two', { ...options, passphrase: 'wrong' })).why).toBe('wrong-passphrase');
    setPassphrase(path, 'two', { ...options, passphrase: 'one' });
    expect(trouble(path, { ...options, passphrase: 'one' }).why).toBe('wrong-passphrase');
    setPassphrase(path, undefined, { ...options, passphrase: 'two' });
    expect(fs.readFileSync(identityPath(path), 'utf8')).toBe(plainText);
    expect(fs.statSync(identityPath(path)).mode & 0o777).toBe(0o600);
  });

  test('where there is no identity there is nothing to protect', () => {
    expect(caught(() => setPassphrase(tempDir(), 'one', options)).why).toBe('missing');
  });

  test('the work that is asked for by default is done, in a second or two', () => {
    const path = tempDir();
    const { identity } = loadOrCreate(path, { suite, passphrase: 'slow' });
    expect(JSON.parse(fs.readFileSync(identityPath(path), 'utf8')).sealed).toMatchObject({ n: 131_072, r: 8, p: 1 });
    expect(load(path, { suite, passphrase: 'slow' })?.identity).toEqual(identity);
  });
});

/** Calls that work `count` times, and then never again: the process has died. */
function dyingAfter(count: number): FileCalls & { readonly calls: () => number } {
  let calls = 0;
  const dying =
    <Rest extends unknown[], Result>(call: (...rest: Rest) => Result) =>
    (...rest: Rest): Result => {
      if (calls >= count) throw Object.assign(new Error('dead'), { code: 'EDEAD' });
      calls++;
      return call(...rest);
    };
  return {
    openSync: dying(fs.openSync),
    // Half a write, so that a death in the middle of the file is among the deaths.
    writeSync: dying((file: number, bytes: Uint8Array, at: number) =>
      fs.writeSync(file, bytes, at, Math.max(1, (bytes.length - at) >> 1)),
    ) as typeof fs.writeSync,
    fsyncSync: dying(fs.fsyncSync),
    closeSync: dying(fs.closeSync),
    linkSync: dying(fs.linkSync),
    renameSync: dying(fs.renameSync),
    unlinkSync: dying(fs.unlinkSync),
    existsSync: dying(fs.existsSync),
    calls: () => calls,
  };
}

/** Calls of which one, the one after `count`, fails for want of room. */
function failingOnce(
  count: number,
): FileCalls & { readonly calls: () => number; readonly failed: () => string | undefined } {
  let calls = 0;
  let failed: string | undefined;
  const failing = (name: string, call: unknown) =>
    typeof call !== 'function'
      ? call
      : (...rest: unknown[]) => {
          if (calls++ !== count) return call(...rest);
          failed = name;
          throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
        };
  const all = Object.fromEntries(Object.entries(fs).map(([name, call]) => [name, failing(name, call)]));
  return { ...(all as unknown as FileCalls), calls: () => calls, failed: () => failed };
}

/** Runs `change` again and again, dying one call later each time, until it lives; after each death `look` at what is left. */
function dieEverywhere(
  start: () => string,
  change: (path: string, with_: IdentityOptions) => unknown,
  look: (path: string) => void,
): number {
  for (let count = 0; ; count++) {
    const path = start();
    const calls = dyingAfter(count);
    try {
      change(path, { ...options, calls });
      expect(calls.calls()).toBeLessThanOrEqual(count);
      return count;
    } catch (error) {
      if (!(error instanceof IdentityError) || error.why !== 'io') throw error;
      look(path);
    }
  }
}

describe('a crash at any call', () => {
  test('while an identity is made leaves none or a whole one', () => {
    const steps = dieEverywhere(
      () => tempDir(),
      (path, with_) => loadOrCreate(path, with_),
      (path) => {
        const { identity } = loadOrCreate(path, options);
        expect(loadOrCreate(path, options).identity).toEqual(identity);
        expect(fs.readdirSync(path)).toEqual(['identity.json']);
      },
    );
    expect(steps).toBeGreaterThan(8);
  });

  test('while a passphrase is set leaves the old file or the new one', () => {
    const seen = new Set<boolean>();
    dieEverywhere(
      () => home(plainText),
      (path, with_) => setPassphrase(path, 'open sesame', with_),
      (path) => {
        const kept = load(path, locked)!;
        expect(kept.identity).toEqual(ann);
        expect(fs.readdirSync(path)).toEqual(['identity.json']);
        seen.add(kept.sealed);
      },
    );
    expect(seen).toEqual(new Set([false, true]));
  });

  test('while a damaged file is replaced from words leaves the damaged one or the restored one', () => {
    const words = backupWords(ann);
    dieEverywhere(
      () => home('damaged'),
      (path, with_) => restore(path, words, with_),
      (path) => {
        const now = fs.readFileSync(identityPath(path), 'utf8');
        if (now === 'damaged') restore(path, words, options);
        expect(load(path, options)?.identity).toEqual(ann);
        expect(kept(path)).toContain('damaged');
      },
    );
  });

  test('a disk that fails once, at any call, leaves no part of a file behind', () => {
    for (let count = 0; ; count++) {
      const path = tempDir();
      const calls = failingOnce(count);
      try {
        loadOrCreate(path, { ...options, calls });
        if (calls.calls() <= count) break;
      } catch (error) {
        expect((error as IdentityError).message).toBe('identity.json could not be written (ENOSPC)');
      }
      expect(fs.readdirSync(path).filter((name) => name !== 'identity.json')).toHaveLength(
        calls.failed() === 'unlinkSync' ? 1 : 0,
      );
      expect(loadOrCreate(path, options).identity).toEqual(loadOrCreate(path, options).identity);
    }
  });

  test('what a crash left behind is removed when the identity is next read, and nothing else is', () => {
    const path = home(plainText);
    fs.writeFileSync(join(path, 'identity.json.0123456789abcdef.new'), 'half a se');
    fs.writeFileSync(join(path, 'identity.json.mine.new'), 'a copy');
    load(path, options);
    expect(fs.readdirSync(path).sort()).toEqual(['identity.json', 'identity.json.mine.new']);
  });

  test('two processes that start at once get one identity', () => {
    const path = tempDir();
    const link: typeof fs.linkSync = (from, to) => {
      fs.writeFileSync(identityPath(path), plainText, { mode: 0o600 });
      fs.linkSync(from, to);
    };
    const kept = loadOrCreate(path, { ...options, calls: { ...fs, linkSync: link } });
    expect(kept).toEqual({ identity: ann, created, sealed: false, fresh: false });
  });

  test('a file system without links will do', () => {
    const link: typeof fs.linkSync = () => {
      throw Object.assign(new Error('no links here'), { code: 'EPERM' });
    };
    const path = tempDir();
    const calls = { ...fs, linkSync: link };
    const { identity } = loadOrCreate(path, { ...options, calls });
    expect(load(path, options)?.identity).toEqual(identity);
    expect(fs.readdirSync(path)).toEqual(['identity.json']);
  });
});

/** The contents of the files that were put aside. */
const kept = (path: string): string[] =>
  fs
    .readdirSync(path)
    .filter((name) => name.startsWith('identity.json.damaged-'))
    .map((name) => fs.readFileSync(join(path, name), 'utf8'));

describe('restoring from words', () => {
  const words = backupWords(ann);

  test('makes the identity again, in a new home', () => {
    const path = join(tempDir(), 'home');
    expect(restore(path, words, options).identity).toEqual(ann);
    expect(load(path, options)?.identity).toEqual(ann);
    expect(load(path, options)?.sealed).toBe(false);
  });

  test('never replaces an identity, sealed or not, its own or another', () => {
    for (const text of [plainText, sealedText]) {
      const path = home(text);
      expect(caught(() => restore(path, words, options)).why).toBe('exists');
      expect(fs.readFileSync(identityPath(path), 'utf8')).toBe(text);
    }
  });

  test('puts a damaged file aside and keeps it', () => {
    for (const text of ['', plainText.slice(0, 100), plainText.replace('Kio', 'KiA')]) {
      const path = home(text);
      expect(restore(path, words, options).identity).toEqual(ann);
      expect(load(path, options)?.identity).toEqual(ann);
      expect(kept(path)).toEqual([text]);
    }
  });

  test('leaves the file of a newer qpc alone', () => {
    const path = home(plainText.replace('"version":1', '"version":2'));
    expect(caught(() => restore(path, words, options)).why).toBe('newer');
  });
});
