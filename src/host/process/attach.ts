import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { failed } from '../../api/answer.ts';
import { connectSocket } from '../../api/rpc-client.ts';
import type { ApiError, ErrorCode, NodeApi, Outcome } from '../../api/schema.ts';
import type { Options } from '../options/option-table.ts';
import { type Flags, flagsOf } from '../options/options.ts';
import { openHome } from '../profile/private-dir.ts';
import { isHeld, profileFile, readNodeFile, readToken } from '../profile/profile.ts';
import { passphraseIn } from './passphrase-file.ts';
import { firstLine, START_FD, type StartFailure, type StartOrder, type StartReport } from './start-channel.ts';
import { EXIT, StartError } from './start-error.ts';

/** How long a node that holds the profile may take to answer, or to stop, in milliseconds. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 50;

/** A node to talk to; or why there is none, with the exit code for it. */
export type Attached =
  | {
      readonly ok: true;
      readonly result: NodeApi;
      /** Whether it was started now. */
      readonly started: boolean;
      /** What the user should know about how it started, a sentence each. */
      readonly warnings: readonly string[];
    }
  | {
      readonly ok: false;
      readonly error: ApiError;
      readonly exitCode: number;
      /** The identity is sealed, and no passphrase was given: ask for it and try again. */
      readonly needsPassphrase?: true;
    };

/** What a screen was started with, as far as it concerns its node. */
export type AttachInput = {
  readonly options: Options;
  /** The flags as they were given: a node that is started gets those that concern it. */
  readonly flags: Flags;
  /** Opens a sealed identity. It goes through a pipe. */
  readonly passphrase?: string;
  /** What starts a node, before its flags; this program unless a test says otherwise. */
  readonly command?: readonly string[];
  /** How long a node that holds the profile may take to answer. */
  readonly patienceMs?: number;
};

/**
 * Under a flood of datagrams V8 lets the place for what is new grow to three times 16 MB, takes what it sees often for lasting, and puts
 * it where it stays for long. With these it is half the memory and no slower. It has to be said at the start of a process.
 */
const FRUGAL = ['--max-semi-space-size=2', '--no-allocation-site-pretenuring'];
const QPC = fileURLToPath(new URL('../../../bin/qpc.js', import.meta.url));
const THIS_PROGRAM = [process.execPath, ...FRUGAL, QPC, '__node'];

/** The running node of the profile in `home`, not yet attached; `undefined` when none answers. */
export async function connect(home: string, patienceMs = PATIENCE_MS): Promise<NodeApi | undefined> {
  const node = readNodeFile(home);
  const token = readToken(home);
  if (!node || token === undefined) return undefined;
  let api: NodeApi;
  try {
    api = await connectSocket({ path: node.socket, token });
  } catch {
    return undefined;
  }
  const answered = await Promise.race([api.call('status', {}), sleep(patienceMs, undefined, { ref: false })]);
  if (answered?.ok) return api;
  api.close();
  return undefined;
}

/**
 * The node of this profile: the one that runs, else one that is started now, detached (docs/commands.md, starting).
 * What keeps it from starting comes back in its own words and with its exit code. The caller attaches.
 */
export async function attachOrStart(input: AttachInput): Promise<Attached> {
  const { patienceMs = PATIENCE_MS } = input;
  const { home } = input.options;
  let warnings: readonly string[] = [];
  let started = false;
  for (let deadline = performance.now() + patienceMs; ; await sleep(RETRY_MS)) {
    const api = await connect(home, patienceMs);
    if (api) return { ok: true, result: api, started, warnings };
    if (performance.now() > deadline) return refusal(silentHolder(home));
    if (started) continue;
    try {
      const opened = openHome(home);
      const report = await startNode(input);
      if ('ready' in report) {
        started = true;
        warnings = [...opened.warnings, ...(report.warnings ?? [])];
        deadline = performance.now() + patienceMs;
      } else if (report.failed.exitCode !== EXIT.taken) return refusal(report.failed);
      // Taken: two screens start a node at the same time, one node wins, and a moment later the other screen meets it.
    } catch (error) {
      if (error instanceof StartError) return refusal(error);
      throw error;
    }
  }
}

/**
 * Stops the node of the profile in `home`, and resolves when another one could start. One that is stopping already is waited for.
 *
 * @returns `undefined` when none runs; a refusal when the node does not answer.
 */
export async function stopNode(home: string): Promise<Outcome<{ readonly pid: number }> | undefined> {
  const api = await connect(home);
  const gone = api && new Promise<void>((resolve) => api.onClose(() => resolve()));
  const outcome = await api?.call('down', {});
  await Promise.race([gone, sleep(PATIENCE_MS, undefined, { ref: false })]);
  for (const deadline = performance.now() + PATIENCE_MS; isHeld(home); await sleep(RETRY_MS)) {
    if (performance.now() > deadline) {
      const { message, hint = '' } = silentHolder(home);
      return failed('E_TAKEN', message, hint);
    }
  }
  return outcome;
}

/** Starts a node as a process of its own that outlives this one, and waits for its word. */
async function startNode({ options, flags, passphrase, command = THIS_PROGRAM }: AttachInput): Promise<StartReport> {
  const { home, config } = options;
  const [program = '', ...before] = command;
  const secret = passphrase ?? passphraseIn(options.passphraseFile);
  const order: StartOrder = secret === undefined ? {} : { passphrase: secret };
  const log = openSync(profileFile.log(home), 'a', 0o600);
  const settings = flags.config === undefined ? [] : ['--config', config];
  const child = spawn(program, [...before, '--from-starter', '--home', home, ...settings, ...flagsOf(flags)], {
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    windowsHide: true,
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // Without file descriptors for its pipes Node gives up before it makes them.
  const pipe = child.stdio?.[START_FD] as Socket | undefined;
  if (!pipe) {
    const hint = 'raise the limit of open files: ulimit -n';
    throw new StartError(`the node cannot be started: ${await ended}`, { hint });
  }
  pipe.on('error', () => {});
  pipe.write(`${JSON.stringify(order)}\n`);
  const report = (await firstLine(pipe)) as StartReport | undefined;
  pipe.destroy();
  if (!report) {
    const hint = `its log says more: ${profileFile.log(home)}`;
    throw new StartError(`the node ended before it was ready (${await ended})`, { exitCode: EXIT.internal, hint });
  }
  child.unref();
  return report;
}

function silentHolder(home: string): StartError {
  const pid = readNodeFile(home)?.pid;
  const who = pid === undefined ? 'a node' : `process ${pid}`;
  const hint = pid === undefined ? 'try again' : `end it with: kill ${pid}`;
  return new StartError(`${who} holds this profile and does not answer`, { exitCode: EXIT.taken, hint });
}

function refusal(failed: StartFailure | StartError): Attached {
  const { message, hint, exitCode } = failed;
  const code = CODES.get(exitCode) ?? 'E_NODE_GONE';
  const needs = 'needsPassphrase' in failed ? { needsPassphrase: true as const } : {};
  return { ok: false, exitCode, ...needs, error: hint === undefined ? { code, message } : { code, message, hint } };
}

const CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [EXIT.usage, 'E_USAGE'],
  [EXIT.noFile, 'E_NO_FILE'],
  [EXIT.identity, 'E_IDENTITY'],
  [EXIT.internal, 'E_INTERNAL'],
  [EXIT.taken, 'E_TAKEN'],
]);
