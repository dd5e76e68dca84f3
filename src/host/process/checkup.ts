import { accessSync, constants, lstatSync, readFileSync, type Stats, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnosis, findingView, named } from '../../api/finding.ts';
import { cleanText } from '../../core/base/clean.ts';
import { causes, type Finding } from '../../core/base/fault.ts';
import { span } from '../../core/base/span.ts';
import { DatabaseError, type DatabaseTrouble } from '../database/database-error.ts';
import { openDatabaseFile } from '../database/database-file.ts';
import { IdentityError } from '../identity/identity-error.ts';
import { identityPath } from '../identity/identity-file.ts';
import { openIdentity, parseIdentity } from '../identity/identity-json.ts';
import { nodeSuite } from '../node-suite.ts';
import { isHeld, profileFile, readNodeFile } from '../profile/profile.ts';

/** One thing that was looked at: what is wrong with it, or that it is as it should be. */
export type Check = Finding | Diagnosis['good'][number];

/** Less than this, in bytes, and the store may soon have no room. */
const DISK_BYTES_LOW = 64 * 1024 * 1024;
/** Less than this, in bytes, is nothing: a commit writes whole pages, and a little more. */
const DISK_BYTES_NONE = 512 * 1024;
/** How far files may be in the future, in milliseconds, before the clock is to blame: disks of other machines are not ours to the second. */
const CLOCK_SLACK_MS = 3_600_000;

/**
 * Looks at a profile on this machine: its files and their modes, the disk, the clock; and without a node, why none runs. Changes nothing.
 *
 * @param runs - whether it is the running node that asks: then its database is in good hands
 */
export function checkup(
  home: string,
  { now, runs }: { readonly now: number; readonly runs: boolean },
): readonly Check[] {
  const stats = look(home);
  if (!stats) return [stopped(`there is no profile in ${home} yet: it is made when a node first starts there`)];
  const files = [directory(home, stats), ...permissions(home), identity(home), disk(home), clock(home, now)];
  return runs ? files : [...files, ...nodeOf(home)];
}

/** What many looks found: the faults that stand for themselves, and what is good about the rest. */
export function diagnosisOf(checks: readonly Check[], name: (id: string) => string): Diagnosis {
  const findings = causes(checks.filter((check) => 'code' in check));
  return {
    findings: findings.map((one) => findingView(one, name)).map((one) => ({ ...one, found: cleanText(one.found) })),
    good: checks
      .filter((check) => 'what' in check)
      .map((one) => ({ ...one, found: cleanText(named(one.found, name)) })),
  };
}

/** Who runs the profile; when nobody does, whether somebody could. */
function nodeOf(home: string): readonly Check[] {
  if (!isHeld(home)) return [stopped(`no process holds ${home}`), database(home)];
  const pid = readNodeFile(home)?.pid;
  const who = pid === undefined ? 'a process' : `process ${pid}`;
  return [
    { code: 'NODE_SILENT', subject: String(pid ?? 'node'), found: `${who} holds this profile and does not answer` },
  ];
}

const stopped = (found: string): Check => ({ code: 'NODE_STOPPED', subject: 'node', found });

function directory(home: string, stats: Stats): Check {
  const wrong = modeTrouble(home, stats) ?? accessTrouble(home);
  return wrong ?? { what: 'home', found: `${home} is yours alone` };
}

/** The files whose readers could be this user. */
function permissions(home: string): readonly Check[] {
  const paths = [
    identityPath(home),
    profileFile.database(home),
    `${profileFile.database(home)}-wal`,
    profileFile.token(home),
  ];
  return [...paths, join(home, 'node.sock')].flatMap((path) => {
    const stats = look(path);
    const wrong = stats && (modeTrouble(path, stats) ?? accessTrouble(path));
    return wrong ? [wrong] : [];
  });
}

function modeTrouble(path: string, { mode, uid }: Stats): Finding | undefined {
  if (process.platform === 'win32') return undefined;
  const trouble = (found: string): Finding => ({ code: 'FILE_PERMISSIONS', subject: path, found });
  if (uid !== process.getuid?.()) return trouble(`${path} belongs to another user (uid ${uid})`);
  if ((mode & 0o077) === 0) return undefined;
  return trouble(`others can get at ${path} (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`);
}

function accessTrouble(path: string): Finding | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS') return { code: 'DISK_READ_ONLY', subject: 'disk', found: `${path} is on a read-only disk` };
    return { code: 'FILE_PERMISSIONS', subject: path, found: `${path} cannot be read and written (${code})` };
  }
}

function identity(home: string): Check {
  const path = identityPath(home);
  const damaged = (found: string): Check => ({ code: 'IDENTITY_DAMAGED', subject: 'identity', found });
  try {
    const stats = look(path);
    if (!stats) return { what: 'identity', found: 'none yet: it is made when a node first starts' };
    if (!stats.isFile()) return damaged(`${path} is not a file`);
    const stored = parseIdentity(readFileSync(path));
    if ('sealed' in stored.secret) return { what: 'identity', found: `${stored.publicKey}, under a passphrase` };
    return { what: 'identity', found: openIdentity(nodeSuite, stored, undefined).id };
  } catch (error) {
    if (error instanceof IdentityError) return damaged(error.message);
    return { what: 'identity', found: 'it cannot be read' }; // Why is told by its permissions.
  }
}

function disk(home: string): Check {
  try {
    const { bavail, bsize } = statfsSync(home);
    const free = bavail * bsize;
    const found = `${Math.floor(free / 1e6)} MB free`;
    if (free < DISK_BYTES_NONE) return { code: 'DISK_FULL', subject: 'disk', found: `${free} bytes free at ${home}` };
    if (free < DISK_BYTES_LOW) return { code: 'DISK_LOW', subject: 'disk', found: `only ${found} at ${home}` };
    return { what: 'disk', found };
  } catch {
    return { what: 'disk', found: 'how much is free cannot be seen' };
  }
}

function clock(home: string, now: number): Check {
  const written = look(identityPath(home))?.mtimeMs ?? 0;
  const is = new Date(now).toISOString();
  if (written - now <= CLOCK_SLACK_MS) return { what: 'clock', found: is };
  const found = `it is ${is}, and files of this profile are from ${span(written - now)} later`;
  return { code: 'CLOCK_WRONG', subject: 'clock', found };
}

/** Tries the door that a starting node goes through; what is wrong with it is told in the same words. */
function database(home: string): Check {
  const path = profileFile.database(home);
  if (!look(path) && !look(`${path}-wal`))
    return { what: 'database', found: 'none yet: it is made when a node first starts' };
  try {
    openDatabaseFile(path, { create: false, timeoutMs: DOOR_MS }).close();
    return { what: 'database', found: path };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return databaseFinding(error.trouble, error.message);
  }
}

/** How long somebody may just be leaving, in milliseconds. */
const DOOR_MS = 250;

/** What is wrong with a database, as a finding. */
export const databaseFinding = (trouble: DatabaseTrouble, found: string): Finding => ({
  ...DATABASE[trouble],
  found,
});

const DATABASE: Readonly<Record<DatabaseTrouble, Pick<Finding, 'code' | 'subject'>>> = {
  'in use': { code: 'DATABASE_LOCKED', subject: 'database' },
  full: { code: 'DISK_FULL', subject: 'disk' },
  'read-only': { code: 'FILE_PERMISSIONS', subject: 'database' },
  damaged: { code: 'DATABASE_DAMAGED', subject: 'database' },
  empty: { code: 'DATABASE_DAMAGED', subject: 'database' },
  foreign: { code: 'DATABASE_DAMAGED', subject: 'database' },
  newer: { code: 'DATABASE_DAMAGED', subject: 'database' },
  incomplete: { code: 'DATABASE_DAMAGED', subject: 'database' },
  gone: { code: 'DATABASE_FAILED', subject: 'database' },
  io: { code: 'DATABASE_FAILED', subject: 'database' },
};

/** What is there; `undefined` also where this user may not look, which is told by the folder's permissions. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
