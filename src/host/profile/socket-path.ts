import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** Longest path that a Unix socket can have, in bytes: the room in `sockaddr_un` without its final zero. */
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

/**
 * Where the node of `home` listens: `node.sock` in it, or, when that is too long for a socket, a short path in a directory of ours
 * in the runtime directory; on Windows a pipe whose name nobody can guess (docs/protocol.md §6).
 */
export function socketPath(
  home: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'win32') return `\\\\.\\pipe\\qpc-${randomBytes(16).toString('hex')}`;
  const inHome = join(home, 'node.sock');
  if (Buffer.byteLength(inHome) <= PATH_BYTES_MAX) return inHome;
  const runtime = env.XDG_RUNTIME_DIR;
  const around = runtime && existsSync(runtime) ? runtime : tmpdir();
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  return join(around, `qpc-${userInfo().uid}`, `${name}.sock`);
}

/** The directory that must be private for a socket at `path`; `undefined` for a Windows pipe. */
export const socketDir = (path: string): string | undefined => (path.startsWith('\\\\') ? undefined : dirname(path));
