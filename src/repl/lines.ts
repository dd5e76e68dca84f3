import { LINE_CHARS_MAX } from '../core/base/limits.ts';

/** One line of input, without its end; or that it was longer than any line may be, and has been skipped. */
export type InputLine = { readonly text: string } | { readonly tooLong: true };

/**
 * The lines of a stream of bytes, as they come; what follows the last line break counts too. Bytes that are no UTF-8 become
 * U+FFFD. Reads on only when the next line is wanted, so a fast writer waits for us.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<InputLine> {
  const decoder = new TextDecoder();
  let line = '';
  let skipping = false;
  const take = (part: string): void => {
    if (!skipping && line.length + part.length <= LINE_CHARS_MAX) line += part;
    else {
      line = '';
      skipping = true;
    }
  };
  const end = (): InputLine => {
    const ended: InputLine = skipping ? { tooLong: true } : { text: line.replace(/\r$/, '') };
    line = '';
    skipping = false;
    return ended;
  };
  for await (const chunk of chunks) {
    const parts = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n');
    for (const part of parts.slice(0, -1)) {
      take(part);
      yield end();
    }
    take(parts.at(-1) ?? '');
  }
  take(decoder.decode());
  if (line !== '' || skipping) yield end();
}
