import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import pty from '@lydell/node-pty';
import graphemes from '@xterm/addon-unicode-graphemes';
import headless from '@xterm/headless';
import { render } from 'ink';
import type { ReactNode } from 'react';
import { type Keyboard, TtyInput } from '../../src/tui/terminal/tty-input.ts';
import { typist } from './typist.ts';

type Size = { readonly cols: number; readonly rows: number };

/** A terminal as a person would see it: what a program writes is drawn on a real terminal model, cell by cell. */
class Screen {
  readonly terminal: InstanceType<typeof headless.Terminal>;
  /** Everything that was written, as it came. */
  raw = '';
  #writing = 0;
  readonly #send: (bytes: string) => void;

  constructor({ cols, rows }: Size, send: (bytes: string) => void) {
    this.#send = send;
    this.terminal = new headless.Terminal({ cols, rows, allowProposedApi: true });
    this.terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
  }

  write(bytes: string, done?: () => void): void {
    this.raw += bytes;
    this.#writing++;
    this.terminal.write(bytes, () => {
      this.#writing--;
      done?.();
    });
  }

  lines(): string[] {
    const { active } = this.terminal.buffer;
    return Array.from({ length: this.terminal.rows }, (_, y) =>
      // The model keeps what was there before it became narrower, beyond its edge.
      (active.getLine(active.viewportY + y)?.translateToString(true, 0, this.terminal.cols) ?? '').trimEnd(),
    );
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** Row `y`; negative from the bottom. */
  line(y: number): string {
    return this.lines().at(y) ?? '';
  }

  cursor(): { readonly x: number; readonly y: number } {
    const { cursorX, cursorY } = this.terminal.buffer.active;
    return { x: cursorX, y: cursorY };
  }

  /** Whether the alternate screen is shown. */
  alternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }

  type(text: string): void {
    this.#send(text);
  }

  /** Presses keys by name, one after the other: `Enter`, `Esc`, `PgUp`, `C-c`, `M-p`. */
  press(...keys: string[]): void {
    for (const key of keys) this.#send(keyBytes(key));
  }

  paste(text: string): void {
    this.#send(`\x1b[200~${text}\x1b[201~`);
  }

  /** Waits until the screen shows it. */
  async until(what: string | RegExp | (() => boolean), limitMs = 5000): Promise<void> {
    const holds = (): boolean => {
      if (typeof what === 'function') return what();
      return typeof what === 'string' ? this.text().includes(what) : what.test(this.text());
    };
    const end = Date.now() + limitMs;
    while (this.#writing > 0 || !holds()) {
      if (Date.now() > end) throw new Error(`the screen never showed ${what}\n—— screen ——\n${this.text()}\n————`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Ink's real interactive renderer in this process, on a terminal model. */
export function mount(node: ReactNode, size: Size = { cols: 100, rows: 30 }) {
  const keyboard = new FakeKeyboard();
  const screen = new Screen(size, (bytes) => keyboard.emit('data', bytes));
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      // What the line discipline of a terminal does to a newline (ONLCR).
      write: (chunk, _encoding, done) => screen.write(String(chunk).replace(/(?<!\r)\n/g, '\r\n'), done),
    }),
    { isTTY: true, columns: size.cols, rows: size.rows },
  );
  const input = new TtyInput(keyboard as unknown as Keyboard);
  const app = render(node, {
    stdout,
    stderr: stdout,
    stdin: input as unknown as NodeJS.ReadStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 1000,
  });
  const resize = ({ cols, rows }: Size): void => {
    Object.assign(stdout, { columns: cols, rows });
    screen.terminal.resize(cols, rows);
    stdout.emit('resize');
  };
  const unmount = (): void => app.unmount();
  return Object.assign(screen, { input, resize, [Symbol.dispose]: unmount });
}

/** A program in a real pty, run by this Node. */
export function spawn(args: readonly string[], size: Size = { cols: 100, rows: 30 }, env: NodeJS.ProcessEnv = {}) {
  const usual = { TERM: 'xterm-256color', LANG: 'C.UTF-8', TZ: 'UTC', PATH: process.env.PATH, HOME: process.env.HOME };
  const child = pty.spawn(process.execPath, [...args], {
    ...size,
    name: env.TERM ?? usual.TERM,
    env: { ...usual, ...env },
  });
  const send = typist((bytes) => child.write(bytes));
  const screen = new Screen(size, send);
  child.onData((bytes) => screen.write(bytes));
  // The terminal's answers to questions of the program.
  screen.terminal.onData(send);
  const exit = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
  const kill = (): void => {
    try {
      child.kill('SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  const resize = ({ cols, rows }: Size): void => {
    child.resize(cols, rows);
    screen.terminal.resize(cols, rows);
  };
  return Object.assign(screen, { pid: child.pid, exit, resize, [Symbol.dispose]: kill });
}

class FakeKeyboard extends EventEmitter {
  readonly isTTY = true;
  setRawMode(): void {}
  setEncoding(): void {}
  ref(): void {}
  unref(): void {}
  pause(): void {}
  resume(): void {}
}

const KEYS: Readonly<Record<string, string>> = {
  Enter: '\r',
  Tab: '\t',
  'S-Tab': '\x1b[Z',
  Esc: '\x1b',
  Backspace: '\x7f',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PgUp: '\x1b[5~',
  PgDn: '\x1b[6~',
  'M-Up': '\x1b[1;3A',
  'M-Down': '\x1b[1;3B',
};

/** What a terminal sends for a key. */
function keyBytes(key: string): string {
  const known = KEYS[key];
  if (known !== undefined) return known;
  if (key.startsWith('C-')) return String.fromCharCode(key.charCodeAt(2) & 0x1f);
  if (key.startsWith('M-')) return `\x1b${KEYS[key.slice(2)] ?? key.slice(2)}`;
  return key;
}
