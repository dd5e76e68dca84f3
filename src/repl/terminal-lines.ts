import { createInterface, type Interface } from 'node:readline';
import type { Notebook } from '../api/notebook.ts';
import { followed } from '../commands/complete.ts';
import { LINE_CHARS_MAX, PROMPT_HISTORY_MAX } from '../core/base/limits.ts';
import type { InputLine } from './lines.ts';
import type { Complete } from './spoken-lines.ts';

/** Lines that somebody types at a terminal, with a history and Tab. What is printed meanwhile does not break what is being typed. */
export class TerminalLines implements AsyncIterable<InputLine> {
  readonly #reader: Interface;
  readonly #output: NodeJS.WritableStream;
  readonly #typed: AsyncIterator<string>;
  readonly #notebook: Pick<Notebook, 'history' | 'remember'>;

  /** @param interrupted called on Ctrl+C. */
  constructor(terminal: {
    readonly input: NodeJS.ReadableStream;
    readonly output: NodeJS.WritableStream;
    readonly complete: Complete;
    readonly notebook: Pick<Notebook, 'history' | 'remember'>;
    readonly interrupted: () => void;
  }) {
    this.#output = terminal.output;
    this.#notebook = terminal.notebook;
    this.#reader = createInterface({
      input: terminal.input,
      output: terminal.output,
      prompt: '',
      // The newest first; what was written in several lines is one here.
      history: this.#notebook
        .history()
        .map((line) => line.replaceAll('\n', ' '))
        .toReversed(),
      historySize: PROMPT_HISTORY_MAX,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
        const head = line.slice(0, this.#reader.cursor);
        void terminal.complete(head).then(({ from, items }) => {
          done(null, [items.map(({ text }) => followed(text, from)), head.slice(from)]);
        });
      },
    });
    this.#reader.on('SIGINT', terminal.interrupted);
    // From now on, so that what is typed before the node has answered is not lost.
    this.#typed = this.#reader[Symbol.asyncIterator]();
  }

  print(line: string): void {
    const typing = this.#reader.line !== '';
    this.#output.write(typing ? `\n${line}\n` : `${line}\n`);
    if (typing) this.#reader.prompt(true);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<InputLine> {
    let before = '';
    for (;;) {
      const { value: text, done } = await this.#typed.next();
      if (done) return;
      if (text.trim() !== '' && text !== before) this.#notebook.remember(text);
      before = text;
      yield text.length > LINE_CHARS_MAX ? { tooLong: true } : { text };
    }
  }

  close(): void {
    this.#reader.close();
  }
}
