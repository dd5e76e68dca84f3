import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** What line mode prints with `--json`, one object a line (docs/commands.md). */
export type Line = { readonly type: string } & Readonly<Record<string, unknown>>;

/** How a test starts a program: on this machine, or on a host of a test network. */
export type Spawn = (command: string, args: readonly string[], env: NodeJS.ProcessEnv) => ChildProcess;

const QPC = join(resolve(import.meta.dirname, '../..'), 'bin/qpc.js');

/** Nothing of the surroundings of a test reaches qpc. */
export const cleanEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: '/nonexistent' });

const onThisMachine: Spawn = (command, args, env) => spawn(command, args, { stdio: 'pipe', env });

/** qpc in line mode with `--json`, as a program drives it. */
export class LineMode {
  readonly lines: Line[] = [];
  readonly child: ChildProcess;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  constructor(home: string, options: readonly string[] = [], start: Spawn = onThisMachine) {
    this.child = start(process.execPath, [QPC, '--json', '--home', home, ...options], cleanEnv());
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.#read(line));
    this.child.stderr!.on('data', (chunk) => {
      this.#stderr += String(chunk);
    });
    this.ended = new Promise((done) => this.child.once('close', (code, signal) => done(code ?? signal!)));
    void this.ended.then(() => this.#wake());
  }

  /** The first line, of those printed and those to come, that fits. Fails with everything that was printed. */
  async until(fits: (line: Line) => boolean, what: string, timeoutMs = 15_000): Promise<Line> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = this.lines.find(fits);
      if (found) return found;
      if (deadline.aborted || this.child.exitCode !== null) throw new Error(`no ${what} in:\n${this.#printed()}`);
      await new Promise<void>((wake) => {
        this.#waiting.add(wake);
        deadline.addEventListener('abort', () => wake(), { once: true });
      });
    }
  }

  ready(): Promise<Line> {
    return this.until(({ type }) => type === 'ready', 'ready');
  }

  /** Types a line, and gives the reply to it. One at a time. */
  async type(text: string): Promise<Line> {
    const before = this.#replies();
    this.child.stdin!.write(`${text}\n`);
    await this.until(() => this.#replies() > before, `reply to ${text}`);
    return this.lines.filter(({ type }) => type === 'reply')[before]!;
  }

  /** Ends the input, as a pipe does, and waits until it has left. */
  async end(): Promise<number | NodeJS.Signals> {
    this.child.stdin!.end();
    return this.ended;
  }

  #replies(): number {
    return this.lines.filter(({ type }) => type === 'reply').length;
  }

  #read(line: string): void {
    this.lines.push(JSON.parse(line) as Line);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #printed(): string {
    return [...this.lines.map((line) => JSON.stringify(line)), this.#stderr].join('\n');
  }
}
