import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { KEY_SEQUENCE_WAIT_MS, PASTE_UNITS_MAX } from '../core/base/limits.ts';

/** What the filter needs of a terminal: `process.stdin` is one. */
export type Keyboard = Pick<
  NodeJS.ReadStream,
  'on' | 'setEncoding' | 'isTTY' | 'setRawMode' | 'pause' | 'resume' | 'ref' | 'unref'
>;

/** What a terminal tells besides keys. */
export type TerminalReports = {
  /** The wheel turned, −1 away from the reader. */
  wheel: [direction: -1 | 1];
  focus: [focused: boolean];
  /** An answer to a question of ours (OSC): its number and text. */
  answer: [number: number, text: string];
};

/**
 * Stands between the terminal and Ink, which takes what one read brings for one key: here every key becomes a chunk of its
 * own, a bracketed paste stays whole, and what is no key (wheel, focus, answers) goes to `reports`.
 */
export class TtyInput extends Readable {
  readonly reports = new EventEmitter<TerminalReports>();
  readonly #tty: Keyboard;
  #pending = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(tty: Keyboard) {
    super({ objectMode: true, read() {} });
    this.#tty = tty;
    tty.setEncoding('utf8');
    tty.on('data', (chunk: Buffer | string) => this.#take(String(chunk)));
    tty.on('end', () => this.push(null));
  }

  get isTTY(): boolean {
    return this.#tty.isTTY;
  }

  /** Raw mode as Ink asks for it. Reading stops without it, or we would take the keys of a child that has the terminal. */
  setRawMode(on: boolean): this {
    this.#tty.setRawMode?.(on);
    if (on) this.#tty.resume();
    else this.#tty.pause();
    return this;
  }

  ref(): this {
    this.#tty.ref?.();
    return this;
  }

  unref(): this {
    this.#tty.unref?.();
    return this;
  }

  /** Chunks are strings already. */
  override setEncoding(): this {
    return this;
  }

  #take(chunk: string): void {
    clearTimeout(this.#timer);
    const input = this.#pending + chunk;
    const end = wholeUntil(input);
    this.#pending = input.slice(end);
    for (const key of this.#withoutWheel(input.slice(0, end)).match(KEY) ?? []) this.#tell(key);
    if (this.#pending.length > PASTE_UNITS_MAX) this.#release();
    else if (this.#pending !== '') this.#timer = setTimeout(() => this.#waited(), KEY_SEQUENCE_WAIT_MS);
  }

  /**
   * On the alternate screen most terminals turn the wheel into a burst of one arrow key. Nobody presses an arrow three
   * times within one read, so such a burst is the wheel, and the terminal's own selection of text keeps working.
   */
  #withoutWheel(input: string): string {
    if (input.includes(PASTE_BEGINS)) return input;
    return input.replace(/(\x1b[[O]([AB]))\1{2,}/g, (_burst, _arrow, letter) => {
      this.reports.emit('wheel', letter === 'A' ? -1 : 1);
      return '';
    });
  }

  #tell(key: string): void {
    const mouse = /^\x1b\[<(\d+);\d+;\d+[Mm]$/.exec(key);
    const answer = /^\x1b\](\d+);([^\x07\x1b]*)(?:\x07|\x1b\\)$/.exec(key);
    if (key === '\x1b[I' || key === '\x1b[O') this.reports.emit('focus', key === '\x1b[I');
    else if (mouse && (mouse[1] === '64' || mouse[1] === '65')) this.reports.emit('wheel', mouse[1] === '64' ? -1 : 1);
    else if (answer) this.reports.emit('answer', Number(answer[1]), answer[2] ?? '');
    else if (!mouse) this.push(key);
  }

  /** Nothing came after the beginning of a sequence: it was the key itself (Esc). A paste is waited for longer. */
  #waited(): void {
    if (!this.#pending.startsWith(PASTE_BEGINS)) this.#release();
  }

  #release(): void {
    const rest = this.#pending;
    this.#pending = '';
    this.push(rest.startsWith(PASTE_BEGINS) ? rest + PASTE_ENDS : rest);
  }
}

const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';

/** One key, paste, report, or run of plain text. */
const KEY = new RegExp(
  [
    '\\x1b\\[200~[\\s\\S]*?\\x1b\\[201~', // a paste
    '\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)', // OSC
    '\\x1b\\x1b?\\[[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]', // CSI (ECMA-48 §5.4), or Alt with it
    '\\x1b\\x1b?O[0-9;]*[A-Za-z]', // SS3
    '\\x1b[^\\[\\]O\\x1b]', // Alt+key
    '[\\x00-\\x1f\\x7f]', // a control key
    '[^\\x00-\\x1f\\x7f]+', // text
  ].join('|'),
  'gu',
);

/** The beginning of a sequence at the end of what has come so far. */
const PARTIAL = /\x1b(?:\x1b?\[[\x30-\x3f]*[\x20-\x2f]*|\x1b?O[0-9;]*|\][^\x07\x1b]*\x1b?)?$/u;

/** Up to where `input` is whole: an unfinished paste or sequence at its end waits for the rest. */
function wholeUntil(input: string): number {
  const paste = input.lastIndexOf(PASTE_BEGINS);
  if (paste >= 0 && !input.includes(PASTE_ENDS, paste)) return paste;
  return PARTIAL.exec(input)?.index ?? input.length;
}
