import type { TtyInput } from './tty-input.ts';

/** The part of Ink that gives the terminal away for a while. */
type SuspendTerminal = (callback: () => void | Promise<void>) => Promise<void>;

/**
 * The modes of the terminal that are ours and not Ink's: no autowrap (terminals disagree about the width of emoji; a wrong
 * guess then clips a row instead of scrolling the screen), focus reports, and the title. `restore` undoes them all.
 */
export class Terminal {
  readonly #write: (text: string) => void;
  #on = false;
  #title = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  enter(): void {
    if (this.#on) return;
    this.#on = true;
    this.#write(PUSH_TITLE + NO_AUTOWRAP + FOCUS_REPORTS);
  }

  /** Undoes everything; harmless when nothing is to be undone. */
  restore(): void {
    if (!this.#on) return;
    this.#on = false;
    this.#title = '';
    this.#write(NO_FOCUS_REPORTS + AUTOWRAP + POP_TITLE);
  }

  /** Names the window. `text` is safe to print. */
  title(text: string): void {
    if (!this.#on || text === this.#title) return;
    this.#title = text;
    this.#write(`\x1b]2;${text}\x07`);
  }

  /** Stops the process as Ctrl+Z does, with the terminal as it was; goes on when it is continued. */
  async suspend(suspendTerminal: SuspendTerminal): Promise<void> {
    await suspendTerminal(() => {
      this.restore();
      process.kill(0, 'SIGTSTP');
    });
    this.enter();
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

const NO_AUTOWRAP = '\x1b[?7l';
const AUTOWRAP = '\x1b[?7h';
const FOCUS_REPORTS = '\x1b[?1004h';
const NO_FOCUS_REPORTS = '\x1b[?1004l';
const PUSH_TITLE = '\x1b[22;2t';
const POP_TITLE = '\x1b[23;2t';

/** From `rgb:1616/1818/1c1c` to 0 (black) … 1 (white), by the weights of ITU-R BT.709. */
function brightness(text: string): number | undefined {
  const parts = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(text);
  if (!parts) return undefined;
  const [r, g, b] = parts.slice(1).map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
