import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pty from '@lydell/node-pty';
import graphemes from '@xterm/addon-unicode-graphemes';
import headless from '@xterm/headless';
import { strayIn } from '../support/own-output.ts';
import { typist } from '../support/typist.ts';
import { Chance } from './chance.ts';
import { type Deed, nextDeed } from './hands.ts';

/** What was seen in a run. */
export type Sight = {
  readonly deeds: number;
  readonly checks: number;
  /** How often the screen was left on purpose, by a chance that found the way out. */
  readonly left: number;
  readonly bytes: number;
  /** Resident memory of the screen and its fake node, in bytes: after a minute or at the first look, and at most. */
  readonly memory: { readonly early: number; readonly most: number };
  /** What was wrong; empty when nothing was. */
  readonly wrong: readonly string[];
};

/** More resident memory than this is a leak: the fake node in the same process keeps all it has heard. */
const MEMORY_MAX = 450 * 1024 * 1024;

/** Why the built screen cannot be run; `undefined` when it can. */
export const whyNoScreen = (): string | undefined =>
  existsSync(new URL('../../dist/tui/main.js', import.meta.url)) ? undefined : 'there is no build: npm run build';

/**
 * Does anything to the built screen in a real pty for `ms` milliseconds, while much is said to it. The same seed does the
 * same deeds; when they meet which message is the machine's to say. Ends at the first thing that is wrong.
 */
export async function monkey(
  { seed, ms }: { readonly seed: number; readonly ms: number },
  log: (line: string) => void = () => {},
): Promise<Sight> {
  const chance = new Chance(seed);
  const end = performance.now() + ms;
  const sum = { deeds: 0, checks: 0, left: 0, bytes: 0, early: 0, most: 0 };
  const wrong: string[] = [];
  let told = performance.now();
  while (performance.now() < end && wrong.length === 0) {
    const screen = new Watched(chance.below(1e9));
    await screen.begun();
    while (performance.now() < end && screen.wrong.length === 0 && screen.code === undefined) {
      await screen.suffer(nextDeed(chance));
      sum.deeds++;
      if (sum.deeds % 20 === 0) await screen.inspect();
      const memory = screen.memory();
      sum.most = Math.max(sum.most, memory);
      if (sum.early === 0 || performance.now() - end + ms < 60_000) sum.early = memory;
      if (performance.now() - told > 60_000) {
        told = performance.now();
        log(`${sum.deeds} deeds, ${sum.checks + screen.checks} checks, ${(memory / 2 ** 20).toFixed(0)} MB`);
      }
    }
    if (screen.code === 0) sum.left++;
    await screen.leave();
    sum.checks += screen.checks;
    sum.bytes += screen.bytes;
    wrong.push(...screen.wrong.map((what) => `${what}\n  after: ${screen.lastDeeds()}`));
  }
  const { deeds, checks, left, bytes, early, most } = sum;
  return { deeds, checks, left, bytes, memory: { early, most }, wrong };
}

/** The screen in a pty, and two terminals that draw what it writes: one as large as it is told, and one much wider. */
class Watched {
  readonly wrong: string[] = [];
  code: number | undefined;
  checks = 0;
  bytes = 0;
  readonly #child: pty.IPty;
  readonly #exit: Promise<number>;
  readonly #type: (text: string) => void;
  readonly #deeds: string[] = [];
  #size = { cols: 100, rows: 30 };
  #narrow = model(this.#size);
  #wide = model({ ...this.#size, cols: WIDE });
  /** What was written and not looked at yet. */
  #fresh = '';
  #last = '';
  #lastWriteAt = performance.now();
  #resized = false;
  #hasLeft = false;

  constructor(seed: number) {
    const program = fileURLToPath(new URL('./busy-child.ts', import.meta.url));
    const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8', TZ: 'UTC', PATH: process.env.PATH, HOME: process.env.HOME };
    this.#child = pty.spawn(process.execPath, [program, String(seed)], { ...this.#size, name: env.TERM, env });
    const exit = Promise.withResolvers<number>();
    this.#child.onExit(({ exitCode }) => {
      this.code = exitCode;
      exit.resolve(exitCode);
    });
    this.#exit = exit.promise;
    this.#type = typist((text) => {
      if (this.code === undefined) this.#child.write(text);
    });
    this.#child.onData((bytes) => this.#take(bytes));
    this.#answerFrom(this.#narrow);
  }

  /** Before that the terminal still shows what is typed by itself. */
  async begun(): Promise<void> {
    const begun = performance.now();
    while (!this.#fresh.includes(READY) && performance.now() - begun < 20_000) await pause(10);
    if (!this.#fresh.includes(READY)) this.wrong.push(`did not begin within 20 s: ${this.#last}`);
  }

  async suffer(deed: Deed): Promise<void> {
    this.#deeds.push(JSON.stringify(deed).slice(0, 300));
    if (this.#deeds.length > 12) this.#deeds.shift();
    if (deed.name === 'rest') await pause(deed.ms);
    if (deed.name === 'resize') this.#resize(deed);
    if (deed.name === 'bytes') {
      for (const part of deed.bytes) {
        if (this.code !== undefined) return;
        this.#type(part);
        await pause(1 + part.length / 200);
      }
    }
    await pause(5);
    this.#lookForStrays();
    if (this.code !== undefined && this.code !== 0)
      this.wrong.push(`ended with ${this.code}: ${this.#last.slice(-2_000)}`);
  }

  /** Waits until the screen rests, and compares what stands on the two terminals. */
  async inspect(): Promise<void> {
    let askew: string | undefined;
    // A busy machine may take its time to hear of a size; what is wrong stays wrong.
    for (let tries = 0; tries < 8 && this.code === undefined; tries++) {
      if (this.#resized || tries > 3) await this.#drawAgain();
      await this.#rest(QUIET_MS * (1 + tries));
      await Promise.all([drained(this.#narrow), drained(this.#wide)]);
      askew = this.#askew();
      if (askew === undefined) break;
      this.#resized = tries > 2;
    }
    if (this.code !== undefined) return;
    this.checks++;
    if (askew !== undefined) this.wrong.push(`${askew}\n  ${JSON.stringify(this.#last.slice(-3_000))}`);
    const { baseY } = this.#narrow.buffer.active;
    if (baseY > 0) this.wrong.push(`the screen has scrolled by ${baseY}`);
  }

  /** What was drawn for another width still stands on the wide terminal: it gets everything anew. */
  async #drawAgain(): Promise<void> {
    await this.#rest(QUIET_MS);
    this.#wide = model({ ...this.#size, cols: WIDE });
    this.#resized = false;
    this.#type('\x0c');
    await pause(50);
  }

  #askew(): string | undefined {
    const { cols, rows } = this.#size;
    for (let y = 0; y < rows; y++) {
      const [wide, narrow] = [row(this.#wide, y), row(this.#narrow, y)];
      if (wide === narrow || DISPUTED.test(wide)) continue;
      return `row ${y} at ${cols}×${rows} is wider than the screen, or drawn askew:\n  ${wide}\n  ${narrow}`;
    }
    return undefined;
  }

  /** Takes it down, and sees whether the terminal is as it was. */
  async leave(): Promise<void> {
    if (this.code === undefined) {
      this.#child.kill('SIGTERM');
      const code = await Promise.race([this.#exit, pause(5_000)]);
      if (code === undefined) {
        this.wrong.push('SIGTERM did not end it within 5 s');
        this.#child.kill('SIGKILL');
        return;
      }
    }
    await pause(50);
    this.#lookForStrays(true);
    await drained(this.#narrow);
    if (this.#narrow.buffer.active.type !== 'normal') this.wrong.push('the alternate screen was not left');
    for (const [on, off] of MODES) {
      if (this.#last.lastIndexOf(off) < this.#last.lastIndexOf(on))
        this.wrong.push(`${JSON.stringify(off)} was not written`);
    }
  }

  lastDeeds(): string {
    return this.#deeds.join('\n         ');
  }

  memory(): number {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const bytes = Number(/VmRSS:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
      if (bytes > MEMORY_MAX) this.wrong.push(`takes ${(bytes / 2 ** 20).toFixed(0)} MB of memory`);
      return bytes;
    } catch {
      return 0; // It has ended, or this system has no /proc.
    }
  }

  #take(bytes: string): void {
    this.bytes += bytes.length;
    this.#fresh += bytes;
    this.#last = (this.#last + bytes).slice(-20_000);
    this.#lastWriteAt = performance.now();
    this.#narrow.write(bytes);
    this.#wide.write(bytes);
  }

  #answerFrom(terminal: Model): void {
    terminal.onData(this.#type);
  }

  #resize({ cols, rows }: { readonly cols: number; readonly rows: number }): void {
    this.#size = { cols, rows };
    this.#resized = true;
    if (this.code !== undefined) return;
    try {
      this.#child.resize(cols, rows);
    } catch (error) {
      // It has left, and that is told in a moment.
      if (isRunning(this.#child.pid)) throw error;
      return;
    }
    this.#narrow.resize(cols, rows);
    this.#wide.resize(WIDE, rows);
  }

  /** Looks at all that is whole: a sequence may still be on its way. */
  #lookForStrays(all = false): void {
    const end = all
      ? this.#fresh.length
      : Math.max(this.#fresh.lastIndexOf(FRAME_ENDS), this.#fresh.lastIndexOf(LEAVES), 0);
    const text = this.#fresh.slice(0, end);
    this.#fresh = this.#fresh.slice(end);
    // Who has left types to the shell, whose terminal shows it.
    if (this.#hasLeft) return;
    const left = text.lastIndexOf(LEAVES);
    this.#hasLeft = left >= 0 && text.indexOf(ENTERS, left) < 0;
    const stray = strayIn(this.#hasLeft ? text.slice(0, left) : text);
    if (stray !== undefined) this.wrong.push(`a stray byte: ${stray}`);
  }

  async #rest(quietMs: number): Promise<void> {
    const begun = performance.now();
    while (performance.now() - this.#lastWriteAt < quietMs && performance.now() - begun < 3_000) await pause(5);
  }
}

type Model = InstanceType<typeof headless.Terminal>;

function model(size: { readonly cols: number; readonly rows: number }): Model {
  const terminal = new headless.Terminal({ ...size, allowProposedApi: true, scrollback: 0, logLevel: 'off' });
  terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
  return terminal;
}

/** What stands in a row; the model keeps what was there before it became narrower, beyond its edge. */
const row = ({ buffer, cols }: Model, y: number): string =>
  (buffer.active.getLine(buffer.active.viewportY + y)?.translateToString(true, 0, cols) ?? '').trimEnd();

/** Resolves when a terminal has drawn all that it was given, or has failed to. */
const drained = (terminal: Model): Promise<void> =>
  Promise.race([new Promise<void>((resolve) => terminal.write('', resolve)), pause(10_000)]);
const pause = (ms: number): Promise<undefined> => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));

/**
 * Letters whose width no two programs agree on, and that no question at the start settles: words of the Indic scripts, the
 * small marks of half-width katakana, an odd number of halves of flags. The row is clipped at the edge of the screen.
 */
const DISPUTED = /[\u0900-\u0dff\uff9e\uff9f]|(?:[\u{1f1e6}-\u{1f1ff}]\s*){5}/u;

const WIDE = 1_000;
const QUIET_MS = 60;
/** Ink ends each frame with it (synchronized output). */
const FRAME_ENDS = '\x1b[?2026l';

const ENTERS = '\x1b[?1049h';
const LEAVES = '\x1b[?1049l';

/** Ink writes it once it reads keys. */
const READY = '\x1b[?2004h';

const MODES = [
  ['\x1b[?25l', '\x1b[?25h'],
  ['\x1b[?2004h', '\x1b[?2004l'],
  ['\x1b[?1004h', '\x1b[?1004l'],
  ['\x1b[?7l', '\x1b[?7h'],
] as const;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
