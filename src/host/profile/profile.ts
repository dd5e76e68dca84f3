import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EXIT, StartError } from '../process/start-error.ts';
import { type Lock, takeLock } from './lock.ts';
import { openHome, openPrivateDir } from './private-dir.ts';
import { socketDir, socketPath } from './socket-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Files of a home directory, by what they are. */
export const profileFile = {
  lock: (home: string) => join(home, 'node.lock'),
  node: (home: string) => join(home, 'node.json'),
  token: (home: string) => join(home, 'node.token'),
  database: (home: string) => join(home, 'qpc.db'),
  log: (home: string) => join(home, 'node.log'),
  screenLog: (home: string) => join(home, 'screen.log'),
  history: (home: string) => join(home, 'qpc.history'),
  drafts: (home: string) => join(home, 'qpc.drafts'),
} as const;

const nodeFile = z.object({ pid: z.number().int().positive(), socket: z.string().min(1), version: z.string() });

/** Who runs a profile, as `node.json` says: the process, its socket and its version. It may be gone: only the lock knows. */
export type NodeFile = z.infer<typeof nodeFile>;

/** What `node.json` says; `undefined` when it is missing or makes no sense. */
export function readNodeFile(home: string): NodeFile | undefined {
  try {
    return nodeFile.parse(JSON.parse(readFileSync(profileFile.node(home), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The token of the running node, as it is sent; `undefined` when there is none. */
export function readToken(home: string): string | undefined {
  try {
    return readFileSync(profileFile.token(home)).toString('hex');
  } catch {
    return undefined;
  }
}

/** A profile that this process holds (docs/protocol.md §6). */
export interface Profile {
  /** The real path of the home directory. */
  readonly home: string;
  readonly socket: string;
  /** What the user should know about the home directory, a sentence each. */
  readonly warnings: readonly string[];
  /** Whether a program's first line is our token; takes the same time for every line. */
  isToken(line: string): boolean;
  /** Lets another process have the profile, leaving nothing that names this one. The last thing that is done. */
  release(): void;
}

/**
 * Takes the profile in `home` for this process: a private directory, the lock, a new token, and `node.json`.
 *
 * @throws StartError with exit code 75 when another process has it.
 */
export function holdProfile(
  home: string,
  { env, version }: { readonly env: Environment; readonly version: string },
): Profile {
  const { path, warnings } = openHome(home);
  const lock = lockOf(path);
  try {
    return claim(path, lock, { warnings, env, version });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Whether some process holds the profile in `home` at this moment. */
export function isHeld(home: string): boolean {
  const path = profileFile.lock(home);
  // Only a node makes that file; to ask leaves nothing behind.
  if (!existsSync(path)) return false;
  try {
    const lock = takeLock(path);
    lock?.release();
    return lock === undefined;
  } catch {
    return false;
  }
}

function claim(
  home: string,
  lock: Lock,
  { warnings, env, version }: { warnings: readonly string[]; env: Environment; version: string },
): Profile {
  const token = randomBytes(32);
  const socket = socketPath(home, env);
  const dir = socketDir(socket);
  if (dir !== undefined) {
    if (dir !== home) openPrivateDir(dir);
    // The lock is ours, so a socket that is still there belongs to a node that was killed.
    rmSync(socket, { force: true });
  }
  writePrivate(profileFile.token(home), token);
  writePrivate(profileFile.node(home), `${JSON.stringify({ pid: process.pid, socket, version } satisfies NodeFile)}\n`);
  return {
    home,
    socket,
    warnings,
    isToken: (line) => /^[0-9a-f]{64}$/.test(line) && timingSafeEqual(Buffer.from(line, 'hex'), token),
    release() {
      rmSync(profileFile.node(home), { force: true });
      rmSync(profileFile.token(home), { force: true });
      lock.release();
    },
  };
}

function lockOf(home: string): Lock {
  let lock: Lock | undefined;
  try {
    lock = takeLock(profileFile.lock(home));
  } catch (error) {
    throw new StartError(`${profileFile.lock(home)} cannot be used: ${(error as Error).message}`, {
      hint: `is there room on the disk, and may you write there? the file holds nothing: it can be removed`,
    });
  }
  if (lock) return lock;
  const holder = readNodeFile(home);
  throw new StartError(
    holder ? `another node holds this profile: process ${holder.pid}` : 'another node holds this profile',
    { exitCode: EXIT.taken, hint: `qpc status --home '${home}', or qpc down to stop it` },
  );
}

/** Replaces a small file that only this user may read. What it says is made anew at every start, so it need not survive a power cut. */
function writePrivate(path: string, content: string | Uint8Array): void {
  const next = `${path}.new`;
  try {
    rmSync(next, { force: true });
    writeFileSync(next, content, { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  } catch (error) {
    throw new StartError(`${path} cannot be written: ${(error as Error).message}`, {
      hint: 'is there room on the disk, and may you write there?',
    });
  }
}
