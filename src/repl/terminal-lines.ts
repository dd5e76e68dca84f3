import { createInterface, type Interface } from 'node:readline';
import type { NodeApi } from '../api/schema.ts';
import { complete, followed } from '../commands/complete.ts';
import { COMMANDS } from '../commands/table.ts';
import { LINE_CHARS_MAX } from '../core/base/limits.ts';
import type { InputLine } from './lines.ts';

/** Lines that somebody types at a terminal, with a history and Tab. What is printed meanwhile does not break what is being typed. */
export class TerminalLines implements AsyncIterable<InputLine> {
  readonly #reader: Interface;
  readonly #output: NodeJS.WritableStream;
  readonly #typed: AsyncIterator<string>;

  /** @param interrupted called on Ctrl+C. */
  constructor(terminal: {
    readonly input: NodeJS.ReadableStream;
    readonly output: NodeJS.WritableStream;
    readonly api: Pick<NodeApi, 'call'>;
    readonly interrupted: () => void;
  }) {
    this.#output = terminal.output;
    this.#reader = createInterface({
      input: terminal.input,
      output: terminal.output,
      prompt: '',
      historySize: 500,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
        const caret = this.#reader.cursor;
        void complete(line, caret, { commands: COMMANDS, api: terminal.api }).then(({ from, items }) => {
          done(null, [items.map(({ text }) => followed(text, from)), line.slice(from, caret)]);
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
    for (;;) {
      const { value: text, done } = await this.#typed.next();
      if (done) return;
      yield text.length > LINE_CHARS_MAX ? { tooLong: true } : { text };
    }
  }

  close(): void {
    this.#reader.close();
  }
}
