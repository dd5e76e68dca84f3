import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from '../../src/host/identity/identity-file.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { Daemon } from '../soak/daemon.ts';
import { cleanEnv } from '../support/line-mode.ts';
import { type Choice, DiskFault, type FaultKind, firstOf } from './disk-fault.ts';
import type { Problem, Results } from './results.ts';
import { storedIn } from './stored.ts';

/** How long a start may take. */
const START_MS = 20_000;
/** The passphrase that is put on an identity. */
export const PASSPHRASE = 'correct horse';

type Points = Choice & { readonly library: string; readonly folder: string };

/** A fault at every `step`th disk operation of the first start of a node, in which its identity and its database are made. */
export async function startPoints(how: Points, results: Results): Promise<void> {
  const { kinds, step, library, folder } = how;
  for (const kind of kinds) {
    for (let at = firstOf(kind, how); ; at += step) {
      rmSync(folder, { recursive: true, force: true });
      const home = join(folder, 'profile', 'home');
      mkdirSync(join(folder, 'profile'), { recursive: true });
      const fault = new DiskFault({ library, folder, home: join(folder, 'profile') });
      const daemon = new Daemon({
        home,
        flags: ['--no-mdns', '--listen', '127.0.0.1:0'],
        spawn: (command, args, env) => spawn(command, args, { stdio: 'pipe', env }),
        hear: () => {},
      });
      const { id, problems } = await firstStart(daemon, fault, kind, at);
      const hit = fault.operations().find(({ number }) => number === at);
      if (!hit) break;
      problems.push(...(await secondStart(daemon, id)));
      results.add({ role: 'first start', kind, operation: `${hit.name} ${hit.path}`, problems, settledMs: 0 });
    }
    results.ended('first start', kind);
  }
}

/** The identity that it said it has, if it came so far. */
async function firstStart(
  daemon: Daemon,
  fault: DiskFault,
  kind: FaultKind,
  at: number,
): Promise<{ readonly id: string | undefined; readonly problems: Problem[] }> {
  fault.arm();
  const problems: Problem[] = [];
  let id: string | undefined;
  try {
    await daemon.start(fault.env(kind, at));
    const status = await daemon.api?.call('status', {});
    id = status?.ok ? status.result.id : undefined;
    await daemon.api?.call('down', {});
    await daemon.end(START_MS);
  } catch {
    await daemon.end(START_MS);
    // Whoever starts a node is told why there is none.
    const isSilent = daemon.ended !== 'SIGKILL' && !daemon.lastWords.includes('✗');
    if (isSilent) problems.push({ what: `it ended with ${daemon.ended}, and did not say why`, log: daemon.lastWords });
    if (daemon.lastWords.includes('internal error')) problems.push({ what: 'it blames itself', log: daemon.lastWords });
  }
  await daemon.kill();
  fault.disarm();
  return { id, problems };
}

/** The disk works again: so does the node, as whoever it has said that it is. */
async function secondStart(daemon: Daemon, id: string | undefined): Promise<Problem[]> {
  const problems: Problem[] = [];
  try {
    await daemon.start();
    const status = await daemon.api?.call('status', {});
    if (!status?.ok) problems.push({ what: 'it does not answer', log: '' });
    else if (id !== undefined && status.result.id !== id)
      problems.push({ what: 'lost: it is somebody else now', log: '' });
    await daemon.api?.call('down', {});
    await daemon.end(START_MS);
    problems.push(...storedIn(daemon.home).damage.map((damage) => ({ what: `corrupt: ${damage}`, log: '' })));
    // What a killed process left is removed when there is an identity to read.
    load(daemon.home, { suite: nodeSuite });
    problems.push(...leftovers(daemon.home));
  } catch (error) {
    problems.push({ what: `corrupt: it does not start again: ${(error as Error).message}`, log: '' });
  } finally {
    await daemon.kill();
  }
  return problems;
}

/** Temporary files may hold the seed. */
function leftovers(home: string): Problem[] {
  const left = readdirSync(home).filter((name) => name.startsWith('identity.json.'));
  return left.map((name) => ({ what: `${name} is left`, log: '' }));
}

/** A fault at every `step`th disk operation of putting a passphrase on an identity. */
export async function identityPoints(how: Points, results: Results): Promise<void> {
  const { kinds, step, library, folder } = how;
  const program = fileURLToPath(new URL('identity-child.ts', import.meta.url));
  for (const kind of kinds) {
    for (let at = firstOf(kind, how); ; at += step) {
      rmSync(folder, { recursive: true, force: true });
      const home = join(folder, 'home');
      mkdirSync(home, { recursive: true, mode: 0o700 });
      const made = spawnSync(process.execPath, [program, home], { encoding: 'utf8', env: cleanEnv() });
      const fault = new DiskFault({ library, folder, home });
      fault.arm();
      const env = { ...cleanEnv(), ...fault.env(kind, at) };
      const changed = spawnSync(process.execPath, [program, home, PASSPHRASE], { encoding: 'utf8', env });
      fault.disarm();
      const hit = fault.operations().find(({ number }) => number === at);
      if (!hit) break;
      const problems = identityProblems(home, made.stdout, changed.stdout);
      results.add({ role: 'identity', kind, operation: `${hit.name} ${hit.path}`, problems, settledMs: 0 });
    }
    results.ended('identity', kind);
  }
}

/** What was said to be protected is, and in any case it is the identity that it was. */
function identityProblems(home: string, id: string, said: string): Problem[] {
  const problems: Problem[] = [];
  const opened = (passphrase: string | undefined) => {
    try {
      return load(home, { suite: nodeSuite, passphrase });
    } catch {
      return undefined;
    }
  };
  const kept = opened(PASSPHRASE);
  if (!existsSync(join(home, 'identity.json'))) problems.push({ what: 'lost: there is no identity', log: '' });
  else if (!kept)
    problems.push({ what: 'corrupt: the identity opens neither with the passphrase nor without', log: '' });
  else if (kept.identity.id !== id.trim()) problems.push({ what: 'lost: it is another identity', log: '' });
  if (said.includes('protected') && kept && !kept.sealed)
    problems.push({ what: 'lost: it was said to be protected', log: '' });
  return [...problems, ...leftovers(home)];
}
