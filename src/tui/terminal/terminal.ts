import { TERMINAL_ANSWER_MS } from '../../core/base/limits.ts';
import { type Probed, probe } from './terminal-probe.ts';
import type { TtyInput } from './tty-input.ts';

/** The part of Ink that gives the terminal away for a while, and draws everything again when it has it back. */
export type LendTerminal = (meanwhile: () => void | Promise<void>) => Promise<void>;

/**
 * The modes of the terminal that are ours and not Ink's: no autowrap (terminals disagree about the width of emoji; a wrong
 * guess then clips a row instead of scrolling the screen), focus reports, and the title. `restore` undoes them all.
 */
export class Terminal {
  readonly #write: (text: string) => void;
  #lend: LendTerminal | undefined;
  #redraw = (): void => {};
  #input: TtyInput | undefined;
  #on = false;
  #probing = false;
  #lent = false;
  #title = '';

  /** @param write must not throw: a terminal that is gone takes nothing, and that is all. */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Finds out how the terminal draws, on an alternate screen of its own, before anything else is drawn. */
  async meet(input: TtyInput, { utf8 }: { readonly utf8: boolean }): Promise<Probed> {
    this.#input = input;
    this.#probing = true;
    this.#write(ALTERNATE);
    const found = await probe({ input, write: this.#write, utf8, waitMs: TERMINAL_ANSWER_MS });
    this.restore();
    return found;
  }

  enter(): void {
    if (this.#on) return;
    this.#on = true;
    this.#write(PUSH_TITLE + NO_AUTOWRAP + FOCUS_REPORTS);
  }

  /** Undoes everything; harmless when nothing is to be undone. */
  restore(): void {
    if (this.#probing) this.#write(NOT_ALTERNATE);
    if (this.#on) this.#write(NO_FOCUS_REPORTS + AUTOWRAP + POP_TITLE);
    this.#probing = false;
    this.#on = false;
    this.#title = '';
  }

  /** Says something beside what is drawn, such as what is copied; nothing while another program has the terminal. `bytes` is a command of `osc.ts`. */
  emit(bytes: string): void {
    if (this.#on) this.#write(bytes);
  }

  /** Names the window. `text` is safe to print. */
  title(text: string): void {
    if (!this.#on || text === this.#title) return;
    this.#title = text;
    this.#write(`\x1b]2;${text}\x07`);
  }

  /** Says how the terminal is given away, once Ink is there. */
  lendBy(lend: LendTerminal): void {
    this.#lend = lend;
  }

  /** Says how everything is drawn anew on an empty screen, from its top. */
  redrawBy(redraw: () => void): void {
    this.#redraw = redraw;
  }

  /** Draws everything again, whatever somebody else has left there. Keys are read all the while. */
  redraw(): void {
    this.#write(NO_AUTOWRAP + EMPTY_SCREEN);
    this.#redraw();
  }

  /** Gives the terminal away, with our modes off, until `meanwhile` is done. Nothing happens while it is away already. */
  async lend(meanwhile: () => void | Promise<void>): Promise<void> {
    if (!this.#lend || this.#lent) return;
    this.#lent = true;
    try {
      await this.#lend(async () => {
        this.restore();
        await meanwhile();
        // Whoever had the terminal was told of its new sizes; this makes Node look for itself.
        process.emit('SIGWINCH', 'SIGWINCH');
        this.enter();
      });
    } finally {
      this.#lent = false;
      this.enter();
    }
  }

  /** Whether somebody else has the terminal, and the signals of its keys. */
  get isAway(): boolean {
    return this.#lent;
  }

  /** Stops the process as Ctrl+Z does, with the terminal as it was; goes on when it is continued. */
  suspend(): Promise<void> {
    return this.lend(async () => {
      await stopped();
      // Continued in the background, this stops it again before a byte is written to a terminal that the shell has (SIGTTOU).
      this.#input?.setRawMode(true);
    });
  }

  /** Takes the terminal again after somebody else had it without asking, and draws everything. */
  async retake(): Promise<void> {
    if (this.#lent) return;
    // In the background this stops the process before it writes anything (SIGTTOU).
    this.#input?.setRawMode(false);
    this.#input?.setRawMode(true);
    await this.lend(() => {});
  }

  /** Asks for the background; a terminal that knows the question answers `onAnswer` within a moment, others never. */
  askBackground(input: TtyInput, onAnswer: (background: 'dark' | 'light') => void): void {
    input.reports.on('answer', (number, text) => {
      const background = number === 11 ? brightness(text) : undefined;
      if (background !== undefined) onAnswer(background < 0.5 ? 'dark' : 'light');
    });
    this.#write('\x1b]11;?\x07');
  }
}

const ALTERNATE = '\x1b[?1049h';
const NOT_ALTERNATE = '\x1b[?1049l';
const EMPTY_SCREEN = '\x1b[H\x1b[J';
const NO_AUTOWRAP = '\x1b[?7l';
const AUTOWRAP = '\x1b[?7h';
const FOCUS_REPORTS = '\x1b[?1004h';
const NO_FOCUS_REPORTS = '\x1b[?1004l';
const PUSH_TITLE = '\x1b[22;2t';
const POP_TITLE = '\x1b[23;2t';

/** Stops this job, and resolves when it goes on: at once where the system stops no orphans, as in a terminal without a shell. */
async function stopped(): Promise<void> {
  const listeners = process.listeners('SIGTSTP');
  process.removeAllListeners('SIGTSTP');
  const continued = Promise.withResolvers<void>();
  process.once('SIGCONT', continued.resolve);
  process.kill(0, 'SIGTSTP');
  // A stopped process has no time: this is for one that was not stopped.
  const impatient = setTimeout(continued.resolve, 100);
  await continued.promise;
  clearTimeout(impatient);
  process.off('SIGCONT', continued.resolve);
  for (const listener of listeners) process.on('SIGTSTP', listener);
}

/** From `rgb:1616/1818/1c1c` to 0 (black) … 1 (white), by the weights of ITU-R BT.709. */
function brightness(text: string): number | undefined {
  const parts = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(text);
  if (!parts) return undefined;
  const [r, g, b] = parts.slice(1).map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
