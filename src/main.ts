import { setFlagsFromString } from 'node:v8';
import type { ApiError, NodeApi } from './api/schema.ts';
import { type Abilities, Machine, type Start } from './cli/machine.ts';
import { overview } from './cli/overview.ts';
import { runCommand } from './cli/run-command.ts';
import { complaint } from './cli/words.ts';
import { EXIT_CODES } from './commands/exit-code.ts';
import { type Flags, parseGlobals } from './commands/program.ts';
import { COMMANDS } from './commands/table.ts';
import type { Finding } from './core/base/fault.ts';
import type { Demo } from './demo/demo.ts';
import { OPTIONS, type Options } from './host/options/option-table.ts';
import { type Resolved, resolveOptions } from './host/options/options.ts';
import { FileSettings } from './host/options/settings.ts';
import { VERSION } from './host/process/version.ts';
import { FileNotebook } from './host/profile/notebook.ts';
import type { SpokenLines } from './repl/spoken-lines.ts';
import type { TerminalLines } from './repl/terminal-lines.ts';
import type { OwnKey } from './tui/keys/key-map.ts';

/** Where a command line becomes a screen, a command, or a node. Ends the process with the exit code of docs/commands.md. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv[0] === '__node') {
    const { runNode } = await import('./host/process/node-process.ts');
    process.exit(await runNode(argv.slice(1)));
  }
  const sitting = new Sitting();
  const code = await sitting.run(argv);
  await sitting.end(code);
}

/** One run of this process, and the one way out of it: the node hears a goodbye, and what was printed is printed. */
class Sitting {
  #machine: Machine | undefined;
  #demo: Demo | undefined;
  #ending = false;

  async run(argv: readonly string[]): Promise<number> {
    // Whoever reads us may stop reading: `qpc listen | head -1` has all it wanted.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => void this.end(error.code === 'EPIPE' ? 0 : 1));
    process.stderr.on('error', () => {});
    const given = parseGlobals(argv, OPTIONS);
    if (!given.ok) return fail(given.error);
    const { flags, words } = given;
    if (flags.version) return print([VERSION]);
    if (words[0] === '__complete') return this.#complete(words.slice(1));
    if (words.length === 0 && flags.help) return print(overview(OPTIONS));
    if (words.length === 0) return this.#converse(flags);
    this.#endOnSignals();
    return runCommand(words, flags, OPTIONS, {
      print: (line) => void process.stdout.write(`${line}\n`),
      warn: (line) => void process.stderr.write(`${line}\n`),
      open: async (all) => {
        const opened = open(all, () => this.#playDemo(all));
        if (opened.ok) this.#machine = opened.result;
        return opened;
      },
    });
  }

  /** Ends the process, once. */
  async end(code: number): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    // A terminal that closes says so to everything in it, more than once; what has begun to end still has its files to put away.
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});
    await this.#machine?.leave();
    await this.#demo?.stop();
    await Promise.all([written(process.stdout), written(process.stderr)]);
    process.exit(code);
  }

  /** The chat. Which screen is decided before Ink is loaded, which takes longer than all else. */
  async #converse(flags: Flags): Promise<number> {
    const opened = open(flags);
    if (!opened.ok) return fail(opened.error);
    const machine = opened.result;
    this.#machine = machine;
    const drawn = wantsLines(machine) ? undefined : await keysOf(machine.start);
    if (drawn && 'error' in drawn)
      return fail({
        code: 'E_USAGE',
        message: drawn.error,
        hint: 'correct the line, or start without a screen: qpc --plain',
      });
    // Ink has 500 files to read, which goes on while the node answers, or starts.
    process.env.NODE_ENV ??= 'production';
    const tui = drawn && import('./tui/main.tsx');
    const node = await machine.node();
    if (!node.ok) return fail(node.error);
    await this.#demo?.join(node.result);
    if (!drawn || !tui) return this.#lineMode(machine, node.result);
    const { runTui } = await tui;
    // A frame lives for a moment. Under a flood V8 would let the place for what is new grow from 34 MB to 134, and be no quicker.
    setFlagsFromString('--semi-space-growth-factor=1');
    const { settings, profile, options } = machine.start;
    const reconnect = () => machine.nodeAgain();
    const notebook = new FileNotebook(options.home);
    const { keys } = drawn;
    const note = options.verbose ? await noteIn(options.home) : undefined;
    const chosen = { version: VERSION, settings, profile, preferences: options, keys, notebook, reconnect };
    return runTui({ api: node.result, options: note ? { ...chosen, note } : chosen });
  }

  async #lineMode(machine: Machine, api: NodeApi): Promise<number> {
    this.#endOnSignals();
    const [{ lineMode }, { linesOf }] = await Promise.all([import('./repl/line-mode.ts'), import('./repl/lines.ts')]);
    machine.attached();
    const { options, settings } = machine.start;
    const { stdin, stdout } = process;
    const typed = stdin.isTTY && stdout.isTTY ? await this.#typedLines(machine, api) : undefined;
    const outcome = await lineMode({
      api,
      greeting: { version: VERSION, settings },
      json: options.json,
      ascii: machine.ascii,
      aloud: machine.aloud,
      settings: machine.start.profile,
      lingerMs: options.linger * 1000,
      lines: typed ?? linesOf(stdin),
      print: (line) => (typed ?? machine).print(line),
      now: machine.now,
      after: machine.after,
    });
    typed?.close();
    return outcome.ok ? 0 : fail(outcome.error);
  }

  /** Lines that are typed at this terminal: edited in place, or, where that cannot be followed, only at their end. */
  async #typedLines(machine: Machine, api: NodeApi): Promise<TerminalLines | SpokenLines> {
    const [{ TerminalLines }, { SpokenLines }, { complete }] = await Promise.all([
      import('./repl/terminal-lines.ts'),
      import('./repl/spoken-lines.ts'),
      import('./commands/complete.ts'),
    ]);
    const names = { commands: COMMANDS, api, settings: machine.settings() };
    const terminal = {
      input: process.stdin,
      output: process.stdout,
      complete: (line: string) => complete(line, line.length, names),
      notebook: new FileNotebook(machine.start.options.home),
      interrupted: () => void this.end(130),
    };
    return machine.aloud || process.env.TERM === 'dumb' ? new SpokenLines(terminal) : new TerminalLines(terminal);
  }

  /** Five nodes of their own in this process, and a screen on a sixth that is beside them. */
  async #playDemo(flags: Flags): Promise<number> {
    const { startDemo } = await import('./demo/demo.ts');
    this.#demo = await startDemo();
    return this.#converse({ ...flags, ...this.#demo.flags });
  }

  /** Answers a shell's completion script: a line for each word that may come next. Never starts a node. */
  async #complete(words: readonly string[]): Promise<number> {
    const { completionLines } = await import('./cli/completion-lines.ts');
    const typed = words[0] === '--' ? words.slice(1) : words;
    const given = parseGlobals(typed, OPTIONS);
    const { home, config } = given.ok ? given.flags : {};
    const resolved = resolveOptions({ flags: { home, config }, env: process.env });
    if (resolved.ok) this.#machine = machineOf(resolved, { home, config });
    const api = await this.#machine?.running();
    const settings = this.#machine?.settings() ?? [];
    return print(await completionLines(typed, { options: OPTIONS, settings, api }));
  }

  #endOnSignals(): void {
    process.once('SIGINT', () => void this.end(130));
    process.once('SIGTERM', () => void this.end(143));
  }
}

/** Full screen needs two terminals that can draw, and somebody who wants it drawn. */
function wantsLines({ start: { options }, aloud }: Machine): boolean {
  const drawn = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb';
  return !drawn || options.plain || options.json || aloud;
}

/** The keys of the person, or the sentence that says which line of `[keys]` is wrong. */
async function keysOf({
  options,
}: Pick<Start, 'options'>): Promise<{ readonly keys: readonly OwnKey[] } | { readonly error: string }> {
  const { ownKeys } = await import('./tui/keys/own-keys.ts');
  return ownKeys(options.keys);
}

function open(
  flags: Flags,
  playDemo?: () => Promise<number>,
): { readonly ok: true; readonly result: Machine } | { readonly ok: false; readonly error: ApiError } {
  const resolved = resolveOptions({ flags, env: process.env });
  if (!resolved.ok) return { ok: false, error: { code: 'E_USAGE', message: resolved.error } };
  const machine = machineOf(resolved, flags, playDemo);
  for (const warning of resolved.warnings) machine.warn(warning);
  return { ok: true, result: machine };
}

/** What there is to say of the terminal, and of the keys that are set for it. */
async function lookAtTerminal(
  options: Options,
  { asks }: { readonly asks: boolean },
): ReturnType<Abilities['lookAtTerminal']> {
  const { stdin, stdout, env } = process;
  const keys = await keysOf({ options });
  const findings: Finding[] = 'error' in keys ? [{ code: 'CONFIG_UNKNOWN', subject: 'config', found: keys.error }] : [];
  if (!stdin.isTTY || !stdout.isTTY || !asks) return { findings, good: [] };
  const [{ askTerminal }, { terminalReport }] = await Promise.all([
    import('./tui/terminal/ask-terminal.ts'),
    import('./tui/terminal/terminal-report.ts'),
  ]);
  const report = terminalReport(await askTerminal({ stdin, stdout, env }), { env, preferences: options });
  return { findings: [...findings, ...report.findings], good: report.good };
}

function machineOf(
  resolved: Resolved & { readonly ok: true },
  flags: Flags,
  playDemo?: () => Promise<number>,
): Machine {
  const { options, settings, warnings } = resolved;
  const start = { options, flags, settings, warnings, profile: new FileSettings(resolved) };
  return new Machine(start, { lookAtTerminal, ...(playDemo ? { playDemo } : {}) });
}

/** What goes wrong in a screen, in a log of its own beside that of the node. */
async function noteIn(home: string): Promise<(what: string, error: unknown) => void> {
  const [{ openLog }, { profileFile }] = await Promise.all([
    import('./host/log.ts'),
    import('./host/profile/profile.ts'),
  ]);
  const log = openLog(profileFile.screenLog(home));
  return (what, error) => log.error({ err: error }, what);
}

function print(lines: readonly string[]): number {
  for (const line of lines) process.stdout.write(`${line}\n`);
  return 0;
}

function fail(error: ApiError): number {
  for (const line of complaint(error)) process.stderr.write(`${line}\n`);
  return EXIT_CODES[error.code];
}

/** Resolves when all that was written to a stream has left this process, or cannot. */
const written = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve());
  });
