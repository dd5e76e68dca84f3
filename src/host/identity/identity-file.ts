import fs from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../core/base/random.ts';
import { type Timestamp, timestamp } from '../../core/base/time.ts';
import { utf8 } from '../../core/bytes/utf8.ts';
import { type Identity, identityOf, SEED_BYTES } from '../../core/crypto/identity.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import { entropy } from '../entropy.ts';
import { makeDirectory } from '../profile/make-directory.ts';
import { createDurably, type FileCalls, isLeftover, replaceDurably } from './atomic-file.ts';
import { IdentityError } from './identity-error.ts';
import {
  formatIdentity,
  openIdentity,
  parseIdentity,
  type StoredIdentity,
  storeIdentity,
  type Work,
} from './identity-json.ts';
import { seedOfWords } from './identity-words.ts';

/*
 * identity.json in the home directory (docs/protocol.md §0): the one file that nothing can replace. It is written as a whole or not
 * at all, never overwritten by another identity, and refused with a reason whenever anything about it is doubtful.
 */

/** An identity as it is kept. */
export type KeptIdentity = {
  readonly identity: Identity;
  readonly created: Timestamp;
  /** Whether a passphrase protects the file. */
  readonly sealed: boolean;
  /** Whether it was made just now. */
  readonly fresh: boolean;
};

/** What it takes to read or write the file. */
export type IdentityOptions = {
  readonly suite: Suite;
  /** Opens a sealed file, and seals one that is made. */
  readonly passphrase?: string | undefined;
  readonly random?: Random;
  /** How much work sealing is; tests take less. */
  readonly work?: Work;
  /** Tests hand in calls that fail. */
  readonly calls?: FileCalls;
};

/** Where the identity of a home directory is. */
export const identityPath = (home: string): string => join(home, NAME);

/**
 * The identity of a home directory, made if there is none.
 *
 * @throws IdentityError
 */
export function loadOrCreate(home: string, options: IdentityOptions): KeptIdentity {
  const kept = load(home, options);
  if (kept) return kept;
  const seed = (options.random ?? entropy()).bytes(SEED_BYTES);
  // Another process may have been faster: then its identity is the one that counts.
  return make(home, seed, options) ?? load(home, options) ?? fail('io', 'identity.json comes and goes', 'try again');
}

/**
 * The identity of a home directory; `undefined` when there is none yet.
 *
 * @throws IdentityError
 */
export function load(home: string, options: IdentityOptions): KeptIdentity | undefined {
  const bytes = read(home);
  if (!bytes) return undefined;
  const stored = parseIdentity(bytes);
  const identity = openIdentity(options.suite, stored, options.passphrase);
  removeLeftovers(home);
  return { identity, created: stored.created, sealed: 'sealed' in stored.secret, fresh: false };
}

/**
 * Protects the file with another passphrase, or with none.
 *
 * @throws IdentityError when the present one is wrong.
 */
export function setPassphrase(home: string, next: string | undefined, options: IdentityOptions): KeptIdentity {
  const kept = load(home, options);
  if (!kept) return fail('missing', 'there is no identity here yet', 'it is made when qpc first starts');
  const stored = toStore(kept.identity, kept.created, { ...options, passphrase: next });
  const bytes = utf8(formatIdentity(stored));
  // What replaces the only copy is opened once before it does.
  openIdentity(options.suite, parseIdentity(bytes), next);
  writing(() => replaceDurably(identityPath(home), bytes, options.calls));
  return { ...kept, sealed: next !== undefined };
}

/**
 * Makes the identity of a home directory from its 24 words. A damaged file is put aside, beside the new one; any other stays, and
 * this is refused.
 *
 * @throws IdentityError
 */
export function restore(home: string, words: string, options: IdentityOptions): KeptIdentity {
  const seed = seedOfWords(words);
  const damaged = damagedFile(home, options.suite);
  if (!damaged) return make(home, seed, options) ?? fail('exists', ...EXISTS);
  const created = timestamp(Date.now());
  const identity = identityOf(options.suite, seed);
  const bytes = utf8(formatIdentity(toStore(identity, created, options)));
  writing(() => {
    createDurably(`${identityPath(home)}.damaged-${created}`, damaged, options.calls);
    replaceDurably(identityPath(home), bytes, options.calls);
  });
  return { identity, created, sealed: options.passphrase !== undefined, fresh: true };
}

const NAME = 'identity.json';

/** Far more than any identity file has: what is larger is not read. */
const FILE_BYTES_MAX = 16 * 1024;

const EXISTS = [
  'this profile has an identity already · nothing was changed',
  'choose another directory with --home, or move identity.json away first',
] as const;

/** Writes a new file; `undefined` when one has appeared meanwhile. */
function make(home: string, seed: Uint8Array, options: IdentityOptions): KeptIdentity | undefined {
  const identity = identityOf(options.suite, seed);
  const created = timestamp(Date.now());
  const bytes = utf8(formatIdentity(toStore(identity, created, options)));
  const made = writing(() => {
    makeDirectory(home);
    return createDurably(identityPath(home), bytes, options.calls);
  });
  return made ? { identity, created, sealed: options.passphrase !== undefined, fresh: true } : undefined;
}

function toStore(identity: Identity, created: Timestamp, options: IdentityOptions): StoredIdentity {
  const { passphrase, random = entropy(), work } = options;
  return storeIdentity(
    identity,
    created,
    passphrase === undefined ? undefined : { passphrase, random, ...(work && { work }) },
  );
}

/** The bytes of a file that certainly holds no identity any more; `undefined` when there is no file. Refuses all others. */
function damagedFile(home: string, suite: Suite): Uint8Array | undefined {
  const bytes = read(home);
  if (!bytes) return undefined;
  try {
    const stored = parseIdentity(bytes);
    if ('seed' in stored.secret) openIdentity(suite, stored, undefined);
  } catch (error) {
    if (error instanceof IdentityError && (error.why === 'damaged' || error.why === 'too-much-work')) return bytes;
    throw error;
  }
  return fail('exists', ...EXISTS);
}

/** The file's bytes, after everything about it that can be known without reading it; `undefined` when there is none. */
function read(home: string): Uint8Array | undefined {
  const file = open(identityPath(home));
  if (file === undefined) return undefined;
  try {
    check(fs.fstatSync(file), identityPath(home));
    return new Uint8Array(fs.readFileSync(file));
  } finally {
    fs.closeSync(file);
  }
}

/** O_NOFOLLOW refuses a link, O_NONBLOCK does not wait for the writer of a pipe; Windows has neither, and looks first. */
function open(path: string): number | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  try {
    if (O_NOFOLLOW === 0 && fs.lstatSync(path).isSymbolicLink()) return fail('no-file', ...LINK);
    return fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') return fail('no-file', ...LINK);
    if (error instanceof IdentityError) throw error;
    return fail('io', `identity.json cannot be read (${code ?? message})`, `look at ${path}`);
  }
}

const LINK = ['identity.json is a link · nothing was changed', 'put the file itself in its place'] as const;

function check(stats: fs.Stats, path: string): void {
  if (!stats.isFile()) fail('no-file', 'identity.json is not a file · nothing was changed', `look at ${path}`);
  if (process.platform !== 'win32') {
    if (stats.uid !== process.geteuid?.()) {
      fail(
        'foreign',
        `identity.json belongs to another user (${stats.uid})`,
        'copy it as yourself, or choose another directory with --home',
      );
    }
    if (stats.mode & 0o077) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      fail('exposed', `identity.json can be read or changed by others (mode ${mode})`, `chmod 600 '${path}'`);
    }
  }
  if (stats.size > FILE_BYTES_MAX) {
    fail(
      'damaged',
      `identity.json is damaged (${stats.size} bytes) · nothing was changed`,
      'restore it with: qpc identity restore',
    );
  }
}

/** Temporary files of a crash may hold the seed without its passphrase. Once the identity is read nobody needs them. */
function removeLeftovers(home: string): void {
  try {
    for (const name of fs.readdirSync(home)) if (isLeftover(name, NAME)) fs.unlinkSync(join(home, name));
  } catch {
    // A disk that is read-only is no reason not to start.
  }
}

/** An error here may come after the new file has its name, so nothing is said about what was changed. */
function writing<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(
      'io',
      `identity.json could not be written (${code ?? message})`,
      'is there room on the disk, and may you write there?',
    );
  }
}

function fail(why: ConstructorParameters<typeof IdentityError>[0], message: string, hint: string): never {
  throw new IdentityError(why, message, hint);
}
