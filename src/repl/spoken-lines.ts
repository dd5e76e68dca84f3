import { emitKeypressEvents, type Key } from 'node:readline';
import type { Notebook } from '../api/notebook.ts';
import { type CompletionItem, followed } from '../commands/complete.ts';
import { LINE_CHARS_MAX, PROMPT_HISTORY_MAX } from '../core/base/limits.ts';
import type { InputLine } from './lines.ts';
import { erase, eraseWord, type Typed } from './typed-line.ts';

/** What could stand in place of `line.slice(from)`. */
export type Complete = (line: string) => Promise<{ readonly from: number; readonly items: readonly CompletionItem[] }>;

/** A terminal, and what stands behind the keys. */
export type SpokenTerminal = {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly complete: Complete;
  readonly notebook: Pick<Notebook, 'history' | 'remember'>;
  /** Called on Ctrl+C. */
  readonly interrupted: () => void;
};

/**
 * Lines that are typed at a terminal which is read aloud or by touch. Everything that is written follows what was written before: no
 * escape sequence, nothing is drawn anew. So the line is changed at its end only; ↑ and ↓ write an earlier one as a new line, Tab
 * goes on as far as it is clear, and lists what it could be as lines.
 *
 * Readline is not used here: on a terminal it moves the cursor at every other key, and without one it has neither history nor Tab.
 */
export class SpokenLines implements AsyncIterable<InputLine> {
  readonly #terminal: SpokenTerminal;
  readonly #typed: string[] = [];
  /** What was typed before, newest last. */
  readonly #history: string[];
  #line = '';
  #ended = false;
  #wake = () => {};
  /** Which line of the past is shown, counted from the newest, 0 for the one that is new; and the new one, while another is shown. */
  #past = { back: 0, draft: '' };
  /** Keys are taken one after the other, also while names are looked up. */
  #keys: Promise<void> = Promise.resolve();
  readonly #listener = (text: string | undefined, key: Key): void => {
    this.#keys = this.#keys.then(() => this.#press(text ?? '', key));
  };
  readonly #resumed = (): void => {
    this.#terminal.input.setRawMode(true);
    this.#write(`\n${this.#line}`);
  };

  constructor(terminal: SpokenTerminal) {
    this.#terminal = terminal;
    const { input, notebook } = terminal;
    this.#history = [...notebook.history()];
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.on('keypress', this.#listener);
    input.once('end', () => this.#end());
    process.on('SIGCONT', this.#resumed);
    input.resume();
  }

  /** Prints a line; what is being typed is written again below it. */
  print(line: string): void {
    this.#write(this.#line === '' ? `${line}\n` : `\n${line}\n${this.#line}`);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<InputLine> {
    for (;;) {
      const text = this.#typed.shift();
      if (text !== undefined) yield text.length > LINE_CHARS_MAX ? { tooLong: true } : { text };
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  close(): void {
    const { input } = this.#terminal;
    input.off('keypress', this.#listener);
    process.off('SIGCONT', this.#resumed);
    input.setRawMode(false);
    input.pause();
  }

  async #press(text: string, { name = '', ctrl = false, meta = false }: Key): Promise<void> {
    const { output, interrupted } = this.#terminal;
    const key = `${ctrl ? 'ctrl+' : ''}${meta ? 'alt+' : ''}${name}`;
    const columns = output.columns || Number.POSITIVE_INFINITY;
    if (key === 'return' || key === 'enter' || key === 'ctrl+j') this.#submit();
    else if (key === 'backspace' || key === 'ctrl+h') this.#show(erase(this.#line, columns));
    else if (key === 'ctrl+w' || key === 'alt+backspace') this.#show(eraseWord(this.#line, columns));
    else if (key === 'ctrl+u') this.#show({ line: '', echo: this.#line === '' ? '' : '\n' });
    else if (key === 'ctrl+l' || key === 'ctrl+r') this.#write(`\n${this.#line}`);
    else if (key === 'tab') await this.#complete();
    else if (key === 'up' || key === 'ctrl+p') this.#recall(1);
    else if (key === 'down' || key === 'ctrl+n') this.#recall(-1);
    else if (key === 'ctrl+c') interrupted();
    else if (key === 'ctrl+d' && this.#line === '') this.#end();
    else if (key === 'ctrl+z') this.#suspend();
    else if (!ctrl && !meta && PRINTABLE.test(text)) this.#show({ line: this.#line + text, echo: text });
  }

  #submit(): void {
    const line = this.#line;
    this.#write('\n');
    this.#line = '';
    this.#past = { back: 0, draft: '' };
    if (line.trim() !== '') this.#remember(line);
    this.#typed.push(line);
    this.#wake();
  }

  #remember(line: string): void {
    if (line === this.#history.at(-1)) return;
    this.#history.push(line);
    if (this.#history.length > PROMPT_HISTORY_MAX) this.#history.shift();
    this.#terminal.notebook.remember(line);
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  #show({ line, echo }: Typed): void {
    this.#line = line;
    this.#write(echo);
  }

  #recall(by: 1 | -1): void {
    const back = this.#past.back + by;
    if (back < 0 || back > this.#history.length) return;
    const draft = this.#past.back === 0 ? this.#line : this.#past.draft;
    this.#past = { back, draft };
    const line = (back === 0 ? draft : this.#history.at(-back)) ?? '';
    // A line of several is one here: what stands in it is sent as it was.
    this.#show({ line, echo: `\n${line.replaceAll('\n', ' ')}` });
  }

  async #complete(): Promise<void> {
    const line = this.#line;
    const { from, items } = await this.#terminal.complete(line);
    const [first, ...others] = items.map(({ text }) => text);
    if (first === undefined) return;
    const all = others.length === 0 ? followed(first, from) : common([first, ...others]);
    const typed = line.slice(from);
    if (all.length > typed.length && all.startsWith(typed)) {
      return this.#show({ line: line + all.slice(typed.length), echo: all.slice(typed.length) });
    }
    const shown = items.slice(0, OFFERED_MAX).map(({ text, about }) => (about === '' ? text : `${text}: ${about}`));
    const more = items.length > shown.length ? [`and ${items.length - shown.length} more`] : [];
    this.#write(`\n${[...shown, ...more].join('\n')}\n${line}`);
  }

  #suspend(): void {
    this.#terminal.input.setRawMode(false);
    process.kill(0, 'SIGTSTP');
  }

  #write(text: string): void {
    this.#terminal.output.write(text);
  }
}

/** What all begin with. */
function common(texts: readonly [string, ...string[]]): string {
  let [all] = texts;
  for (const text of texts) while (!text.startsWith(all)) all = all.slice(0, -1);
  return all;
}

/** As many as can be listened to. */
const OFFERED_MAX = 20;

const PRINTABLE = /^[^\p{Cc}\p{Cs}]+$/u;
