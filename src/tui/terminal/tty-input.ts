import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import {
  KEY_SEQUENCE_REST_MS,
  KEY_SEQUENCE_UNITS_MAX,
  KEY_SEQUENCE_WAIT_MS,
  PASTE_REST_MS,
  PASTE_UNITS_MAX,
} from '../../core/base/limits.ts';
import { keysOf, looksPasted, PASTE_BEGINS, PASTE_ENDS, reportOf } from './key-sequences.ts';

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
  /** Where the caret is, from 1. */
  caret: [row: number, column: number];
  /** An answer to a question of ours (OSC): its number and text. */
  answer: [number: number, text: string];
  /** Whether the terminal knows a private mode. */
  mode: [number: number, known: boolean];
  /** There will be no more keys: the terminal is gone. */
  over: [];
};

/**
 * Stands between the terminal and Ink, which takes what one read brings for one key: here every key becomes a chunk of its
 * own, a bracketed paste stays whole, and what is no key (wheel, focus, answers) goes to `reports`.
 */
export class TtyInput extends Readable {
  readonly reports = new EventEmitter<TerminalReports>();
  /** Whether the terminal marks its pastes. Where it does not, several lines in one read are taken for one. */
  marksPastes = true;
  readonly #tty: Keyboard;
  /** The beginning of a sequence. */
  #pending = '';
  /** The parts of a paste whose end has not come. */
  #paste: string[] | undefined;
  #pasteUnits = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Until when what comes belongs to a paste without marks, or to an Esc that was thought to be whole: as of `performance.now`. */
  #pastingUntil = 0;
  #escapedUntil = 0;

  constructor(tty: Keyboard) {
    super({ objectMode: true, read() {} });
    this.#tty = tty;
    tty.setEncoding('utf8');
    tty.on('data', (chunk: Buffer | string) => this.#take(String(chunk)));
    tty.on('end', () => {
      this.push(null);
      this.reports.emit('over');
    });
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
    let input = this.#pending + this.#healed(chunk);
    this.#pending = '';
    for (;;) {
      if (this.#paste) {
        const after = this.#takePaste(input);
        if (after === undefined) break;
        input = after;
      }
      const paste = input.indexOf(PASTE_BEGINS);
      this.#takeKeys(paste < 0 ? input : input.slice(0, paste));
      if (paste < 0) break;
      // A key that was begun and never ended is none.
      this.#pending = '';
      this.#paste = [];
      input = input.slice(paste + PASTE_BEGINS.length);
    }
    this.#await();
  }

  /** Takes what belongs to a paste, and gives back what follows its end; `undefined` while that has not come. */
  #takePaste(input: string): string | undefined {
    const begins = input.indexOf(PASTE_BEGINS);
    // Of several ends the last one is the terminal's, and those before it were pasted.
    const end = input.lastIndexOf(PASTE_ENDS, begins < 0 ? undefined : begins);
    const whole = end < 0 ? input.length - halfEnd(input) : end;
    if (this.#pasteUnits <= PASTE_UNITS_MAX) this.#paste!.push(input.slice(0, whole));
    this.#pasteUnits += whole;
    if (end >= 0) {
      this.#endPaste();
      return input.slice(end + PASTE_ENDS.length);
    }
    this.#pending = input.slice(whole);
    return undefined;
  }

  #endPaste(): void {
    const text = this.#paste?.join('') ?? '';
    this.#paste = undefined;
    this.#pasteUnits = 0;
    this.#pushPaste(text);
  }

  /** An end of a paste inside it would end it a second time. */
  #pushPaste(text: string): void {
    if (text !== '') this.push(PASTE_BEGINS + text.replaceAll(PASTE_ENDS, '') + PASTE_ENDS);
  }

  #takeKeys(input: string): void {
    const now = performance.now();
    const continues = now < this.#pastingUntil && !input.includes('\x1b');
    if (!this.marksPastes && (continues || looksPasted(input))) {
      this.#pastingUntil = now + KEY_SEQUENCE_WAIT_MS;
      this.#pushPaste(input);
      return;
    }
    const { keys, rest } = keysOf(this.#withoutWheel(input));
    for (const key of keys) this.#tell(key);
    this.#pending = rest.length > KEY_SEQUENCE_UNITS_MAX ? '' : rest;
  }

  /**
   * On the alternate screen most terminals turn the wheel into a burst of one arrow key. Nobody presses an arrow three
   * times within one read, so such a burst is the wheel, and the terminal's own selection of text keeps working.
   */
  #withoutWheel(input: string): string {
    return input.replace(/(\x1b[[O]([AB]))\1{2,}/g, (_burst, _arrow, letter) => {
      this.reports.emit('wheel', letter === 'A' ? -1 : 1);
      return '';
    });
  }

  #tell(key: string): void {
    const report = reportOf(key);
    switch (report?.name) {
      case undefined:
        this.push(key);
        break;
      case 'wheel':
        this.reports.emit('wheel', report.direction);
        break;
      case 'focus':
        this.reports.emit('focus', report.focused);
        break;
      case 'caret':
        this.reports.emit('caret', report.row, report.column);
        break;
      case 'answer':
        this.reports.emit('answer', report.number, report.text);
        break;
      case 'mode':
        this.reports.emit('mode', report.number, report.known);
        break;
      case 'nothing':
        break;
    }
  }

  /** The rest of a sequence whose Esc was taken for the key, because a slow line tore them apart. */
  #healed(chunk: string): string {
    const torn = performance.now() < this.#escapedUntil && /^(?:\[[0-9;?<]*[A-Za-z~]|O[A-D])/.test(chunk);
    this.#escapedUntil = 0;
    return torn ? `\x1b${chunk}` : chunk;
  }

  /** Waits for the rest of what was begun: not long for Esc, which may be the key, longer for what can only be a sequence. */
  #await(): void {
    if (this.#paste) this.#timer = setTimeout(() => this.#abandonPaste(), PASTE_REST_MS);
    else if (this.#pending !== '') {
      const waitMs = /^\x1b(?:\x1b?O?)?$/.test(this.#pending) ? KEY_SEQUENCE_WAIT_MS : KEY_SEQUENCE_REST_MS;
      this.#timer = setTimeout(() => this.#release(), waitMs);
    }
  }

  /** The end of the paste was lost, with a connection perhaps. What comes now are keys, unless it looks pasted. */
  #abandonPaste(): void {
    this.#paste?.push(this.#pending);
    this.#pending = '';
    this.#endPaste();
    this.marksPastes = false;
  }

  /** Nothing came after the beginning of a sequence: it was the key itself (Esc, Alt+O, Alt+]), or is lost. */
  #release(): void {
    const rest = this.#pending;
    this.#pending = '';
    if (rest === '\x1b') this.#escapedUntil = performance.now() + KEY_SEQUENCE_REST_MS;
    if (/^\x1b(?:\x1b?O?|\])?$/.test(rest)) this.push(rest);
  }
}

/** How many units at the end of `input` may be the beginning of the end of a paste. */
function halfEnd(input: string): number {
  for (let units = PASTE_ENDS.length - 1; units > 0; units--) {
    if (input.endsWith(PASTE_ENDS.slice(0, units))) return units;
  }
  return 0;
}
