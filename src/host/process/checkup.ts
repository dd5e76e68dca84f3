import { lstatSync, type Stats, statfsSync } from 'node:fs';
import { identityPath } from '../identity/identity-file.ts';
import { readNodeFile } from '../profile/profile.ts';

/** What one look at this machine found. */
export type Finding = {
  readonly what: string;
  readonly state: 'good' | 'bad' | 'unknown';
  /** What was seen, and for `bad` what to do about it. */
  readonly found: string;
};

/** Less than this, in bytes, and the store may soon have no room. */
const DISK_BYTES_MIN = 256 * 1024 * 1024;
/** How far files may be in the future, in milliseconds, before the clock is to blame. */
const CLOCK_SLACK_MS = 24 * 3600 * 1000;

/** Looks at what usually goes wrong around a profile: file modes, the socket, room on the disk, the clock. Changes nothing. */
export function checkup(home: string, now: number): readonly Finding[] {
  return [homeDirectory(home), identityFile(home), socket(home), disk(home), clock(home, now)];
}

function homeDirectory(home: string): Finding {
  const stats = look(home);
  if (!stats) return { what: 'home', state: 'bad', found: `${home} cannot be read` };
  return privately('home', home, stats, 0o700);
}

function identityFile(home: string): Finding {
  const path = identityPath(home);
  const stats = look(path);
  if (!stats)
    return { what: 'identity', state: 'bad', found: `${path} is not there · it is made when a node first starts` };
  if (!stats.isFile())
    return { what: 'identity', state: 'bad', found: `${path} is not a file · put the file itself there` };
  return privately('identity', path, stats, 0o600);
}

function privately(what: string, path: string, stats: Stats, mode: number): Finding {
  if (process.platform === 'win32') return { what, state: 'unknown', found: `${path}: file modes say nothing here` };
  const has = (stats.mode & 0o777).toString(8).padStart(4, '0');
  if ((stats.mode & 0o077) === 0) return { what, state: 'good', found: `${path} is yours alone (mode ${has})` };
  return { what, state: 'bad', found: `others can get at ${path} (mode ${has}) · chmod ${mode.toString(8)} '${path}'` };
}

function socket(home: string): Finding {
  const node = readNodeFile(home);
  if (!node)
    return {
      what: 'socket',
      state: 'bad',
      found: 'node.json does not say where the node listens · qpc down, then start it again',
    };
  if (process.platform === 'win32') return { what: 'socket', state: 'good', found: node.socket };
  const there = look(node.socket)?.isSocket() === true;
  return there
    ? { what: 'socket', state: 'good', found: node.socket }
    : { what: 'socket', state: 'bad', found: `${node.socket} is not there · qpc down, then start it again` };
}

function disk(home: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(home);
    const free = bavail * bsize;
    const megabytes = `${Math.floor(free / 1e6)} MB free`;
    if (free >= DISK_BYTES_MIN) return { what: 'disk', state: 'good', found: megabytes };
    return { what: 'disk', state: 'bad', found: `only ${megabytes} · messages may soon be refused for want of room` };
  } catch {
    return { what: 'disk', state: 'unknown', found: 'how much is free cannot be seen' };
  }
}

function clock(home: string, now: number): Finding {
  const written = look(identityPath(home))?.mtimeMs ?? 0;
  if (written - now <= CLOCK_SLACK_MS) return { what: 'clock', state: 'good', found: new Date(now).toISOString() };
  const found = `it is ${new Date(now).toISOString()}, but files are from ${new Date(written).toISOString()} · set the clock`;
  return { what: 'clock', state: 'bad', found };
}

function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
