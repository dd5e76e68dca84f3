import { parseArgs } from 'node:util';
import { type RpcServer, serve } from '../../api/rpc-server.ts';
import { SCREEN_GRACE_MS } from '../../core/base/limits.ts';
import { DatabaseError } from '../database/database-error.ts';
import { short } from '../event-log.ts';
import { IdentityError } from '../identity/identity-error.ts';
import { loadOrCreate } from '../identity/identity-file.ts';
import { type Log, openLog } from '../log.ts';
import { codeOf, UdpError } from '../network/udp-error.ts';
import { nodeSuite } from '../node-suite.ts';
import { OPTIONS } from '../options/option-table.ts';
import { type Flags, resolveOptions } from '../options/options.ts';
import { holdProfile, type Profile, profileFile } from '../profile/profile.ts';
import { Life } from './life.ts';
import { passphraseIn } from './passphrase-file.ts';
import { type RunningNode, startNode } from './running-node.ts';
import { type StartChannel, type StartFailure, startChannel } from './start-channel.ts';
import { EXIT, StartError } from './start-error.ts';
import { VERSION } from './version.ts';

/**
 * A node as a process: what `qpc __node` runs until the node's life ends.
 *
 * Started by a screen (`--from-starter`), it takes orders and reports over a pipe and ends with its screens; started by hand or by a
 * service manager, it prints its troubles and stays.
 *
 * @returns the exit code. The caller exits with it at once.
 */
export async function runNode(
  argv: readonly string[],
  { graceMs = SCREEN_GRACE_MS }: { readonly graceMs?: number } = {},
): Promise<number> {
  process.umask(0o077);
  const fromStarter = argv[0] === '--from-starter';
  const channel = fromStarter ? startChannel() : terminal;
  let end: (why: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  // Who asked for the end gets its answer first.
  const endSoon = (why: string) => void setImmediate(() => end({ why, exitCode: EXIT.done }));
  const life = new Life({ graceMs, stays: !fromStarter, end: endSoon });
  for (const [signal, exitCode] of SIGNALS) {
    process.on(signal, () => end({ why: `it was stopped by ${signal}`, exitCode }));
  }
  let up: Up;
  try {
    up = await start(argv.slice(fromStarter ? 1 : 0), channel, life);
  } catch (error) {
    life.over();
    const failed = failureOf(error);
    await channel.report({ failed });
    return failed.exitCode;
  }
  await channel.report({ ready: true });
  const { why, exitCode } = await ended;
  life.over();
  await stop(up, why);
  return exitCode;
}

type Ending = { readonly why: string; readonly exitCode: number };

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

type Up = { readonly profile: Profile; readonly log: Log; readonly node: RunningNode; readonly server: RpcServer };

async function start(argv: readonly string[], channel: StartChannel, life: Life): Promise<Up> {
  const resolved = resolveOptions({ flags: flagsIn(argv), env: process.env });
  if (!resolved.ok) throw new StartError(resolved.error, { exitCode: EXIT.usage });
  const { options, settings } = resolved;
  const order = await channel.order();
  const profile = holdProfile(options.home, { env: process.env, version: VERSION });
  try {
    const { home } = profile;
    const log = openLog(profileFile.log(home), { verbose: options.verbose });
    endOnBugs(log);
    const passphrase = order.passphrase ?? passphraseIn(options.passphraseFile);
    const { identity } = loadOrCreate(home, { suite: nodeSuite, passphrase });
    const node = await startNode({ home, identity, options, settings, life, log });
    const server = await serve(node.service, { path: profile.socket, isToken: (line) => profile.isToken(line) });
    for (const warning of [...resolved.warnings, ...profile.warnings, ...node.warnings]) {
      log.warn(warning);
      channel.warn(warning);
    }
    log.info({ id: short(node.id), pid: process.pid, addresses: node.addresses, version: VERSION }, 'the node runs');
    return { profile, log, node, server };
  } catch (error) {
    profile.release();
    throw error;
  }
}

async function stop({ profile, log, node, server }: Up, why: string): Promise<void> {
  log.info({ why }, 'the node stops');
  await server.close(`the node stopped: ${why}`);
  await node.stop();
  profile.release();
  log.info('the node has stopped');
}

function flagsIn(argv: readonly string[]): Flags {
  const known = OPTIONS.map(({ name, value, many, negated }) => [
    negated ? `no-${name}` : name,
    { type: value === undefined ? 'boolean' : 'string', multiple: many ?? false } as const,
  ]);
  try {
    const { values } = parseArgs({ args: [...argv], options: Object.fromEntries(known), strict: true });
    const said = values as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      OPTIONS.map(({ key, name, negated }) => [key, negated && said[`no-${name}`] ? false : said[name]]),
    );
  } catch (error) {
    throw new StartError((error as Error).message, { exitCode: EXIT.usage });
  }
}

/** A mistake of ours that nobody caught: what the node holds in memory can no longer be trusted. What is on disk can. */
function endOnBugs(log: Log): void {
  const end = (error: unknown) => {
    log.fatal({ err: error }, 'a mistake of ours ends the node');
    process.exit(EXIT.internal);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function failureOf(error: unknown): StartFailure {
  const { message } = error as Error;
  const hint = (error as { readonly hint?: string }).hint;
  const more = hint === undefined ? {} : { hint };
  if (error instanceof StartError) return { message, ...more, exitCode: error.exitCode };
  if (error instanceof IdentityError) {
    const needsPassphrase = error.why === 'passphrase-needed';
    return { message, ...more, exitCode: EXIT.identity, ...(needsPassphrase && { needsPassphrase }) };
  }
  if (error instanceof DatabaseError || error instanceof UdpError) return { message, ...more, exitCode: EXIT.failed };
  if (codeOf(error) === 'EMFILE')
    return { message, hint: 'raise the limit of open files: ulimit -n', exitCode: EXIT.failed };
  return { message: `internal error: ${(error as Error).stack ?? message}`, exitCode: EXIT.internal };
}

/** Who started the node by hand: there is nothing to wait for, and troubles are for the eye. */
const terminal: StartChannel = {
  order: async () => ({}),
  warn: (warning) => void process.stderr.write(`! ${warning}\n`),
  report: async (report) => {
    if ('failed' in report) {
      const { message, hint } = report.failed;
      process.stderr.write(`✗ ${message}${hint === undefined ? '' : ` · ${hint}`}\n`);
    }
  },
};
