import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Diagnosis, findingView } from '../api/finding.ts';
import type { Preferences } from '../api/preferences.ts';
import type { ApiEvent, ErrorCode, NodeApi, Outcome } from '../api/schema.ts';
import type { Changed, Setting, Settings } from '../api/setting.ts';
import { eventLine } from '../commands/event-line.ts';
import { printable, printableJson } from '../commands/printable.ts';
import type { Flags } from '../commands/program.ts';
import type { Shell } from '../commands/shell.ts';
import type { Finding } from '../core/base/fault.ts';
import { LINE_CHARS_MAX } from '../core/base/limits.ts';
import { OPTIONS, type Options } from '../host/options/option-table.ts';
import { type Attached, attachOrStart, connect, stopNode } from '../host/process/attach.ts';
import { VERSION } from '../host/process/version.ts';
import { ask } from '../repl/ask.ts';
import { linesOf } from '../repl/lines.ts';
import type { IdentityOnDisk } from './identity-on-disk.ts';
import { manPage } from './man-page.ts';
import { complaint } from './words.ts';

/** What this process was started with, once flags, environment and file have been read. */
export type Start = {
  readonly options: Options;
  readonly flags: Flags;
  /** Settings of the node that this process was given, by option name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Everything that can be set, and the file that keeps it. */
  readonly profile: Settings;
  /** What in the settings means nothing, a sentence each. */
  readonly warnings: readonly string[];
};

/** What this process can do that the screens know how to. */
export type Abilities = {
  /** Plays the demo on this process's streams until the person leaves. */
  readonly playDemo: () => Promise<number>;
  /** Looks at the terminal, if this process is on one, and at the keys that are set for it. */
  readonly lookAtTerminal: (
    options: Options,
    /** Whether it may be asked: that writes what moves the caret. */
    how: { readonly asks: boolean },
  ) => Promise<{ readonly findings: readonly Finding[]; readonly good: readonly Diagnosis['good'][number][] }>;
};

/** How long a node may take to hear the goodbye of a screen, in milliseconds. */
const GOODBYE_MS = 2_000;

/** This process: its streams, its profile, and the node behind it, for the commands of the shell and for line mode. */
export class Machine implements Shell {
  readonly face = 'shell';
  readonly json: boolean;
  readonly time: Preferences['time'];
  readonly ascii: boolean = !/utf-?8/i.test(process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || 'utf-8');
  /** Whether somebody listens or feels instead of looking (docs/commands.md, line mode). */
  readonly aloud: boolean = !['', '0', undefined].includes(process.env.ACCESSIBLE);
  readonly terminal: boolean = process.stdin.isTTY === true;
  readonly start: Start;
  readonly identity: Shell['identity'];
  readonly playDemo: () => Promise<number>;
  readonly #lookAtTerminal: Abilities['lookAtTerminal'] | undefined;
  readonly #lines = linesOf(process.stdin);
  #api: NodeApi | undefined;
  #attached = false;
  #lab: ChildProcess | undefined;

  constructor(start: Start, { playDemo = async () => EXIT_INTERNAL, lookAtTerminal }: Partial<Abilities> = {}) {
    this.start = start;
    this.playDemo = playDemo;
    this.#lookAtTerminal = lookAtTerminal;
    this.json = start.options.json;
    this.time = start.options.time;
    this.identity = {
      backup: async () => (await this.#identity()).backup(),
      restore: async (words) => (await this.#identity()).restore(words),
      passphrase: async (next) => (await this.#identity()).passphrase(next),
    };
  }

  now = (): number => Date.now();
  conversation(): undefined {}
  open(): void {}
  quit(): void {}
  settings(): readonly Setting[] {
    return this.start.profile.list();
  }
  change(name: string, value: string): Outcome<Changed> {
    return this.start.profile.change(name, value);
  }

  /** The node of this profile, not yet attached: the one that runs, else one that is started now. */
  async node(): Promise<Outcome<NodeApi>> {
    const passphrase = this.start.options.passphraseFile === undefined ? undefined : this.#passphraseFromFile();
    if (passphrase && !passphrase.ok) return passphrase;
    let found = await this.#attachOrStart(passphrase?.result);
    // Only a sealed file is worth a question; a running node, or an open file, needs no passphrase.
    if (!found.ok && found.error.code === 'E_IDENTITY' && !passphrase && (await this.#identity()).sealed()) {
      const typed = await this.#askPassphrase();
      if (typed !== undefined) found = await this.#attachOrStart(typed);
    }
    if (!found.ok) {
      const code: ErrorCode =
        found.exitCode === 75 ? 'E_TAKEN' : found.exitCode === 70 ? 'E_INTERNAL' : found.error.code;
      return { ok: false, error: { ...found.error, code } };
    }
    for (const warning of found.warnings) this.warn(warning);
    this.#api = found.result;
    return found;
  }

  /**
   * The node of this profile after it was lost, for a screen that is being drawn: nothing is printed and nothing is asked.
   * A profile that a typed passphrase opened stays closed.
   */
  async nodeAgain(): Promise<NodeApi | undefined> {
    const passphrase = this.start.options.passphraseFile === undefined ? undefined : this.#passphraseFromFile();
    const found = passphrase?.ok === false ? passphrase : await this.#attachOrStart(passphrase?.result);
    if (found.ok) this.#api = found.result;
    return found.ok ? found.result : undefined;
  }

  async attach({ shows } = { shows: false }): Promise<Outcome<NodeApi>> {
    const node = await this.node();
    if (!node.ok) return node;
    const met = await node.result.call('attach', { version: VERSION, settings: { ...this.start.settings }, shows });
    if (!met.ok) return met;
    this.#attached = true;
    for (const notice of met.result.notices) this.warn(notice);
    return node;
  }

  /** A screen of another kind has attached to the node, and means to leave on purpose. */
  attached(): void {
    this.#attached = true;
  }

  async running(): Promise<NodeApi | undefined> {
    this.#api = await connect(this.start.options.home);
    return this.#api;
  }

  stop(): ReturnType<Shell['stop']> {
    return stopNode(this.start.options.home);
  }

  /** Leaves the node on purpose, so that it need not wait for this screen to come back. */
  async leave(): Promise<void> {
    this.#lab?.kill();
    const api = this.#api;
    this.#api = undefined;
    if (!api) return;
    if (this.#attached)
      await Promise.race([
        api.call('goodbye', {}),
        new Promise((resolve) => this.after(GOODBYE_MS, () => resolve(undefined))),
      ]);
    api.close();
  }

  print(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  warn(sentence: string): void {
    process.stderr.write(`qpc: ${printable(sentence)}\n`);
  }

  tell(event: ApiEvent): void {
    this.print(this.json ? printableJson(event) : eventLine(event, this));
  }

  async input(): Promise<Outcome<string>> {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      text += chunk;
      if (text.length > LINE_CHARS_MAX) {
        const message = `standard input has more than ${LINE_CHARS_MAX} characters: nothing was done`;
        return { ok: false, error: { code: 'E_TOO_LARGE', message } };
      }
    }
    return { ok: true, result: text };
  }

  async ask(question: string, { secret } = { secret: false }): Promise<string | undefined> {
    if (this.terminal) return ask(question, { secret, input: process.stdin, output: process.stderr });
    const line = await this.#lines.next();
    return line.done || !('text' in line.value) ? undefined : line.value.text;
  }

  after(ms: number, then: () => void): () => void {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  }

  async lookAround(): Promise<Diagnosis> {
    const { options, profile, warnings } = this.start;
    const set = profile.list().filter(({ from }) => from?.startsWith(`${options.config}:`));
    const names = [...set.map(({ name }) => name), ...(options.keys.length === 0 ? [] : ['keys'])].join(', ');
    const config = { what: 'config', found: `${options.config}: ${names || 'nothing is set there'}` };
    const unknown = warnings.map((found): Finding => ({ code: 'CONFIG_UNKNOWN', subject: 'config', found }));
    const looked = await this.#lookAtTerminal?.(options, { asks: !this.aloud && process.env.TERM !== 'dumb' });
    const findings = [...unknown, ...(looked?.findings ?? [])].map((one) => findingView(one, (id) => id));
    return { findings, good: [config, ...(looked?.good ?? [])] };
  }

  async inspect(): Promise<Outcome<Diagnosis>> {
    const { checkup, diagnosisOf } = await import('../host/process/checkup.ts');
    const checks = checkup(this.start.options.home, { now: Date.now(), runs: false });
    return { ok: true, result: diagnosisOf(checks, (id) => id) };
  }

  manual(): readonly string[] {
    return manPage(OPTIONS, VERSION);
  }

  /** Signals of the terminal reach the simulator as they reach us; when we are told to end, so is it. */
  async runLab(words: readonly string[]): Promise<number> {
    const path = fileURLToPath(new URL('../sim/main.js', import.meta.url));
    const child = spawn(process.execPath, [...process.execArgv, path, ...words], { stdio: 'inherit' });
    this.#lab = child;
    return new Promise((resolve) => {
      child.once('error', () => resolve(EXIT_INTERNAL));
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
    });
  }

  async #attachOrStart(passphrase: string | undefined): Promise<Attached> {
    const { options, flags } = this.start;
    return attachOrStart({ options, flags, ...(passphrase === undefined ? {} : { passphrase }) });
  }

  #passphraseFromFile(): Outcome<string> {
    const file = this.start.options.passphraseFile ?? '';
    try {
      return { ok: true, result: readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '' };
    } catch (error) {
      const why =
        (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
      return { ok: false, error: { code: 'E_NO_FILE', message: `--passphrase-file ${file} cannot be read: ${why}` } };
    }
  }

  async #askPassphrase(): Promise<string | undefined> {
    return this.terminal ? this.ask('passphrase of this profile: ', { secret: true }) : undefined;
  }

  async #identity(): Promise<IdentityOnDisk> {
    const { IdentityOnDisk } = await import('./identity-on-disk.ts');
    return new IdentityOnDisk(this.start.options.home, async () => {
      if (this.start.options.passphraseFile === undefined) return this.#askPassphrase();
      const read = this.#passphraseFromFile();
      if (read.ok) return read.result;
      for (const line of complaint(read.error)) process.stderr.write(`${line}\n`);
      return undefined;
    });
  }
}

const EXIT_INTERNAL = 70;
