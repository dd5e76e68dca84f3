import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * Asks a question on the terminal; what is typed to a secret one is not shown. The question goes to `output`, best standard error,
 * so that a result can be piped away. `undefined` at the end of input. Nothing is drawn: what is no secret the terminal itself shows.
 */
export async function ask(
  question: string,
  how: { readonly secret: boolean; readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream },
): Promise<string | undefined> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  how.output.write(question);
  const reader = createInterface({ input: how.input, output: silent, terminal: how.secret });
  try {
    return await new Promise<string | undefined>((resolve) => {
      reader.once('line', resolve);
      reader.once('close', () => resolve(undefined));
      reader.once('SIGINT', () => reader.close());
    });
  } finally {
    reader.close();
    if (how.secret) how.output.write('\n');
  }
}
