import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { connectSocket } from '../../src/api/rpc-client.ts';
import type { ApiEvent, NodeApi, Result } from '../../src/api/schema.ts';
import { readNodeFile, readToken } from '../../src/host/profile/profile.ts';
import { cleanEnv } from '../support/line-mode.ts';

/** A line as a screen shows it. */
export type ShownLine = Result<'history'>['messages'][number];

/** How a daemon is started, again and again. */
export type DaemonPlan = {
  readonly home: string;
  /** Flags beside the home. */
  readonly flags: readonly string[];
  readonly spawn: (command: string, args: readonly string[], env: NodeJS.ProcessEnv) => ChildProcess;
  /** Variables that its environment has beside a clean one. */
  readonly env?: Readonly<Record<string, string>>;
  /** Hears everything that the node tells its screen, in whatever life. */
  readonly hear: (event: ApiEvent) => void;
};

const QPC = join(resolve(import.meta.dirname, '../..'), 'bin/qpc.js');
const START_MS_MAX = 30_000;
const LOOK_MS = 20;

/** One node on one home, over all its lives, with a screen that comes back whenever it does. */
export class Daemon {
  /** Lives that were begun. */
  lives = 0;
  readonly #plan: DaemonPlan;
  #child: ChildProcess | undefined;
  #api: NodeApi | undefined;
  #stderr = '';

  constructor(plan: DaemonPlan) {
    this.#plan = plan;
  }

  get home(): string {
    return this.#plan.home;
  }

  /** The node's screen; `undefined` while it is dead. */
  get api(): NodeApi | undefined {
    return this.#api;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How it ended, once it has; `undefined` before. */
  get ended(): number | NodeJS.Signals | undefined {
    return this.#child?.exitCode ?? this.#child?.signalCode ?? undefined;
  }

  /** What it said about its troubles in this life. */
  get lastWords(): string {
    return this.#stderr.trim();
  }

  /**
   * Starts it, and attaches a screen to which everything that nobody has shown is told first. Variables hold for this life only.
   *
   * @throws Error with its last words when it ends instead.
   */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const { home, flags, spawn, env: always } = this.#plan;
    this.lives++;
    this.#stderr = '';
    const args = [QPC, '__node', '--home', home, ...flags];
    const child = spawn(process.execPath, args, { ...cleanEnv(), ...always, ...env });
    this.#child = child;
    child.stderr!.on('data', (chunk) => {
      this.#stderr += String(chunk);
    });
    child.stdout!.resume();
    const api = await this.#connect(child);
    this.#api = api;
    api.onClose(() => {
      if (this.#api === api) this.#api = undefined;
    });
    api.onEvent(this.#plan.hear);
    const attached = await api.call('attach', { version: 'soak', replay: true });
    if (!attached.ok) throw new Error(`no screen is let in: ${attached.error.message}`);
  }

  /** Ends it as a power cut would: no handler runs. Resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || this.ended !== undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    this.#api = undefined;
  }

  /** Resolves when it has ended by itself, or after so long. Whether it has. */
  async end(withinMs: number): Promise<boolean> {
    const child = this.#child;
    if (!child || this.ended !== undefined) return true;
    await Promise.race([once(child, 'exit'), later(withinMs, undefined, { ref: false })]);
    return this.ended !== undefined;
  }

  /** Every line of every conversation that it keeps, oldest first. */
  async history(): Promise<ShownLine[]> {
    const lines: ShownLine[] = [];
    for (let before: string | undefined; ; before = lines[0]!.id) {
      const page = await this.#api?.call('history', { limit: 1_000, ...(before === undefined ? {} : { before }) });
      if (!page?.ok) throw new Error(`no history of ${this.home}: ${page?.error.message ?? 'it is dead'}`);
      lines.unshift(...page.result.messages);
      if (!page.result.more || page.result.messages.length === 0) return lines;
    }
  }

  async #connect(child: ChildProcess): Promise<NodeApi> {
    const { home } = this.#plan;
    for (const deadline = AbortSignal.timeout(START_MS_MAX); !deadline.aborted; await later(LOOK_MS)) {
      if (this.ended !== undefined) break;
      // What an earlier life left names another process.
      const node = readNodeFile(home);
      const token = readToken(home);
      if (node?.pid !== child.pid || !node || token === undefined) continue;
      const api = await connectSocket({ path: node.socket, token }).catch(() => undefined);
      if (api) return api;
    }
    throw new Error(`it did not start (${this.ended ?? `not ready in ${START_MS_MAX} ms`}): ${this.lastWords}`);
  }
}

/** Builds nothing, but says when there is nothing built to start. */
export function whyNoBuild(): string | undefined {
  try {
    execFileSync(process.execPath, [QPC, '--version'], { stdio: 'ignore', env: cleanEnv() });
    return undefined;
  } catch {
    return 'qpc is not built: npm run build';
  }
}
